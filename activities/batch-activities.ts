import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import {
  isSettled,
  type BatchRow,
  type PlacedOutcome,
  type PlacedRow,
  type RowOutcome,
  type RowTurn,
} from '../domain/batch/batch';
import type { BatchObstacle } from '../domain/batch/progress';
import { BATCH_OVER, type BatchPart, type SoldPart } from '../domain/batch/protocol';
import { batchWorkflowId, type ChannelName } from '../domain/identifiers';
import type { WorkflowRun } from './runs-seen';

/** What a batch needs of other rooms, passed in by `worker.ts`. */
export interface BatchTools {
  /** Begins a row, or finds that it has begun, and waits a while for its outcome. Safe to repeat. */
  sell(part: BatchPart, row: BatchRow): Promise<RowOutcome | { obstacle: BatchObstacle }>;
  /**
   * What came of a row; nothing if it has not begun.
   * @param hasBegun whether it is known to have begun
   */
  look(part: BatchPart, row: BatchRow, hasBegun: boolean): Promise<RowOutcome | undefined>;
  /** Why a row cannot begin now. */
  obstacle(part: BatchPart, row: BatchRow): Promise<BatchObstacle | undefined>;
  /** Waits until one more row may be under way in this process; nothing when that is cancelled. */
  turn(part: BatchPart, cancelled: AbortSignal): Promise<RowTurn | undefined>;
  /** How many rows of a part may be under way at most; 0 while MobiFone is out for its channel. */
  rowsAtOnce(channel: ChannelName): number;
}

/** The `type` of the failure by which Temporal asks again later; what waits adds no event to the history. */
export const BATCH_WAITS = 'BatchWaits';
/** An outage that has just been noticed is not over within seconds. */
const LOOKS_AT_AN_OUTAGE = 3;
/** A part ends by then: people who watch see how far it is, and another batch has its turn, ms. */
const TURN_MS = 5_000;
/** Temporal's worker sends as many of these as its settings say. */
const HEARTBEAT_EVERY_MS = 500;

/** Whether a batch was over before this run of its workflow began; passed in by `worker.ts`. */
export type WasBatchOver = (run: WorkflowRun) => Promise<boolean>;

export function createBatchActivities(tools: BatchTools, wasOver: WasBatchOver, turnMs = TURN_MS) {
  return {
    /**
     * Begins the rows of a part, a few at a time, and waits for their outcomes. Another attempt goes on where the heartbeats
     * of this one ended; a row that it begins again is the same purchase. Rows for which there was no time are begun by the
     * next part.
     * @throws ApplicationFailure `BATCH_OVER` for a batch that is started again; then nothing is begun
     */
    sellBatchRows: async (part: BatchPart): Promise<SoldPart> => {
      await requireNotOver(wasOver, requireOwnBatch(part));
      const sale = new PartSale(tools, part, reported(), turnMs);
      const beat = setInterval(() => heartbeat(sale.outcomes), HEARTBEAT_EVERY_MS);
      try {
        return await sale.run(cancellationSignal());
      } finally {
        clearInterval(beat);
        heartbeat(sale.outcomes);
      }
    },

    /**
     * What came of rows that may have begun.
     * @param untilSettled whether they have begun, and it is asked again until one of them has an outcome
     */
    lookAtBatchRows: async (part: BatchPart, untilSettled: boolean): Promise<readonly PlacedOutcome[]> => {
      requireOwnBatch(part);
      const found: PlacedOutcome[] = [];
      for (const placed of part.rows) {
        heartbeat();
        const outcome = await tools.look(part, rowOf(placed), untilSettled);
        if (outcome && (!untilSettled || isSettled(outcome))) found.push([placed[0], outcome]);
      }
      if (untilSettled && found.length === 0) throw waits('no row has an outcome yet');
      return found;
    },

    /** @returns another obstacle than the known one; null if there is none */
    untilObstacleChanges: async (part: BatchPart, known: BatchObstacle): Promise<BatchObstacle | null> => {
      requireOwnBatch(part);
      const [next] = part.rows;
      const isTooSoon = known === 'mobifone_unavailable' && activityInfo().attempt < LOOKS_AT_AN_OUTAGE;
      const now = isTooSoon || !next ? known : await tools.obstacle(part, rowOf(next));
      if (now === known) throw waits(`the batch waits: ${known}`);
      return now ?? null;
    },
  };
}

