import type { Client } from '@temporalio/client';
import type { BatchOrder, BatchRow } from '../domain/batch/batch';
import { countOutcomes } from '../domain/batch/progress';
import type { BatchRecord, ToldRow } from '../domain/batch/protocol';
import { toldRow } from '../domain/batch/told-row';
import { LatestEntries } from '../runtime/latest-entries';
import { orderOf } from './batch-input';
import { rowOutcome, type RowSources } from './row-outcome';

/** Purchases that are read side by side. */
const ROWS_AT_ONCE = 10;
/** As long a reading is told, ms: the rows and the counts that are asked for together agree, and purchases are not asked at each look. */
const TOLD_FOR_MS = 60_000;
/** A reading has ten thousand rows at most. */
const MAX_READINGS = 20;

interface Run {
  workflowId: string;
  runId: string;
}

interface Reading {
  at: number;
  rows: Promise<readonly ToldRow[]>;
}

/** The rows of batches that were ended from outside, by their purchases, which went on. */
export class CutOffBatches {
  private readonly readings = new LatestEntries<string, Reading>(MAX_READINGS);

  constructor(
    private readonly client: Client,
    private readonly sources: RowSources,
    /** As many rows one activity was given. */
    private readonly rowsOfAPart: number,
  ) {}

  /**
   * @param told asks for all rows as the batch told them last; nothing where it was completed, and no worker can replay it. Then
   *   what was refused, which made no purchase, is told as not begun.
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  rows(run: Run, told?: () => Promise<readonly ToldRow[]>): Promise<readonly ToldRow[]> {
    const known = this.readings.get(run.runId);
    if (known && performance.now() - known.at < TOLD_FOR_MS) return known.rows;
    const rows = this.read(run, told);
    const reading = { at: performance.now(), rows };
    this.readings.set(run.runId, reading);
    void rows.catch(() => (reading.at = -Infinity)); // it is read again
    return rows;
  }

  private async read(run: Run, told?: () => Promise<readonly ToldRow[]>): Promise<readonly ToldRow[]> {
    const order = await orderOf(this.client, run);
    const rows = [...((await told?.()) ?? order.rows.map((row) => toldRow(row, null)))];
    const left = [...rows.keys()].filter((place) => isUnsettled(rows[place]));
    // Rows begin in their order, so behind a part of which none has begun, none has. Not so where refused ones are not told.
    const group = told ? this.rowsOfAPart : left.length;
    while (left.length > 0) {
      const places = left.splice(0, Math.max(1, group));
      await this.readAll(order, places, rows);
      if (places.every((place) => rows[place]?.[3] === 'not_begun')) break;
    }
    return rows;
  }

  private async readAll(order: RowsOrder, places: readonly number[], rows: ToldRow[]): Promise<void> {
    const left = [...places];
    while (left.length > 0)
      await Promise.all(left.splice(0, ROWS_AT_ONCE).map((place) => this.readOne(order, place, rows)));
  }

  private async readOne(order: RowsOrder, place: number, rows: ToldRow[]): Promise<void> {
    const row: BatchRow | undefined = order.rows[place];
    if (!row) return;
    const outcome = await rowOutcome(this.sources, order, row, rows[place]?.[3] === 'open');
    if (outcome) rows[place] = toldRow(row, outcome);
  }
}

type RowsOrder = Pick<BatchOrder, 'channel' | 'batchId' | 'rows'>;

function isUnsettled(row: ToldRow | undefined): boolean {
  return row?.[3] === 'not_begun' || row?.[3] === 'open';
}

/** The record with the counts and the money of these rows. Its revision goes up as they begin and get their outcomes. */
export function countedRecord(record: BatchRecord, rows: readonly ToldRow[]): BatchRecord {
  const { results, money } = countOutcomes(
    rows.map(([, , , result, reason, faceValue, discount]) =>
      result === 'not_begun' ? null : [result, reason, faceValue, discount],
    ),
  );
  const { progress } = record;
  const begun = rows.length - results.not_begun;
  const revision = progress.revision + begun + (begun - results.open);
  return { ...record, progress: { ...progress, revision, results, money } };
}
