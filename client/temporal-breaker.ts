import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { TemporalOverloaded, TemporalUnavailable } from './purchases';

/** When the breaker opens, and for how long. */
export interface BreakerLimits {
  /** Consecutive calls without a response, or rejected for load. */
  failuresInARow: number;
  /** First and longest pause before one trial call; the pause doubles while the trial fails. Milliseconds. */
  firstPause: number;
  longestPause: number;
}
const LIMITS: BreakerLimits = { failuresInARow: 5, firstPause: 1_000, longestPause: 4_000 };

/** Clock and random source, replaced in tests. */
export interface BreakerWorld {
  /** Monotonic, milliseconds. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
}
const REAL_WORLD: BreakerWorld = { now: () => performance.now(), random: Math.random };

/**
 * Circuit breaker: while Temporal does not respond, further calls fail at once instead of piling up until their
 * deadlines, and one trial call at a time finds out whether it responds again. Nothing is lost: a call that was not sent
 * may be repeated.
 */
export class TemporalBreaker {
  private failures = 0;
  private probing = false;
  private closedUntil = 0;
  private pauses = 0;

  constructor(
    private readonly limits: BreakerLimits = LIMITS,
    private readonly world: BreakerWorld = REAL_WORLD,
  ) {}

  /** @throws TemporalOverloaded without a call while the breaker is open; else the error of the call */
  async guard<T>(ask: () => Promise<T>): Promise<T> {
    const isProbe = this.letThrough();
    try {
      const answer = await ask();
      this.answered();
      return answer;
    } catch (error) {
      if (!(error instanceof TemporalUnavailable))
        this.answered(); // it responded: with an error, or the error is ours
      else if (isProbe || !isAboutWorkers(error)) this.unanswered(isProbe);
      throw error;
    } finally {
      if (isProbe) this.probing = false;
    }
  }

  /** Whether so many calls in a row had no response that calls are refused. */
  get isBehind(): boolean {
    return this.failures >= this.limits.failuresInARow;
  }

  private letThrough(): boolean {
    if (!this.isBehind) return false;
    if (this.probing || this.world.now() < this.closedUntil)
      throw new TemporalOverloaded(this.retryAfterSeconds());
    this.probing = true;
    return true;
  }

  private answered(): void {
    this.failures = 0;
    this.pauses = 0;
  }

  /** Calls that began before the breaker opened do not lengthen the pause. */
  private unanswered(wasProbe: boolean): void {
    this.failures += 1;
    if (!wasProbe && this.failures !== this.limits.failuresInARow) return;
    const { firstPause, longestPause } = this.limits;
    this.closedUntil = this.world.now() + Math.min(firstPause * 2 ** this.pauses, longestPause);
    this.pauses += 1;
  }

  /** Seconds; randomised, so that callers do not return all at once. */
  private retryAfterSeconds(): number {
    const left = Math.max(0, this.closedUntil - this.world.now()) / 1000;
    return Math.ceil(left + 1 + this.world.random() * 2);
  }
}

/** An update waits for a worker, so its failure shows nothing about Temporal. */
function isAboutWorkers({ cause }: TemporalUnavailable): boolean {
  if (cause instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const failure = cause instanceof Error && !isGrpcServiceError(cause) ? cause.cause : cause;
  return isGrpcServiceError(failure) && failure.code === status.FAILED_PRECONDITION;
}
