import type { LedgerEntry } from './ledger-entries';

/** Where a ledger's entries are. */
export interface LedgerStore {
  /**
   * Keeps the effects of one command: all of them or none.
   * @throws LedgerNotWritten
   */
  append(entries: readonly LedgerEntry[]): void;
  /** Everything that was there when it was asked for, in order, some at a time. */
  batches(): Iterable<readonly LedgerEntry[]>;
  /** A purchase's entries in order. */
  of(purchaseId: string): readonly LedgerEntry[];
  close(): void;
}

/** The ledger's file cannot be written; nothing of the command was kept, and it can be sent again. */
export class LedgerNotWritten extends Error {
  override readonly name = 'LedgerNotWritten';
}

/** A ledger for as long as the process lives. */
export class LedgerInMemory implements LedgerStore {
  private readonly all: LedgerEntry[] = [];
  private readonly byPurchase = new Map<string, LedgerEntry[]>();

  append(entries: readonly LedgerEntry[]): void {
    this.all.push(...entries);
    for (const entry of entries) {
      const ofPurchase = this.byPurchase.get(entry.purchaseId);
      if (ofPurchase) ofPurchase.push(entry);
      else this.byPurchase.set(entry.purchaseId, [entry]);
    }
  }

  batches(): Iterable<readonly LedgerEntry[]> {
    return [this.all];
  }

  of(purchaseId: string): readonly LedgerEntry[] {
    return this.byPurchase.get(purchaseId) ?? [];
  }

  close(): void {
    // there is nothing to let go of
  }
}
