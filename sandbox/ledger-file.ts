import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { OWNER_ONLY } from '../runtime/owner-only';
import type { LedgerEntry } from './ledger-entries';
import { LedgerNotWritten, type LedgerStore } from './ledger-store';

const LINE_END = 0x0a;
/** Read at once when the whole file is gone through. */
const CHUNK_BYTES = 256 * 1024;
/** Read at once for one line; almost all are shorter. */
const LINE_BYTES = 4096;

/** A line of a ledger is not one that a sandbox wrote; the message names file and line, and says what to do. */
export class BrokenLedger extends Error {
  override readonly name = 'BrokenLedger';

  constructor(file: string, line: number, reason: string) {
    super(
      [
        `${file}:${line}: the sandbox cannot read this line of its ledger: ${reason}.`,
        'The ledger is the memory of the stand-in gateway, no record of real sales. With the sandbox stopped, either',
        `  - remove the line, and with it what it says that MobiFone did: sed -i ${line}d ${file}`,
        `  - or begin with an empty ledger: mv ${file} ${file}.broken`,
      ].join('\n'),
    );
  }
}

/** A line, and where it begins in the file. */
interface Line {
  text: string;
  offset: number;
  /** From 1. */
  number: number;
}

/**
 * A ledger as NDJSON, one line for the effects of one command. In memory are only the places of each purchase's lines;
 * the entries are read when they are asked for.
 */
export class LedgerFile implements LedgerStore {
  private readonly descriptor: number;
  private readonly placesOf = new Map<string, number[]>();
  /** The bytes of the whole lines; there is more in the file only after a write that failed. */
  private size: number;

  /**
   * @param file made when missing
   * @param onEntry gets every entry that is there, in order
   * @param onRepaired called when an incomplete last line was removed, as after a kill or a power cut
   * @throws BrokenLedger
   */
  constructor(
    private readonly file: string,
    onEntry: (entry: LedgerEntry) => void,
    onRepaired: (what: string) => void,
  ) {
    mkdirSync(path.dirname(file), { recursive: true, mode: OWNER_ONLY.folder });
    this.descriptor = openSync(file, 'a+', OWNER_ONLY.file);
    this.size = 0;
    try {
      this.readAll(fstatSync(this.descriptor).size, onEntry, onRepaired);
    } catch (fault) {
      this.close();
      throw fault;
    }
  }

  append(entries: readonly LedgerEntry[]): void {
    const bytes = Buffer.from(`${JSON.stringify(entries.length === 1 ? entries[0] : entries)}\n`);
    try {
      this.removeTorn();
      for (let written = 0; written < bytes.length;) written += writeSync(this.descriptor, bytes, written);
    } catch (fault) {
      this.tryToRemoveTorn();
      throw new LedgerNotWritten(`${this.file} cannot be written: ${messageOf(fault)}`, { cause: fault });
    }
    this.place(entries, this.size);
    this.size += bytes.length;
  }

  *batches(): Generator<readonly LedgerEntry[]> {
    for (const lines of this.lines(this.size)) yield lines.flatMap((line) => this.entriesIn(line));
  }

  of(purchaseId: string): readonly LedgerEntry[] {
    const places = this.placesOf.get(purchaseId) ?? [];
    const entries = places.flatMap((offset) => entriesOf(this.lineAt(offset)));
    return entries.filter((entry) => entry.purchaseId === purchaseId);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private readAll(
    bytes: number,
    onEntry: (entry: LedgerEntry) => void,
    onRepaired: (what: string) => void,
  ): void {
    let last = 0;
    for (const lines of this.lines(bytes)) {
      for (const line of lines) {
        const entries = this.entriesIn(line);
        this.place(entries, line.offset);
        entries.forEach(onEntry);
        this.size = line.offset + Buffer.byteLength(line.text) + 1;
        last = line.number;
      }
    }
    if (this.size === bytes) return;
    this.removeTorn(); // its caller got no answer
    onRepaired(`${this.file}:${last + 1}: the last line was cut short and has been removed.`);
  }

  /** Where a line begins, for each purchase that it is about. */
  private place(entries: readonly LedgerEntry[], offset: number): void {
    for (const purchaseId of new Set(entries.map((entry) => entry.purchaseId))) {
      const places = this.placesOf.get(purchaseId);
      if (places) places.push(offset);
      else this.placesOf.set(purchaseId, [offset]);
    }
  }

  /** @throws BrokenLedger */
  private entriesIn(line: Line): LedgerEntry[] {
    try {
      return entriesOf(line.text);
    } catch (fault) {
      throw new BrokenLedger(this.file, line.number, messageOf(fault));
    }
  }

  /** The whole lines of the file's first bytes, a chunk's at a time. */
  private *lines(until: number): Generator<Line[]> {
    let number = 0;
    let offset = 0;
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 0; at < until;) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, until - at));
      const read = readSync(this.descriptor, chunk, 0, chunk.length, at);
      if (read === 0) return; // the file was cut short meanwhile
      at += read;
      let bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      const lines: Line[] = [];
      for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END)) {
        number += 1;
        lines.push({ text: bytes.toString('utf8', 0, end), offset, number });
        offset += end + 1;
        bytes = bytes.subarray(end + 1);
      }
      rest = bytes;
      yield lines;
    }
  }

  private lineAt(offset: number): string {
    for (let length = LINE_BYTES; ; length *= 2) {
      const bytes = Buffer.alloc(length);
      const read = readSync(this.descriptor, bytes, 0, length, offset);
      const end = bytes.subarray(0, read).indexOf(LINE_END);
      if (end >= 0) return bytes.toString('utf8', 0, end);
      if (read < length) throw new Error(`${this.file} was cut short while the sandbox ran`);
    }
  }

  private removeTorn(): void {
    if (fstatSync(this.descriptor).size > this.size) ftruncateSync(this.descriptor, this.size);
  }

  /** A disk that is read-only by now keeps the torn line until the next append or start. */
  private tryToRemoveTorn(): void {
    try {
      this.removeTorn();
    } catch {
      // tried again before the next line
    }
  }
}

/** @throws Error when it is no line of a ledger */
function entriesOf(text: string): LedgerEntry[] {
  const entries = [JSON.parse(text) as unknown].flat();
  if (!entries.every(isEntry)) throw new Error('it has no entry of a ledger');
  return entries;
}

function isEntry(value: unknown): value is LedgerEntry {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Partial<LedgerEntry>; // looked at below
  return (
    typeof entry.kind === 'string' && typeof entry.seq === 'number' && typeof entry.purchaseId === 'string'
  );
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : (fault as NodeJS.ErrnoException).message; // Node's, of another realm under jest
}
