/** Waits as long as something goes on: a slow machine is given time, what stands still or never ends is not. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly over: Promise<undefined>;
  private pass: (value: undefined) => void = () => undefined;
  private timer: NodeJS.Timeout;

  /**
   * @param silenceMs real time without a sign of life after which nothing is waited for any more
   * @param signs how many signs of life there were
   * @param isEndless whether it has gone on for too long by its own clock
   */
  constructor(
    private readonly silenceMs: number,
    private readonly signs: () => number,
    private readonly isEndless: () => boolean,
  ) {
    this.over = new Promise((resolve) => (this.pass = resolve));
    this.timer = this.look(signs());
  }

  /** Aborted when nothing is waited for any more, for calls that would go on by themselves. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Nothing when the work was given up. */
  bound<T>(work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, this.over]);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private look(seen: number): NodeJS.Timeout {
    return setTimeout(() => {
      const now = this.signs();
      if (now !== seen && !this.isEndless()) {
        this.timer = this.look(now);
        return;
      }
      this.pass(undefined);
      this.controller.abort();
    }, this.silenceMs);
  }
}
