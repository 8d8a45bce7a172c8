import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TemporalOverloaded, TemporalUnavailable } from './purchases';

/** When it is asked whether Temporal takes writes; milliseconds. */
export interface WriteHealthLimits {
  /** A write that is unanswered for so long raises a doubt. */
  doubtAfter: number;
  /** Between two probes while they fail. */
  probeEvery: number;
  /** For so long after a real write nobody who asks has one tried; where only successes are seen, their end is a sign. */
  trustedAfterWrite: number;
  /** The same after a probe. */
  trustedAfterProbe: number;
}
const COMMON = { doubtAfter: 1_000, probeEvery: 2_000 };
/** Of a process that makes the writes, and so sees each that fails. */
export const SEES_FAILURES: WriteHealthLimits = {
  ...COMMON,
  trustedAfterWrite: 300_000,
  trustedAfterProbe: 300_000,
};
/** Of a process that only sees what came of others' writes. */
export const SEES_SUCCESSES: WriteHealthLimits = {
  ...COMMON,
  trustedAfterWrite: 5_000,
  trustedAfterProbe: 60_000,
};

/** What it is asked by, and whom it tells. */
export interface WriteProbe {
  /** Writes something small. @throws when it was not written */
  write(): Promise<unknown>;
  /** Told when writes begin to fail, and when they work again. */
  onTurn?: (works: boolean) => void;
}

/**
 * Whether Temporal takes writes, as real ones show: its reads may be answered while its disk is full or read-only. A
 * write of its own is made only where there is a doubt, because a real one failed or is late, or because there was none
 * for some time and somebody asks; and every two seconds while writes fail, until one works again.
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
        this.proven(); // found by trying to write it
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

  /** Whether writes work. It waits for a probe where that is not known any more, or doubted. */
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
        () => this.tell(false, 0),
      )
      .finally(() => (this.probing = undefined));
    return this.probing;
  }

  private tell(works: boolean, trustedFor: number): void {
    clearTimeout(this.next);
    if (works) this.trustedUntil = this.clock() + trustedFor;
    else if (!this.isClosed) this.next = setTimeout(() => this.doubt(), this.limits.probeEvery).unref();
    if (works !== this.works) this.probe.onTurn?.(works);
    this.works = works;
  }
}
