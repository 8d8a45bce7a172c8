/**
 * The deadline of a call to Temporal, `afterMs` from now. gRPC compares deadlines with the wall clock, at the call and at
 * each retry. A step of that clock would extend or end a call in progress, so this deadline moves with the clock.
 */
export function deadlineIn(afterMs: number): Date {
  return new SteadyDeadline(afterMs);
}

class SteadyDeadline extends Date {
  private readonly atMs: number;

  constructor(afterMs: number) {
    super();
    this.atMs = performance.now() + afterMs;
  }

  /** Milliseconds since the epoch, as the wall clock counts them at this moment. */
  override getTime(): number {
    return Math.ceil(Date.now() + this.atMs - performance.now());
  }

  override valueOf(): number {
    return this.getTime();
  }
}

/**
 * A time limit that is over when it is ended: `AbortSignal.timeout` keeps its timer and makes its error all the same, and
 * Node 20 keeps for ever what listens to a signal of `AbortSignal.any` that is never aborted.
 */
export class TimeLimit {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly follow = (): void => this.controller.abort(this.earlier?.reason);

  /** @param earlier ends it before its time, with its own reason */
  constructor(
    readonly milliseconds: number,
    private readonly earlier?: AbortSignal,
  ) {
    this.timer = setTimeout(
      () => this.controller.abort(new DOMException('the time is up', 'TimeoutError')),
      milliseconds,
    ).unref();
    if (earlier?.aborted) this.follow();
    else earlier?.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(): void {
    clearTimeout(this.timer);
    this.earlier?.removeEventListener('abort', this.follow);
  }
}
