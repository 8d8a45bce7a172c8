import type { GatewayCall } from '../mobifone/contract';
import type { HeldCommand, LedgerEntry } from './ledger-entries';

/** A held command with the sequence number of its entry. */
export interface Held extends HeldCommand {
  seq: number;
  purchaseId: string;
  transactionId: string;
}
export type HeldUntil = Held & { due: { atMs: number } };

/** The commands that have not landed yet; all of it follows from the ledger, so a restart forgets none. */
export class HeldCommands {
  private readonly waiting = new Map<number, Held>();

  /** Those that land by time until then, in that order. */
  dueUntil(atMs: number): HeldUntil[] {
    return this.byTime()
      .filter(({ due }) => due.atMs <= atMs)
      .toSorted((one, other) => one.due.atMs - other.due.atMs || one.seq - other.seq);
  }

  /** When the next one lands by time, milliseconds since 1970; nothing when none does. */
  get nextDueMs(): number | undefined {
    const times = this.byTime().map(({ due }) => due.atMs);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Those that wait for a purchase's next call of a kind. */
  dueAfter(call: GatewayCall, purchaseId: string): Held[] {
    return this.all().filter(
      (held) => held.purchaseId === purchaseId && 'afterCall' in held.due && held.due.afterCall === call,
    );
  }

  /** The one that inquiries find being processed, and how many more will. */
  inProcessing(transactionId: string): { held: Held; inquiries: number } | undefined {
    for (const held of this.waiting.values()) {
      if (held.transactionId === transactionId && 'inquiries' in held.due) {
        return { held, inquiries: held.due.inquiries };
      }
    }
    return undefined;
  }

  replay(entry: LedgerEntry): void {
    switch (entry.kind) {
      case 'held': {
        const { seq, purchaseId, transactionId, command } = entry;
        this.waiting.set(seq, { ...command, seq, purchaseId, transactionId });
        return;
      }
      case 'landed':
        if (entry.held !== undefined) this.waiting.delete(entry.held);
        return;
      case 'inquiry_answered': {
        if (entry.state !== 'PROCESSING') return;
        const found = this.inProcessing(entry.transactionId);
        if (!found || found.inquiries === 0) return;
        this.waiting.set(found.held.seq, { ...found.held, due: { inquiries: found.inquiries - 1 } });
        return;
      }
      default:
        return;
    }
  }

  private all(): Held[] {
    return [...this.waiting.values()];
  }

  private byTime(): HeldUntil[] {
    return this.all().filter((held): held is HeldUntil => 'atMs' in held.due);
  }
}
