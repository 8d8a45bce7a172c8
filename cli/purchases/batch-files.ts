import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BatchPlan, BatchResult } from '../../operators/batch';
import type { Config } from '../../config';
import type { PurchaseId } from '../../domain/identifiers';
import { parsedJson, writeJsonFile } from '../../runtime/json-file';
import { CommandFault } from '../terminal/command-fault';

const ID_PATTERN = /^batch-[0-9a-f]{10}$/;

/** An id that no earlier batch had: purchases would take the same id for a repetition. */
export function newBatchId(): string {
  return `batch-${randomBytes(5).toString('hex')}`;
}

/** The files of a batch in the data folder: its plan, and one line for the result of each purchase. */
export class BatchFiles {
  readonly plan: string;
  readonly results: string;

  /** @throws CommandFault when the text is not the id of a batch */
  constructor(config: Pick<Config, 'DATA_DIR'>, id: string) {
    if (!ID_PATTERN.test(id))
      throw new CommandFault(`"${id}" is not the id of a batch, as a dry run prints it.`);
    const folder = path.join(config.DATA_DIR, 'batches');
    mkdirSync(folder, { recursive: true });
    this.plan = path.join(folder, `${id}.json`);
    this.results = path.join(folder, `${id}.results.ndjson`);
  }

  /** @throws FileNotWritten */
  write(plan: BatchPlan): Promise<void> {
    return writeJsonFile(this.plan, plan);
  }

  /** @throws CommandFault when this data folder has no such dry run */
  read(): BatchPlan {
    if (!existsSync(this.plan)) {
      throw new CommandFault(`${this.plan} is not there: confirm a batch with the DATA_DIR of its dry run.`);
    }
    return JSON.parse(readFileSync(this.plan, 'utf8')) as BatchPlan; // written by `write`
  }

  append(result: BatchResult): void {
    appendFileSync(this.results, `${JSON.stringify(result)}\n`, { mode: 0o600 });
  }

  /** Purchases that an earlier run has a result for. A line that a kill cut short is ignored, and is ended. */
  done(): ReadonlySet<PurchaseId> {
    if (!existsSync(this.results)) return new Set();
    const text = readFileSync(this.results, 'utf8');
    if (!text.endsWith('\n')) appendFileSync(this.results, '\n');
    const results = text.split('\n').map((line) => parsedJson(line) as BatchResult | undefined); // a whole line is `append`'s
    return new Set(results.flatMap((one) => (one && one.kind !== 'failed' ? [one.purchaseId] : [])));
  }
}
