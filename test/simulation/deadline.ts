/** A moment in real time after which nothing is waited for any more. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly over: Promise<undefined>;

  constructor(milliseconds: number) {
    let pass: (value: undefined) => void = () => undefined;
    this.over = new Promise((resolve) => (pass = resolve));
    this.timer = setTimeout(() => {
      pass(undefined);
      this.controller.abort();
    }, milliseconds);
  }

  /** Aborted when the moment has come, for calls that would go on by themselves. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Nothing when the work was not over in time. */
  bound<T>(work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, this.over]);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