export type BatchActivities = ReturnType<typeof createBatchActivities>;

/** One attempt at the rows of a part. */
class PartSale {
  private readonly found: Map<number, RowOutcome>;
  private readonly left: PlacedRow[];
  private obstacle: BatchObstacle | undefined;
  private readonly faults: unknown[] = [];
  private isCareful: boolean;
  private hasBegun = false;
  private readonly beganAt = performance.now();

  constructor(
    private readonly tools: BatchTools,
    private readonly part: BatchPart,
    before: readonly PlacedOutcome[],
    private readonly turnMs: number,
  ) {
    this.found = new Map(before);
    this.left = part.rows.filter(([place]) => !this.found.has(place));
    this.isCareful = part.isCareful ?? false;
  }

  get outcomes(): PlacedOutcome[] {
    return [...this.found];
  }

  /** @throws the first fault, once nothing is under way */
  async run(cancelled: AbortSignal): Promise<SoldPart> {
    const underWay = new Set<Promise<void>>();
    while (this.mayBegin(cancelled)) {
      const atOnce = this.tools.rowsAtOnce(this.part.channel);
      const limit = this.isCareful ? Math.min(1, atOnce) : atOnce;
      if (underWay.size >= limit) {
        if (underWay.size > 0) await Promise.race(underWay);
        else this.obstacle = 'mobifone_unavailable';
        continue;
      }
      const turn = await this.tools.turn(this.part, cancelled);
      const next = this.mayBegin(cancelled) ? this.left.shift() : undefined; // a row may have told why not, meanwhile
      if (!turn || !next) {
        turn?.end(false);
        continue;
      }
      this.hasBegun = true;
      const row: Promise<void> = this.begin(next, turn).finally(() => underWay.delete(row));
      underWay.add(row);
    }
    await Promise.all(underWay);
    if (this.faults.length > 0) throw this.faults[0];
    return { outcomes: this.outcomes, ...(this.obstacle ? { obstacle: this.obstacle } : {}) };
  }

  private mayBegin(cancelled: AbortSignal): boolean {
    if (this.left.length === 0 || this.obstacle || this.faults.length > 0 || cancelled.aborted) return false;
    return !this.hasBegun || performance.now() - this.beganAt < this.turnMs;
  }

  private async begin(placed: PlacedRow, turn: RowTurn): Promise<void> {
    let isTypical = false;
    try {
      const told = await this.tools.sell(this.part, rowOf(placed));
      if ('obstacle' in told) {
        this.obstacle ??= told.obstacle;
        return;
      }
      isTypical = isSettled(told) && told[0] !== 'refused' && told[0] !== 'repeated';
      this.found.set(placed[0], told);
      if (told[1] === 'mobifone_unavailable') this.obstacle ??= 'mobifone_unavailable';
      else this.isCareful = false;
    } catch (fault) {
      this.faults.push(fault);
    } finally {
      turn.end(isTypical);
    }
  }
}

/** What the attempt before reported by its heartbeats. */
function reported(): readonly PlacedOutcome[] {
  const details: unknown = activityInfo().heartbeatDetails;
  return Array.isArray(details) ? (details as PlacedOutcome[]) : []; // written above
}

function rowOf([, ...row]: PlacedRow): BatchRow {
  return row;
}

/**
 * Payloads under an older key are not bound to their workflow, so one could have been moved here (I18).
 * @returns the run of its workflow
 */
function requireOwnBatch({ channel, batchId }: BatchPart): WorkflowRun {
  const { workflowExecution } = activityInfo();
  if (workflowExecution?.workflowId === batchWorkflowId(channel, batchId)) return workflowExecution;
  throw ApplicationFailure.create({
    type: 'ForeignBatch',
    message: `nothing was done: the input is of batch ${batchId} of ${channel}`,
  });
}

async function requireNotOver(wasOver: WasBatchOver, run: WorkflowRun): Promise<void> {
  if (!(await wasOver(run))) return;
  throw ApplicationFailure.nonRetryable(
    'no row was begun: the batch was over before, and its workflow was started again',
    BATCH_OVER,
  );
}

function waits(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: BATCH_WAITS,
    message,
    category: ApplicationFailureCategory.BENIGN,
  });
}
