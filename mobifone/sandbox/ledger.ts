import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { positionOf, purchaseOf, type LedgerEntry, type LedgerFact, type Position } from './ledger-entries';

/**
 * The append-only ledger of the sandbox: the judge of every invariant. With a file, an entry is written before the
 * answer goes out, so that a killed sandbox has forgotten nothing that anybody was told.
 */
export class Ledger {
  private readonly all: LedgerEntry[] = [];
  private readonly byPurchase = new Map<string, LedgerEntry[]>();
  private readonly waiting = new Set<{
    wanted: (entry: LedgerEntry) => boolean;
    found: (entry: LedgerEntry) => void;
  }>();
  private readonly descriptor: number | undefined;

  /**
   * @param file NDJSON, made when missing; none keeps the ledger in memory
   * @param now the time in milliseconds since 1970, by which the whole sandbox goes
   */
  constructor(
    file?: string,
    readonly now: () => number = Date.now,
  ) {
    if (file === undefined) return;
    mkdirSync(path.dirname(file), { recursive: true });
    this.descriptor = openSync(file, 'a+', 0o600);
    this.restore(readFileSync(file));
  }

  append(fact: LedgerFact): readonly LedgerEntry[] {
    return this.appendTogether([fact]);
  }

  /**
   * All effects of one command as one line, so that a kill leaves all of them or none.
   * @param atMs when they happened, where that was not just now
   */
  appendTogether(facts: readonly LedgerFact[], atMs = this.now()): readonly LedgerEntry[] {
    const at = new Date(atMs).toISOString();
    const entries = facts.map((fact, index): LedgerEntry => ({
      ...fact,
      seq: this.all.length + 1 + index,
      at,
      purchaseId: 'purchaseId' in fact ? fact.purchaseId : purchaseOf(fact.transactionId),
    }));
    const line = entries.length === 1 ? entries[0] : entries;
    if (this.descriptor !== undefined) writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
    for (const entry of entries) {
      this.keep(entry);
      this.tell(entry);
    }
    return entries;
  }

  get entries(): readonly LedgerEntry[] {
    return this.all;
  }

  entriesOf(purchaseId: string): readonly LedgerEntry[] {
    return this.byPurchase.get(purchaseId) ?? [];
  }

  /** What a purchase comes to, all effects netted. */
  position(purchaseId: string): Position {
    return positionOf(this.entriesOf(purchaseId));
  }

  /** The first entry, there already or still to come, that is wanted. */
  waitFor(wanted: (entry: LedgerEntry) => boolean): Promise<LedgerEntry> {
    const there = this.all.find(wanted);
    if (there) return Promise.resolve(there);
    return new Promise((found) => this.waiting.add({ wanted, found }));
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }

  private tell(entry: LedgerEntry): void {
    for (const waiter of this.waiting) {
      if (!waiter.wanted(entry)) continue;
      this.waiting.delete(waiter);
      waiter.found(entry);
    }
  }

  private keep(entry: LedgerEntry): void {
    this.all.push(entry);
    const ofPurchase = this.byPurchase.get(entry.purchaseId);
    if (ofPurchase) ofPurchase.push(entry);
    else this.byPurchase.set(entry.purchaseId, [entry]);
  }

  /** A line that a kill tore in the middle was never answered for: it is cut off. */
  private restore(bytes: Buffer): void {
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length && this.descriptor !== undefined) ftruncateSync(this.descriptor, whole);
    for (const line of bytes.subarray(0, whole).toString('utf8').split('\n')) {
      if (line === '') continue;
      const entries = [JSON.parse(line) as LedgerEntry | LedgerEntry[]].flat(); // our own lines
      for (const entry of entries) this.keep(entry);
    }
  }
}
