import { defineQuery, setCurrentDetails, setHandler, upsertMemo } from '@temporalio/workflow';
import {
  isSettled,
  type BatchOrder,
  type PlacedOutcome,
  type PlacedRow,
  type RowOutcome,
} from '../../domain/batch/batch';
import {
  countOutcomes,
  newProgress,
  type BatchObstacle,
  type BatchProgress,
  type BatchState,
} from '../../domain/batch/progress';
import {
  BATCH_MEMO,
  BATCH_RESULTS_QUERY,
  type BatchEnd,
  type BatchRecord,
  type ToldRow,
} from '../../domain/batch/protocol';
import { toldRow } from '../../domain/batch/told-row';
import { batchStory } from './story';

/** What one run of a batch passes to the next. */
export interface CarriedBatch {
  progress: BatchProgress;
  /** Of each row; null for one that has not begun. */
  outcomes: readonly (RowOutcome | null)[];
  isCancelled: boolean;
}

/** The one place that holds a batch; its memo, its query, the Web UI's details and its result are written from here. */
export class BatchWorkRecord {
  progress: BatchProgress;
  private readonly outcomes: (RowOutcome | null)[];

  constructor(
    private readonly order: BatchOrder,
    carried: CarriedBatch | undefined,
  ) {
    this.outcomes = [...(carried?.outcomes ?? order.rows.map(() => null))];
    this.progress = carried?.progress ?? newProgress(order.rows.length, order.acceptedAt);
    setHandler(
      defineQuery<readonly ToldRow[], [number, number]>(BATCH_RESULTS_QUERY),
      (from, to) => this.rows.slice(from, to),
      { description: 'What came of the rows from one place up to another, numbers masked.' },
    );
    this.tell();
  }

  get record(): BatchRecord {
    const { channel, batchId, digest, noticeId } = this.order;
    return { channel, batchId, digest, noticeId, progress: this.progress };
  }

  get end(): BatchEnd {
    return { record: this.record, rows: this.rows };
  }

  /** What the next run is given. */
  carriedOver(isCancelled: boolean): CarriedBatch {
    return { progress: this.progress, outcomes: this.outcomes, isCancelled };
  }

  /** Rows that have begun and have no outcome yet. */
  get openRows(): PlacedRow[] {
    return this.placed((outcome) => outcome !== null && !isSettled(outcome));
  }

  get hasRowsLeft(): boolean {
    return this.outcomes.includes(null);
  }

  /** The first rows that have not begun. */
  nextRows(most: number): PlacedRow[] {
    return this.placed((outcome) => outcome === null).slice(0, most);
  }

  note(found: readonly PlacedOutcome[]): void {
    if (found.length === 0) return;
    for (const [place, outcome] of found) {
      if (!isSettled(this.outcomes[place])) this.outcomes[place] = outcome;
    }
    this.publish(countOutcomes(this.outcomes));
  }

  /** @param waitingFor null unless it waits */
  moveTo(state: BatchState, waitingFor: BatchObstacle | null = null): void {
    if (this.progress.state === state && this.progress.waitingFor === waitingFor) return;
    const isEnd = state === 'completed' || state === 'cancelled';
    this.publish({ state, waitingFor, ...(isEnd ? { endedAt: new Date().toISOString() } : {}) });
  }

  private publish(change: Partial<BatchProgress>): void {
    const revision = this.progress.revision + 1;
    this.progress = { ...this.progress, ...change, revision, updatedAt: new Date().toISOString() };
    upsertMemo({ [BATCH_MEMO]: this.record });
    this.tell();
  }

  private tell(): void {
    setCurrentDetails(batchStory(this.record));
  }

  private placed(which: (outcome: RowOutcome | null) => boolean): PlacedRow[] {
    return this.order.rows.flatMap((row, place): PlacedRow[] =>
      which(this.outcomes[place] ?? null) ? [[place, ...row]] : [],
    );
  }

  private get rows(): ToldRow[] {
    return this.order.rows.map((row, place) => toldRow(row, this.outcomes[place] ?? null));
  }
}
