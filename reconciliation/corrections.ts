import type { SettlementLine } from '../domain/reconciliation/settlement';
import { RecordStore, type Position } from './record-store';

/**
 * What a day's correction files say, by reference: a line replaces every line with its reference, whichever purchase
 * that line names, or is added; `void` withdraws. The last line of a reference counts.
 */
export class Corrections {
  private readonly lines = new RecordStore<SettlementLine>();
  private readonly byReference = new Map<string, Position>();
  private readonly effective = new Set<string>();

  async take(lines: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const line of lines) this.byReference.set(line.reference, this.lines.add(line));
  }

  /** Whether a line of the day's file is replaced or withdrawn. */
  replaces({ reference }: SettlementLine): boolean {
    if (!this.byReference.has(reference)) return false;
    this.effective.add(reference);
    return true;
  }

  /** The lines that are in the file's place; called after all lines of the file were asked about. */
  *added(): Generator<SettlementLine> {
    for (const at of this.byReference.values()) {
      const line = this.lines.at(at);
      if (line.state !== 'void') yield line;
    }
  }

  /** Withdrawals of references that no line has. */
  *idle(): Generator<SettlementLine> {
    for (const [reference, at] of this.byReference) {
      const line = this.lines.at(at);
      if (line.state === 'void' && !this.effective.has(reference)) yield line;
    }
  }
}
