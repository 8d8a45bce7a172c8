import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PurchaseId } from '../domain/identifiers';
import { parsedJson, writeJsonFile } from '../runtime/json-file';
import { OWNER_ONLY } from '../runtime/owner-only';
import type { BatchPlan, BatchResult } from './batch';

const ID_PATTERN = /^batch-[0-9a-f]{10}$/;

export function isBatchId(text: string): boolean {
  return ID_PATTERN.test(text);
}

/** An id that no earlier batch had: purchases would take the same id for a repetition. */
export function newBatchId(): string {
  return `batch-${randomBytes(5).toString('hex')}`;
}

/**
 * The files of a batch in the data folder: its plan, and one line for the result of each purchase. A batch that the desk
 * has planned can be continued by the command, and the reverse.
 */
export class BatchFiles {
  readonly plan: string;
  readonly results: string;

  /** @param id one for which `isBatchId` holds: it becomes a file's name */
  constructor(dataDir: string, id: string) {
    const folder = path.join(dataDir, 'batches');
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY.folder });
    this.plan = path.join(folder, `${id}.json`);
    this.results = path.join(folder, `${id}.results.ndjson`);
  }

  /** @throws FileNotWritten */
  write(plan: BatchPlan): Promise<void> {
    return writeJsonFile(this.plan, plan);
  }

  /** Undefined when this data folder has no such dry run. */
  read(): BatchPlan | undefined {
    if (!existsSync(this.plan)) return undefined;
    return JSON.parse(readFileSync(this.plan, 'utf8')) as BatchPlan; // written by `write`
  }

  append(result: BatchResult): void {
    appendFileSync(this.results, `${JSON.stringify(result)}\n`, { mode: OWNER_ONLY.file });
  }

  /** The last result of each purchase. A line that a kill cut short is ignored, and is ended. */
  resultsSoFar(): BatchResult[] {
    if (!existsSync(this.results)) return [];
    const text = readFileSync(this.results, 'utf8');
    if (!text.endsWith('\n')) appendFileSync(this.results, '\n');
    const results = text.split('\n').map((line) => parsedJson(line) as BatchResult | undefined); // a whole line is `append`'s
    return [...new Map(results.flatMap((one) => (one ? [[one.purchaseId, one] as const] : []))).values()];
  }

  /** Purchases that an earlier run has an answer for; those that failed are done again. */
  done(): ReadonlySet<PurchaseId> {
    return new Set(this.resultsSoFar().flatMap((one) => (one.kind === 'failed' ? [] : [one.purchaseId])));
  }
}
