import { activityInfo, CancelledFailure, getClient, heartbeat, type Info } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { deadlineIn } from '../runtime/deadline';
import type { CommandKnowledge } from '../domain/command-result';
import type { NoticeAttempt, RefundDeliveries } from '../domain/notice/notice';
import { ownActivityOf } from '../domain/own-activity-id';
import { Moment, ProcessPulse, REAL_CLOCKS, type Clocks } from './process-pulse';
import { RunsSeen } from './runs-seen';

/** What one attempt of an activity passes to the next, in its heartbeat. */
export interface Memory extends Omit<CommandKnowledge, 'neverSent'>, Partial<RefundDeliveries> {
  /** Since when nothing was sent, milliseconds of Temporal's clock; 0 when nothing ever was. */
  quietSinceMs?: number;
}

/** The memory as a heartbeat has it, with the attempt that it is of, and the run unless an older worker wrote it. */
interface Told {
  attempt: number;
  run?: string;
  memory: Memory;
}

/** Upper bound where the activity sets no shorter timeout, milliseconds. */
const MAX_ATTEMPT_MS = 60_000;
/** Share of the time after which Temporal declares an attempt lost; later, Temporal is asked whether it still counts. */
const CERTAIN_SHARE = 0.8;
/** Share of that time: after such a pause of this process, an attempt may have been lost before it began here. */
const PAUSE_SHARE = 0.2;
/** How long Temporal may take to answer whether an attempt still counts, milliseconds. */
const VALIDITY_DEADLINE_MS = 5_000;

const NOT_FOUND = 5; // gRPC's code

/** The pulse of this process. */
let sharedPulse: ProcessPulse | undefined;
/** The runs that this process has worked on. */
const sharedRuns = new RunsSeen();

/**
 * The running attempt of an activity. It knows whether an earlier one may have sent the command, and whether Temporal
 * may have given this one to another worker (I13): see docs/decisions/0023-a-lost-attempt-sends-nothing.md.
 */
export class Attempt {
  private readonly info: Info;
  /** The latest moment at which the attempt certainly counted. */
  private validAt: Moment | undefined;
  private hasMemory = true;
  /** Whether the run is another one than was seen here before, or a reset of the one that ordered the activity. */
  readonly isOfAnotherRun: boolean;

  constructor(
    private readonly clocks: Clocks = REAL_CLOCKS,
    pulse: Pick<ProcessPulse, 'pausedFor'> = (sharedPulse ??= new ProcessPulse()),
    runs: Pick<RunsSeen, 'isAnother'> = sharedRuns,
  ) {
    this.info = activityInfo();
    const { workflowExecution } = this.info;
    this.isOfAnotherRun =
      workflowExecution !== undefined && (runs.isAnother(workflowExecution) || this.isOfReset);
    const lost = this.lostAfterMs;
    const mayBeStale = pulse.pausedFor(lost * PAUSE_SHARE, Math.max(lost, this.info.startToCloseTimeoutMs));
    if (!mayBeStale) this.validAt = new Moment(clocks);
    // The memory of an older attempt must not be read as the last one's; the log of deliveries is of all attempts.
    const { deliveries } = this.told?.memory ?? {};
    if (!this.isFirst) this.remember(deliveries ? { deliveries } : {});
  }

  get number(): number {
    return this.info.attempt;
  }

  /** The run of the workflow; empty where there is none. */
  get run(): string {
    return this.info.workflowExecution?.runId ?? '';
  }

  /** Whether the run is a reset of the one that ordered the activity, which its id names. */
  get isOfReset(): boolean {
    const own = ownActivityOf(this.info.activityId);
    return own !== undefined && own !== 'none' && own.originalRunId !== this.run;
  }

  /**
   * Whether this is the activity's first attempt ever. After Temporal's activity reset `attempt` is 1 again, but the
   * attempt was scheduled later than the activity. Where another run of the workflow was seen here, that run may have
   * made the attempt.
   */
  get isFirst(): boolean {
    return !this.isOfAnotherRun && this.isFirstInRun;
  }

