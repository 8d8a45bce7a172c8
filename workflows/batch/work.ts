import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  sleep,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { BatchActivities } from '../../activities/batch-activities';
import type { BatchOrder, BatchPolicy, PlacedOutcome, PlacedRow } from '../../domain/batch/batch';
import type { BatchObstacle } from '../../domain/batch/progress';
import { BATCH_OVER, type BatchPart, type SoldPart } from '../../domain/batch/protocol';
import { originOf } from '../../domain/trace';
import { PRIORITY } from '../../domain/priority';

/** Before a part is done again whose activity ended without a result; nothing of ours ends it so, but a person may. */
const PAUSE_MS = 5_000;

/** The activities of one batch. What waits is retried by Temporal, which adds no event to the history. */
export class BatchWork {
  private readonly scope = new CancellationScope();

  constructor(
    private readonly order: BatchOrder,
    private readonly policy: BatchPolicy,
  ) {}

  get isCancelled(): boolean {
    return this.scope.consideredCancelled;
  }

  /** Begins no row any more. What has begun goes on. */
  cancel(): void {
    this.scope.cancel();
  }

  /**
   * Begins rows and waits for their outcomes.
   * @param isCareful whether the part begins with one row, since MobiFone may still be out
   * @returns what came of those that have begun
   */
  async sell(rows: readonly PlacedRow[], isCareful: boolean): Promise<SoldPart> {
    const part = { ...this.part(rows), ...(isCareful ? { isCareful } : {}) };
    const { sellBatchRows } = this.activities(`Begin rows ${numbers(rows)}`, {
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
    });
    try {
      return await this.scope.run(() => sellBatchRows(part));
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) && !isCancellation(failure)) throw failure;
      if (isOver(failure)) this.cancel();
    }
    if (!this.isCancelled) await pause();
    return { outcomes: (await this.findBegun(rows)) ?? [] };
  }

  /** @returns what came of those of the rows that have begun; nothing where the look was ended from outside */
  findBegun(rows: readonly PlacedRow[]): Promise<readonly PlacedOutcome[] | undefined> {
    const { lookAtBatchRows } = this.activities(`Which of rows ${numbers(rows)} have begun?`, {
      retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
    });
    return unlessEnded(() => lookAtBatchRows(this.part(rows), false));
  }

  /** Waits until some of the rows that have begun have an outcome. @returns none of them where that was ended from outside */
  async settle(rows: readonly PlacedRow[]): Promise<readonly PlacedOutcome[]> {
    const { lookAtBatchRows } = this.activities(`Wait for the outcomes of ${rows.length} rows`, {
      retry: { initialInterval: '2 seconds', backoffCoefficient: 1.5, maximumInterval: '1 minute' },
    });
    return (await unlessEnded(() => lookAtBatchRows(this.part(rows), true))) ?? [];
  }

  /** Waits until the obstacle is gone or another one. @returns the other one; null also when the batch is cancelled */
  async untilChanged(known: BatchObstacle, next: PlacedRow): Promise<BatchObstacle | null> {
    const { untilObstacleChanges } = this.activities(`Wait: ${known}`, {
      cancellationType: ActivityCancellationType.TRY_CANCEL,
      retry: { initialInterval: '2 seconds', backoffCoefficient: 1.5, maximumInterval: '30 seconds' },
    });
    try {
      return await this.scope.run(() => untilObstacleChanges(this.part([next]), known));
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) && !isCancellation(failure)) throw failure;
      return null; // cancelled, or ended from outside: the next part finds the obstacle again
    }
  }

  private part(rows: readonly PlacedRow[]): BatchPart {
    const { channel, batchId } = this.order;
    return { channel, batchId, rows, ...originOf(this.order) };
  }

  private activities(summary: string, options: ActivityOptions) {
    return proxyActivities<BatchActivities>({
      taskQueue: this.policy.taskQueue,
      startToCloseTimeout: this.policy.attemptTimeout,
      heartbeatTimeout: this.policy.heartbeatTimeout,
      summary,
      priority: { priorityKey: PRIORITY.bulk, fairnessKey: this.order.channel },
      ...options,
    });
  }
}

/** Nothing where a person ended the activity: whoever waits looks again after a pause. */
async function unlessEnded<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (failure) {
    if (!(failure instanceof ActivityFailure) || !patched('ended-looks-are-made-again')) throw failure;
    await pause();
    return undefined;
  }
}

function pause(): Promise<void> {
  return sleep(PAUSE_MS, { summary: 'The activity was ended from outside' });
}

/** Whether the batch was over before, and is started again. */
function isOver(failure: unknown): boolean {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === BATCH_OVER;
}

/** As people count them, from 1. */
function numbers(rows: readonly PlacedRow[]): string {
  const [first = 0] = rows[0] ?? [];
  const [last = 0] = rows.at(-1) ?? [];
  return `${first + 1} to ${last + 1}`;
}
