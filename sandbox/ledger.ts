import { setImmediate as nextTurn } from 'node:timers/promises';
import { positionOf, type LedgerEntry, type LedgerFact, type Position } from './ledger-entries';
import { purchaseOf } from './requests';
import { LedgerFile } from './ledger-file';
import { LedgerInMemory, type LedgerStore } from './ledger-store';

/** Latest entries of each kind that are kept in memory. */
const LATEST_OF_A_KIND = 50;

type Kind = LedgerEntry['kind'];
export type EntryOf<K extends Kind> = Extract<LedgerEntry, { kind: K }>;

export interface LedgerOptions {
  /** The time in milliseconds since 1970, by which the whole sandbox goes. */
  now?: (() => number) | undefined;
  /** Called when an incomplete last line was removed, as after a kill or a power cut. */
  onRepaired?: (what: string) => void;
}

/**
 * The append-only ledger of the sandbox: the judge of every invariant. With a file, an entry is written before the
 * answer goes out, so that a killed sandbox has kept everything that it answered.
 */
export class Ledger {
  readonly now: () => number;
  private readonly store: LedgerStore;
  private readonly latest = new Map<Kind, LedgerEntry[]>();
  private lastSeq = 0;
  private readonly waiting = new Set<{
    wanted: (entry: LedgerEntry) => boolean;
    found: (entry: LedgerEntry) => void;
  }>();

  /**
   * @param file NDJSON, made when missing; none keeps the ledger in memory
   * @throws BrokenLedger when the file has a line that is none of a ledger
   */
  constructor(file?: string, { now = Date.now, onRepaired = () => undefined }: LedgerOptions = {}) {
    this.now = now;
    this.store =
      file === undefined
        ? new LedgerInMemory()
        : new LedgerFile(file, (entry) => this.note(entry), onRepaired);
  }

  append(fact: LedgerFact): readonly LedgerEntry[] {
    return this.appendTogether([fact]);
  }

  /**
   * All effects of one command as one line, so that a kill leaves all of them or none.
   * @param atMs when they happened, where that was not just now
   * @throws LedgerNotWritten
   */
  appendTogether(facts: readonly LedgerFact[], atMs = this.now()): readonly LedgerEntry[] {
    const at = new Date(atMs).toISOString();
    const entries = facts.map((fact, index): LedgerEntry => ({
      ...fact,
      seq: this.lastSeq + 1 + index,
      at,
      purchaseId: 'purchaseId' in fact ? fact.purchaseId : purchaseOf(fact.transactionId),
    }));
    this.store.append(entries);
    for (const entry of entries) {
      this.note(entry);
      this.notify(entry);
    }
    return entries;
  }

  /** The whole ledger at once; of a large file rather `walk`. */
  get entries(): readonly LedgerEntry[] {
    return [...this.store.batches()].flat();
  }

  /** The whole ledger in order, some entries at a time; others have their turn in between. */
  async *walk(): AsyncGenerator<readonly LedgerEntry[]> {
    for (const batch of this.store.batches()) {
      yield batch;
      await nextTurn();
    }
  }

  /** As `walk`, at once: for the start. */
  *replay(): Generator<LedgerEntry> {
    for (const batch of this.store.batches()) yield* batch;
  }

  entriesOf(purchaseId: string): readonly LedgerEntry[] {
    return this.store.of(purchaseId);
  }

  /** The last entries of a kind, 50 at most, in order. */
  latestOf<K extends Kind>(kind: K): readonly EntryOf<K>[] {
    return (this.latest.get(kind) ?? []) as EntryOf<K>[]; // filed by kind
  }

  /** What a purchase comes to, all effects netted. */
  position(purchaseId: string): Position {
    return positionOf(this.entriesOf(purchaseId));
  }

  /** The first entry, there already or still to come, that is wanted. */
  waitFor(wanted: (entry: LedgerEntry) => boolean): Promise<LedgerEntry> {
    const there = this.entries.find(wanted);
    if (there) return Promise.resolve(there);
    return new Promise((found) => this.waiting.add({ wanted, found }));
  }

  close(): void {
    this.store.close();
  }

  private notify(entry: LedgerEntry): void {
    for (const waiter of this.waiting) {
      if (!waiter.wanted(entry)) continue;
      this.waiting.delete(waiter);
      waiter.found(entry);
    }
  }

  private note(entry: LedgerEntry): void {
    this.lastSeq = entry.seq;
    const ofKind = this.latest.get(entry.kind) ?? [];
    ofKind.push(entry);
    if (ofKind.length > LATEST_OF_A_KIND) ofKind.shift();
    this.latest.set(entry.kind, ofKind);
  }
}
