/** How far this machine's clock may be from Temporal's before somebody is told, milliseconds. */
export const CLOCK_TOLERANCE_MS = 5_000;
/** How often Temporal is asked for a time at most, milliseconds: between two answers a clock that never steps counts on. */
const ASK_EVERY_MS = 60_000;
/** How long times are gathered together, milliseconds: the one that was the least late on its way counts. */
const WINDOW_MS = 10 * 60_000;

interface Clocks {
  /** Milliseconds since the epoch, by this machine. */
  wallMs: () => number;
  /** Milliseconds on a clock that never steps. */
  steadyMs: () => number;
}
const REAL_CLOCKS: Clocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() };

/**
 * Temporal's clock, as far as this process has seen it. No answer tells the time of the server, but what it writes down
 * has one: the start of a workflow that we have just started, the scheduling of an activity that was just given to us.
 * From there on a clock that never steps counts, so that a step of this machine's own clock shows at once, without
 * asking anybody.
 */
export class ServerClock {
  /** What Temporal's clock is ahead of the steady one by, milliseconds, at least; of this window and the one before. */
  private window: { begunAt: number; lead: number } | undefined;
  private leadBefore = -Infinity;
  private askedAt = -Infinity;

  constructor(private readonly clocks: Clocks = REAL_CLOCKS) {}

  /**
   * Takes note of a time that Temporal wrote down a moment ago.
   * @param serverMs milliseconds since the epoch
   * @param at when we learned of it, milliseconds of the steady clock
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
   * Asks for a time that Temporal has written down right before, at most once a minute; never rejects.
   * @param ask the time, milliseconds since the epoch
   */
  async learn(ask: () => Promise<number>): Promise<void> {
    const at = this.clocks.steadyMs();
    if (at - this.askedAt < ASK_EVERY_MS) return;
    this.askedAt = at;
    const serverMs = await ask().catch(() => undefined); // the next sale asks again
    if (serverMs !== undefined) this.heard(serverMs, at);
  }

  /**
   * How far this machine's clock is ahead of Temporal's, milliseconds, negative when it is behind; nothing while no time
   * of Temporal's is known.
   */
  get offsetMs(): number | undefined {
    if (!this.window) return undefined;
    return this.clocks.wallMs() - this.clocks.steadyMs() - Math.max(this.window.lead, this.leadBefore);
  }

  /** The same, when it is more than the ways of messages explain; else nothing. */
  get faultMs(): number | undefined {
    const offset = this.offsetMs;
    return offset !== undefined && Math.abs(offset) > CLOCK_TOLERANCE_MS ? offset : undefined;
  }
}