  /** The same, whatever other runs of the workflow did. */
  get isFirstInRun(): boolean {
    const { attempt, isLocal, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = this.info;
    return attempt === 1 && (isLocal || currentAttemptScheduledTimestampMs <= scheduledTimestampMs);
  }

  /**
   * Whether a command may be sent. An activity sends in its first attempt only, so that whatever its attempts have told, and
   * somebody tells again, stays true: an older one, whose id is a number, sends in any.
   */
  get maySend(): boolean {
    return this.isFirstInRun || !this.sendsOnce;
  }

  /** Whether its id names its run: only then does it send in its first attempt alone. */
  get sendsOnce(): boolean {
    return ownActivityOf(this.info.activityId) !== undefined;
  }

  /** When Temporal scheduled this attempt, by its own clock: nothing of an earlier attempt is sent after it. */
  get scheduledAtMs(): number {
    return this.info.currentAttemptScheduledTimestampMs;
  }

  /** For how long the activity has been tried when Temporal scheduled this attempt, milliseconds. */
  get sinceFirstScheduledMs(): number {
    return Math.max(0, this.info.currentAttemptScheduledTimestampMs - this.info.scheduledTimestampMs);
  }

  /** For an activity of several commands: the memory of one would be taken for that of another. */
  forgetMemory(): void {
    this.hasMemory = false;
  }

  /** The memory of the attempt right before this one; empty when it was lost, or a reset came between. */
  get remembered(): Memory {
    if (!this.hasMemory) return {};
    const { told } = this;
    if (told?.attempt !== this.info.attempt - 1) return {};
    const isOlder = told.run === undefined && !this.sendsOnce;
    return isOlder || told.run === this.run ? told.memory : {};
  }

  /** The deliveries of all attempts before this one; of one that was lost with its worker nothing is known. */
  get deliveries(): readonly NoticeAttempt[] {
    return this.told?.memory.deliveries ?? [];
  }

  private get told(): Told | null | undefined {
    return this.info.heartbeatDetails as Told | null | undefined; // of `remember`
  }

  /** To be called last in an attempt that fails: passes its memory to the next one. */
  remember(memory: Memory): void {
    if (this.hasMemory && !this.info.isLocal)
      heartbeat({ attempt: this.info.attempt, run: this.run, memory } satisfies Told);
  }

  /**
   * To be called right before each send, and again after the promise that it may give.
   * @returns nothing when the attempt certainly counts at this moment
   * @throws ApplicationFailure `AttemptLost`, CancelledFailure; nothing may be sent then
   */
  readonly beforeSend = (): Promise<void> | undefined => {
    if (this.validAt && this.validAt.agoMs < this.lostAfterMs * CERTAIN_SHARE) return undefined;
    return this.askWhetherItCounts();
  };

  /**
   * After how long without a sign of life Temporal declares an attempt lost, milliseconds. An attempt that was interrupted, or whose
   * run was reset, sends nothing later than that: by then it has asked whether it still counts.
   */
  get lostAfterMs(): number {
    const { heartbeatTimeoutMs, startToCloseTimeoutMs } = this.info;
    return Math.min(heartbeatTimeoutMs || MAX_ATTEMPT_MS, startToCloseTimeoutMs || MAX_ATTEMPT_MS);
  }

  private async askWhetherItCounts(): Promise<void> {
    if (this.info.isLocal) throw attemptLost('a local attempt took too long to be sure that it still counts');
    const { taskToken, activityNamespace: namespace } = this.info;
    const asked = new Moment(this.clocks);
    const client = getClient();
    const answer = await client
      .withDeadline(deadlineIn(VALIDITY_DEADLINE_MS), () =>
        client.workflowService.recordActivityTaskHeartbeat({ namespace, taskToken }),
      )
      .catch((error: unknown) => {
        throw attemptLost(
          hasCode(error, NOT_FOUND)
            ? 'Temporal has given it up'
            : 'Temporal does not answer whether it still counts',
        );
      });
    if (answer.cancelRequested || answer.activityPaused || answer.activityReset) {
      throw new CancelledFailure('the attempt was cancelled, paused or reset; nothing was sent');
    }
    this.validAt = asked;
  }
}

/** Whether a call was held back because its attempt may no longer count; a call before it in the attempt may have been sent. */
export function isAttemptLost(failure: unknown): boolean {
  return failure instanceof ApplicationFailure && failure.type === ATTEMPT_LOST;
}

const ATTEMPT_LOST = 'AttemptLost';

function attemptLost(why: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: ATTEMPT_LOST,
    message: `this call was not sent: ${why}`,
    category: ApplicationFailureCategory.BENIGN,
  });
}

function hasCode(error: unknown, code: number): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
