/** Tolerated difference between this machine's clock and Temporal's, ms. */
export const CLOCK_TOLERANCE_MS = 5_000;
/** Minimum interval between two requests for Temporal's time, ms; a monotonic clock bridges it. */
const ASK_EVERY_MS = 60_000;
/** Window in which times are collected, ms; the one with the least delay counts. */
const WINDOW_MS = 10 * 60_000;

interface Clocks {
  /** Milliseconds since the epoch, by this machine. */
  wallMs: () => number;
  /** Milliseconds on a clock that never steps. */
  steadyMs: () => number;
}
const REAL_CLOCKS: Clocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() };

/**
 * An estimate of Temporal's clock. No response contains the server's time, but its records do: the start time of a
 * workflow that was just started, the scheduling time of an activity that was just received. A monotonic clock continues
 * from there, so a step of this machine's clock is noticed at once and without a request.
 */
export class ServerClock {
  /** Lower bound of how far Temporal's clock is ahead of the monotonic one, ms; of this window and the previous one. */
  private window: { begunAt: number; lead: number } | undefined;
  private leadBefore = -Infinity;
  private askedAt = -Infinity;

  constructor(private readonly clocks: Clocks = REAL_CLOCKS) {}

  /**
   * Records a time that Temporal has just written.
   * @param serverMs milliseconds since the epoch
   * @param at when it was received, milliseconds of the monotonic clock
   */
  heard(serverMs: number, at: number = this.clocks.steadyMs()): void {
    const lead = serverMs - at;
    if (this.window && at - this.window.begunAt < WINDOW_MS) {
      this.window.lead = Math.max(this.window.lead, lead);
      return;
    }
    this.leadBefore = this.window?.lead ?? -Infinity;
    this.window = { begunAt: at, lead };
  }

  /**
   * Fetches a time that Temporal has just written, at most once a minute; never rejects.
   * @param ask resolves to the time, milliseconds since the epoch
   */
  async learn(ask: () => Promise<number>): Promise<void> {
    const at = this.clocks.steadyMs();
    if (at - this.askedAt < ASK_EVERY_MS) return;
    this.askedAt = at;
    const serverMs = await ask().catch(() => undefined); // the next sale tries again
    if (serverMs !== undefined) this.heard(serverMs, at);
  }

  /**
   * How far this machine's clock is ahead of Temporal's, ms; negative if it is behind; undefined while Temporal's time is
   * unknown.
   */
  get offsetMs(): number | undefined {
    if (!this.window) return undefined;
    return this.clocks.wallMs() - this.clocks.steadyMs() - Math.max(this.window.lead, this.leadBefore);
  }

  /** The same if it exceeds the tolerance; else undefined. */
  get faultMs(): number | undefined {
    const offset = this.offsetMs;
    return offset !== undefined && Math.abs(offset) > CLOCK_TOLERANCE_MS ? offset : undefined;
  }
}

/** Interval of the check, ms; it sends no request. */
const LOOK_EVERY_MS = 5_000;

export interface ClockListener {
  /** Called at each check with how far this machine's clock is ahead of Temporal's, seconds. */
  onOffset?: (seconds: number) => void;
  logger: {
    error(facts: object, message: string): void;
    info(facts: object, message: string): void;
  };
}

/**
 * Reports how far this machine's clock is from Temporal's, and logs when it becomes wrong and when it is right again.
 * @returns a function that stops the watch
 */
export function watchClock(clock: ServerClock, { onOffset, logger }: ClockListener): () => void {
  let wasWrong = false;
  const timer = setInterval(() => {
    const offsetMs = clock.offsetMs;
    if (offsetMs === undefined) return;
    onOffset?.(offsetMs / 1000);
    const isWrong = clock.faultMs !== undefined;
    if (isWrong === wasWrong) return;
    wasWrong = isWrong;
    const facts = {
      event: isWrong ? 'clock.off' : 'clock.right',
      offsetSeconds: Math.round(offsetMs / 1000),
    };
    if (isWrong) logger.error(facts, clockFault(offsetMs));
    else logger.info(facts, 'the clock of this machine matches Temporal’s again');
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

export function clockFault(offsetMs: number): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const where = offsetMs < 0 ? 'behind' : 'ahead of';
  return `the clock of this machine is ${seconds} s ${where} Temporal’s: prices, signatures and days may be wrong`;
}
