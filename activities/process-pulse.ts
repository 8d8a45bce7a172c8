/** Two clocks, since neither is enough: the first stops while a machine sleeps, the second may be set. */
export interface Clocks {
  /** Milliseconds on a clock that never goes back. */
  monotonicMs: () => number;
  /** Milliseconds since the epoch. */
  wallMs: () => number;
}

export const REAL_CLOCKS: Clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** A moment on both clocks. */
export class Moment {
  private readonly monotonicMs: number;
  private readonly wallMs: number;

  constructor(private readonly clocks: Clocks) {
    this.monotonicMs = clocks.monotonicMs();
    this.wallMs = clocks.wallMs();
  }

  /** By the clock that advanced more: a machine that slept, or a clock that was set, always counts as time. */
  get agoMs(): number {
    return Math.max(this.clocks.monotonicMs() - this.monotonicMs, this.clocks.wallMs() - this.wallMs);
  }
}

const BEAT_MS = 250;

/**
 * Notices when this process did not run for a while: frozen, asleep with its machine, or starved. Temporal may since have
 * given its activities to another worker.
 */
export class ProcessPulse {
  private lastBeat: Moment;
  private lastPause: { ended: Moment; lengthMs: number } | undefined;

  constructor(private readonly clocks: Clocks = REAL_CLOCKS) {
    this.lastBeat = new Moment(clocks);
    setInterval(() => this.beat(), BEAT_MS).unref();
  }

  /** Whether there was a pause of at least so long that ended within the last `withinMs`, or ends with this very call. */
  pausedFor(atLeastMs: number, withinMs: number): boolean {
    this.beat();
    const pause = this.lastPause;
    return pause !== undefined && pause.lengthMs >= atLeastMs && pause.ended.agoMs <= withinMs;
  }

  private beat(): void {
    const lengthMs = this.lastBeat.agoMs - BEAT_MS;
    const now = new Moment(this.clocks);
    this.lastBeat = now;
    const pause = this.lastPause;
    // The longest recent pause counts: a short one after it does not replace it.
    const isHidden = pause && pause.lengthMs > lengthMs && pause.ended.agoMs < REMEMBERED_MS;
    if (lengthMs > BEAT_MS && !isHidden) this.lastPause = { ended: now, lengthMs };
  }
}

const REMEMBERED_MS = 10 * 60_000;
