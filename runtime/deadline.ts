/**
 * When a call to Temporal is given up, `afterMs` from now. gRPC compares deadlines with the wall clock, at the call and
 * again at each repetition; a step of that clock would stretch or end a call that is under way, so this one moves with it.
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
