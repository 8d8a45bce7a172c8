import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TemporalOverloaded, TemporalUnavailable } from './purchases';

/** When to probe whether Temporal accepts writes; milliseconds. */
export interface WriteHealthLimits {
  /** A write without a response for this long triggers a probe. */
  doubtAfter: number;
  /** Interval of probes while they fail. */
  probeEvery: number;
  /** How long a real write counts as proof. Short in a process that sees only successes, where their absence is a sign. */
  trustedAfterWrite: number;
  /** The same for a probe. */
  trustedAfterProbe: number;
}
const COMMON = { doubtAfter: 1_000, probeEvery: 2_000 };
/** For a process that makes the writes and sees each failure. */
export const SEES_FAILURES: WriteHealthLimits = {
  ...COMMON,
  trustedAfterWrite: 300_000,
  trustedAfterProbe: 300_000,
};
/** For a process that sees only the results of others' writes. */
export const SEES_SUCCESSES: WriteHealthLimits = {
  ...COMMON,
  trustedAfterWrite: 5_000,
  trustedAfterProbe: 60_000,
};

/**
 * What is known when a probe fails. A server with a full disk mostly lets a write wait for its deadline, as one does that
 * is overloaded or stopped, so the words name both.
 */
export const NO_WRITES =
  'no write was accepted in time: Temporal may be overloaded or blocked, or its disk may be full or read-only';

export interface WriteProbe {
  /** Writes something small. @throws when it was not written */
  write(): Promise<unknown>;
  /**
   * Called when writes begin to fail, and when they work again.
   * @param fault of the write that failed
   */
  onTurn?: (works: boolean, fault?: unknown) => void;
}

/**
 * Whether Temporal accepts writes: with a full or read-only disk, reads may still work. Real writes show it. A probe is
 * sent only if a real write failed or is late, if there was none for some time and the answer is needed, and every two
 * seconds while writes fail.
 */
export class WriteHealth {
  private works = true;
  private trustedUntil = -Infinity;
  private probing: Promise<void> | undefined;
  private next: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly probe: WriteProbe,
    private readonly limits: WriteHealthLimits,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Makes a real write and learns from it. */
  async watch<T>(write: () => Promise<T>): Promise<T> {
    const late = setTimeout(() => this.doubt(), this.limits.doubtAfter).unref();
    try {
      const written = await write();
      this.proven();
      return written;
    } catch (fault) {
      if (fault instanceof WorkflowExecutionAlreadyStartedError)
        this.proven(); // the server tried to write it
      else if (fault instanceof TemporalUnavailable && !(fault instanceof TemporalOverloaded)) this.doubt();
      throw fault;
    } finally {
      clearTimeout(late);
    }
  }

  /** A real write has worked. */
  proven(): void {
    this.tell(true, this.limits.trustedAfterWrite);
  }

  /** Whether writes work. Waits for a probe if that is not known. */
  async ask(): Promise<boolean> {
    if (this.works && (this.probing || this.clock() >= this.trustedUntil)) await this.findOut();
    return this.works;
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.next);
  }

  private doubt(): void {
    void this.findOut();
  }

  /** One at a time. */
  private findOut(): Promise<void> {
    this.probing ??= this.probe
      .write()
      .then(
        () => this.tell(true, this.limits.trustedAfterProbe),
        (fault: unknown) => this.tell(false, 0, fault),
      )
      .finally(() => (this.probing = undefined));
    return this.probing;
  }

  private tell(works: boolean, trustedFor: number, fault?: unknown): void {
    clearTimeout(this.next);
    if (works) this.trustedUntil = this.clock() + trustedFor;
    else if (!this.isClosed) this.next = setTimeout(() => this.doubt(), this.limits.probeEvery).unref();
    if (works !== this.works) this.probe.onTurn?.(works, fault);
    this.works = works;
  }
}
