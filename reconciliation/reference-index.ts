import type { PurchaseId } from '../domain/identifiers';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { Position, RecordStore } from './record-store';

/** FNV-1a, 31 bits: a number as key takes a tenth of the memory of a text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 1;
}

/** Which purchase has which of MobiFone's references, so that one transaction is not taken for two sales. */
export class ReferenceIndex {
  private readonly first = new Map<number, Position>();
  /** References whose hash another one has too. */
  private readonly others = new Map<string, Position>();

  constructor(private readonly lines: RecordStore<SettlementLine>) {}

  /** @returns the first other purchase that has this line's reference */
  ownerOf({ reference, purchaseId }: SettlementLine): PurchaseId | undefined {
    const known = this.known(reference);
    return known && known.purchaseId !== purchaseId ? known.purchaseId : undefined;
  }

  /** Notes a line by its reference, unless the reference is known already. */
  add(reference: string, at: Position): void {
    if (this.known(reference)) return;
    const hash = hashOf(reference);
    if (this.first.has(hash)) this.others.set(reference, at);
    else this.first.set(hash, at);
  }

  private known(reference: string): SettlementLine | undefined {
    const position = this.first.get(hashOf(reference));
    if (position === undefined) return undefined;
    const line = this.lines.at(position);
    if (line.reference === reference) return line;
    const other = this.others.get(reference);
    return other === undefined ? undefined : this.lines.at(other);
  }
}
