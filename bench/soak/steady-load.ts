import { setTimeout as pause } from 'node:timers/promises';

/** The stack sells slower than orders come, so what grows is the heap of open orders. */
export class CannotKeepUp extends Error {
  override readonly name = 'CannotKeepUp';
  constructor(underWay: number, rate: number) {
    super(
      `${underWay} orders are under way: the stack does not keep up with ${rate} a second; choose a lower --rate.`,
    );
  }
}

/** So many seconds' orders may be under way at once: an answer is held for 30. */
const MOST_SECONDS_BEHIND = 60;

/** Orders at an even pace, whether or not those before were answered: what customers do. */
export class SteadyLoad {
  ended = 0;
  private begun = 0;
  private fault: unknown;

  /**
   * @param sell sells the n-th order, from 0, and comes back when its outcome is known
   * @param rate orders a second
   */
  constructor(
    private readonly sell: (at: number) => Promise<unknown>,
    private readonly rate: number,
  ) {}

  get underWay(): number {
    return this.begun - this.ended;
  }

  /**
   * Sells until the signal, then waits for what is under way.
   * @throws CannotKeepUp
   * @throws whatever the first order that fails throws
   */
  async run(until: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    while (!until.aborted && this.fault === undefined) {
      const dueIn = startedAt + (this.begun * 1_000) / this.rate - performance.now();
      if (dueIn > 0) await pause(dueIn, undefined, { signal: until }).catch(() => undefined);
      if (until.aborted) break;
      if (this.underWay > this.rate * MOST_SECONDS_BEHIND) throw new CannotKeepUp(this.underWay, this.rate);
      void this.sellOne(this.begun);
    }
    while (this.underWay > 0 && this.fault === undefined) await pause(100);
    if (this.fault !== undefined) throw this.fault;
  }

  private async sellOne(at: number): Promise<void> {
    this.begun += 1;
    try {
      await this.sell(at);
      this.ended += 1;
    } catch (fault) {
      this.fault ??= fault;
    }
  }
}
