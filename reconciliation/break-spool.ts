import { createReadStream } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { BREAK_KIND_NAMES, type BreakKind } from '../domain/reconciliation/breaks';
import { OWNER_ONLY } from '../runtime/owner-only';
import { temporaryFolder } from '../runtime/temporary-folder';
import type { Break } from './report';
import { breaksCsv, breaksCsvHead } from './report-csv';

/** Rows that are written at once. */
const BATCH = 500;

/**
 * All breaks of a day on their way into the CSV file, on disk: a bad file makes hundreds of thousands. Each kind has a file,
 * so that the whole comes out in the order of a report without being sorted.
 */
export class BreakSpool {
  private readonly waiting = new Map<BreakKind, Break[]>();
  private readonly written = new Set<BreakKind>();

  private constructor(private readonly folder: string) {}

  /** The folder is removed when the work is done. */
  static async during<T>(work: (spool: BreakSpool) => Promise<T>): Promise<T> {
    const folder = await temporaryFolder('breaks');
    try {
      return await work(new BreakSpool(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @param row in the order of the purchases */
  readonly add = async (row: Break): Promise<void> => {
    const rows = this.waiting.get(row.kind) ?? [];
    rows.push(row);
    this.waiting.set(row.kind, rows);
    if (rows.length < BATCH) return;
    this.waiting.delete(row.kind);
    this.written.add(row.kind);
    await appendFile(this.fileOf(row.kind), breaksCsv(rows), { mode: OWNER_ONLY.file });
  };

  /** All that was added, in the order of a report. */
  async *csv(): AsyncGenerator<string> {
    yield breaksCsvHead();
    for (const kind of BREAK_KIND_NAMES) {
      if (this.written.has(kind)) {
        yield* createReadStream(this.fileOf(kind), { encoding: 'utf8' }) as AsyncIterable<string>; // with an encoding its chunks are text
      }
      const rest = this.waiting.get(kind);
      if (rest) yield breaksCsv(rest);
    }
  }

  private fileOf(kind: BreakKind): string {
    return path.join(this.folder, `${kind}.csv`);
  }
}
