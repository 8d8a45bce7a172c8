import type { PurchaseId } from '../domain/identifiers';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { CarriedOver } from './carried-over';
import type { Pair } from './classify';
import { minus, NOTHING, plus, type Money } from './money';
import { LOOKUPS_AT_ONCE, type InternalPurchase } from './internal-purchase';
import { RecordStore, type Position } from './record-store';
import { settledMoney } from './settled-purchase';
import { compareText } from '../runtime/text-order';

/** Most purchases have no line in a neighbouring file: they share this. */
const NONE: Position[] = [];

/** One purchase as it is held: where its records are. */
interface Slot {
  internal: Position | undefined;
  lines: Position[];
  neighbours: Position[];
  correctedBy: Money | undefined;
  carriedOver: boolean;
  carriedStake: number | undefined;
}

/**
 * Both sides of a day, brought together by purchase id in one map: what is held grows with the day's purchases, never
 * with the neighbouring files.
 */
export class Pairing {
  private readonly slots = new Map<PurchaseId, Slot>();
  private readonly purchases = new RecordStore<InternalPurchase>();
  private readonly lines = new RecordStore<SettlementLine>();

  async takeInternal(purchases: AsyncIterable<InternalPurchase>): Promise<void> {
    for await (const purchase of purchases) {
      this.slot(purchase.purchaseId).internal = this.purchases.add(purchase);
    }
  }

  async takeSettlement(lines: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const line of lines) {
      const slot = this.slot(line.purchaseId);
      slot.lines = withOneMore(slot.lines, this.lines.add(line));
    }
  }

  /** Purchases that the last day's report expects in this day's file. */
  expect(carriedOver: readonly (CarriedOver | PurchaseId)[]): void {
    for (const expected of carriedOver) {
      const slot = this.slot(typeof expected === 'string' ? expected : expected.purchaseId);
      slot.carriedOver = true;
      if (typeof expected !== 'string') slot.carriedStake = expected.atStake;
    }
  }

  /** A correction's line takes the place of those with its reference, or is added. */
  async correct(corrections: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const correction of corrections) {
      const slot = this.slot(correction.purchaseId);
      const before = slot.lines;
      const kept = before.filter((at) => this.lines.at(at).reference !== correction.reference);
      slot.lines = correction.state === 'void' ? kept : [...kept, this.lines.add(correction)];
      const change = minus(settledMoney(this.linesAt(slot.lines)), settledMoney(this.linesAt(before)));
      slot.correctedBy = plus(slot.correctedBy ?? NOTHING, change);
    }
  }

  /** Keeps what a neighbouring day's file has of the purchases that are here already. */
  async takeNeighbour(lines: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const line of lines) {
      const slot = this.slots.get(line.purchaseId);
      if (slot) slot.neighbours = withOneMore(slot.neighbours, this.lines.add(line));
    }
  }

  /**
   * Looks up the purchases of other days that the file tells of.
   * @param find is given at most `LOOKUPS_AT_ONCE` of them
   */
  async lookUp(find: (ids: readonly PurchaseId[]) => Promise<readonly InternalPurchase[]>): Promise<void> {
    const missing = [...this.slots].flatMap(([id, { internal }]) => (internal === undefined ? [id] : []));
    for (let at = 0; at < missing.length; at += LOOKUPS_AT_ONCE) {
      for (const purchase of await find(missing.slice(at, at + LOOKUPS_AT_ONCE))) {
        this.slot(purchase.purchaseId).internal = this.purchases.add(purchase);
      }
    }
  }

  /** In the order of the purchase ids, however the sides came; each is made when its turn comes. */
  *all(): Generator<Pair> {
    for (const id of [...this.slots.keys()].sort(compareText)) yield this.pair(id);
  }

  pair(id: PurchaseId): Pair {
    const { internal, lines, neighbours, correctedBy, carriedOver, carriedStake } = this.slot(id);
    return {
      purchaseId: id,
      internal: internal === undefined ? undefined : this.purchases.at(internal),
      lines: this.linesAt(lines),
      neighbours: this.linesAt(neighbours),
      correctedBy,
      carriedOver,
      carriedStake,
    };
  }

  /** A line that was repeated is one object, as it is one record. */
  private linesAt(positions: readonly Position[]): SettlementLine[] {
    let last: { at: Position; line: SettlementLine } | undefined;
    return positions.map((at) => {
      if (last?.at !== at) last = { at, line: this.lines.at(at) };
      return last.line;
    });
  }

  private slot(id: PurchaseId): Slot {
    const known = this.slots.get(id);
    if (known) return known;
    const fresh: Slot = {
      internal: undefined,
      lines: NONE,
      neighbours: NONE,
      correctedBy: undefined,
      carriedOver: false,
      carriedStake: undefined,
    };
    this.slots.set(ofItsOwn(id), fresh);
    return fresh;
  }
}

/** Adds in place, except to the list that all share: a faulty file may have one purchase a hundred thousand times. */
function withOneMore(positions: Position[], one: Position): Position[] {
  if (positions === NONE) return [one];
  positions.push(one);
  return positions;
}

/** A copy: a text that was cut out of a line keeps the whole piece of the file that it was read with in memory. */
function ofItsOwn(id: PurchaseId): PurchaseId {
  return Buffer.from(id, 'latin1').toString('latin1') as PurchaseId; // an id is ASCII
}
