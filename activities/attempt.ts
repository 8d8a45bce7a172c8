import { activityInfo, CancelledFailure, getClient, heartbeat, type Info } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { deadlineIn } from '../runtime/deadline';
import type { CommandKnowledge } from '../domain/command-result';
import { Moment, ProcessPulse, REAL_CLOCKS, type Clocks } from './process-pulse';

/** What one attempt of an activity passes to the next, in its heartbeat. */
export interface Memory extends Omit<CommandKnowledge, 'neverSent'> {
  /** Since when nothing was sent, milliseconds of Temporal's clock; 0 when nothing ever was. */
  quietSinceMs?: number;
}

/** Where nothing is longer set, milliseconds. */
const LONGEST_ATTEMPT_MS = 60_000;
/** Of the time after which Temporal declares an attempt lost: beyond it, it is asked whether this one still stands. */
const CERTAIN_SHARE = 0.8;
/** A pause of this process, as a share of that time, after which an attempt may have been lost before it began here. */
const PAUSE_SHARE = 0.2;
/** How long Temporal may take to say whether an attempt stands, milliseconds. */
const STANDS_DEADLINE_MS = 5_000;

const NOT_FOUND = 5; // gRPC's code

/** The pulse of this process. */
let sharedPulse: ProcessPulse | undefined;

/**
 * One attempt of the activity that runs. It knows whether an earlier one may have sent the command, and whether
 * Temporal may have given this one to another worker (I13): see docs/decisions/0023-a-lost-attempt-sends-nothing.md.
 */
export class Attempt {
  private readonly info: Info;
  /** The latest moment at which the attempt certainly stood. */
  private stoodAt: Moment | undefined;

  constructor(
    private readonly clocks: Clocks = REAL_CLOCKS,
    pulse: Pick<ProcessPulse, 'pausedFor'> = (sharedPulse ??= new ProcessPulse()),
  ) {
    this.info = activityInfo();
    const lost = this.lostAfterMs;
    const mayBeStale = pulse.pausedFor(lost * PAUSE_SHARE, Math.max(lost, this.info.startToCloseTimeoutMs));
    if (!mayBeStale) this.stoodAt = new Moment(clocks);
    if (!this.isFirst) this.remember({}); // or what an attempt before the last told would be taken for the last one's
  }

  get number(): number {
    return this.info.attempt;
  }

  /**
   * Whether this is the activity's first attempt ever. After Temporal's activity reset `attempt` is 1 again, but the
   * attempt was scheduled later than the activity.
   */
  get isFirst(): boolean {
    const { attempt, isLocal, scheduledTimestampMs, currentAttemptScheduledTimestampMs } = this.info;
    return attempt === 1 && (isLocal || currentAttemptScheduledTimestampMs <= scheduledTimestampMs);
  }

  /** When Temporal scheduled this attempt, by its own clock: nothing of an earlier attempt is sent after it. */
  get scheduledAtMs(): number {
    return this.info.currentAttemptScheduledTimestampMs;
  }

  /** For how long the activity has been tried when Temporal scheduled this attempt, milliseconds. */
  get sinceFirstScheduledMs(): number {
    return Math.max(0, this.info.currentAttemptScheduledTimestampMs - this.info.scheduledTimestampMs);
  }

  /** What the attempt right before this one told; nothing when it was lost, or a reset came between. */
  get remembered(): Memory {
    const told = this.info.heartbeatDetails as { attempt: number; memory: Memory } | null | undefined; // of `remember`
    return told?.attempt === this.info.attempt - 1 ? told.memory : {};
  }

  /** To be called last in an attempt that fails: what the next one may rely on. */
  remember(memory: Memory): void {
    if (!this.info.isLocal) heartbeat({ attempt: this.info.attempt, memory });
  }

  /**
   * To be called right before each send, and again after the promise that it may give.
   * @returns nothing when the attempt certainly stands at this moment
   * @throws ApplicationFailure `AttemptLost`, CancelledFailure; nothing may be sent then
   */
  readonly beforeSend = (): Promise<void> | undefined => {
    if (this.stoodAt && this.stoodAt.agoMs < this.lostAfterMs * CERTAIN_SHARE) return undefined;
    return this.askWhetherItStands();
  };

  /** After how long without a sign of life Temporal declares an attempt lost, milliseconds. */
  private get lostAfterMs(): number {
    const { heartbeatTimeoutMs, startToCloseTimeoutMs } = this.info;
    return Math.min(heartbeatTimeoutMs || LONGEST_ATTEMPT_MS, startToCloseTimeoutMs || LONGEST_ATTEMPT_MS);
  }

  private async askWhetherItStands(): Promise<void> {
    if (this.info.isLocal)
      throw attemptLost('a local attempt took too long, and nobody can say whether it stands');
    const { taskToken, activityNamespace: namespace } = this.info;
    const asked = new Moment(this.clocks);
    const client = getClient();
    const answer = await client
      .withDeadline(deadlineIn(STANDS_DEADLINE_MS), () =>
        client.workflowService.recordActivityTaskHeartbeat({ namespace, taskToken }),
      )
      .catch((error: unknown) => {
        throw attemptLost(
          hasCode(error, NOT_FOUND)
            ? 'Temporal has given it up'
            : 'Temporal does not say whether it still stands',
        );
      });
    if (answer.cancelRequested || answer.activityPaused || answer.activityReset) {
      throw new CancelledFailure('the attempt was cancelled, paused or reset; nothing was sent');
    }
    this.stoodAt = asked;
  }
}

/** Whether an attempt ended because it may not stand any more: it has sent nothing. */
export function isAttemptLost(failure: unknown): boolean {
  return failure instanceof ApplicationFailure && failure.type === ATTEMPT_LOST;
}

const ATTEMPT_LOST = 'AttemptLost';

function attemptLost(why: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: ATTEMPT_LOST,
    message: `nothing was sent: ${why}`,
    category: ApplicationFailureCategory.BENIGN,
  });
}

function hasCode(error: unknown, code: number): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
