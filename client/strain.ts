import { TemporalBehind, TemporalUnavailable } from './purchases';

/** When Temporal is taken to be behind, and how long it is left alone. */
export interface StrainLimits {
  /** Questions in a row that Temporal left unanswered, or refused for its load. */
  failuresInARow: number;
  /** First and longest pause until one question is let through; doubled while it stays unanswered. Milliseconds. */
  firstPause: number;
  longestPause: number;
}
const LIMITS: StrainLimits = { failuresInARow: 5, firstPause: 1_000, longestPause: 4_000 };

/** Time and chance, for tests to hold in their hands. */
export interface StrainWorld {
  /** Milliseconds on a clock that never goes back. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
}
const REAL_WORLD: StrainWorld = { now: () => performance.now(), random: Math.random };

/**
 * Back-pressure: while Temporal answers nobody, further questions are refused at once instead of piling up behind it
 * until each has waited out its time, and one at a time goes through to find out. Nothing is lost by it: what was not
 * asked was not accepted, and may be sent again.
 */
export class Strain {
  private failures = 0;
  private probing = false;
  private closedUntil = 0;
  private pauses = 0;

  constructor(
    private readonly limits: StrainLimits = LIMITS,
    private readonly world: StrainWorld = REAL_WORLD,
  ) {}

  /** @throws TemporalBehind without asking, while Temporal is behind; else whatever the question ends in */
  async guard<T>(ask: () => Promise<T>): Promise<T> {
    const isProbe = this.letThrough();
    try {
      const answer = await ask();
      this.answered();
      return answer;
    } catch (error) {
      if (error instanceof TemporalUnavailable) this.unanswered(isProbe);
      else this.answered(); // it did answer: with a refusal, or by a defect of ours
      throw error;
    } finally {
      if (isProbe) this.probing = false;
    }
  }

  private get isBehind(): boolean {
    return this.failures >= this.limits.failuresInARow;
  }

  private letThrough(): boolean {
    if (!this.isBehind) return false;
    if (this.probing || this.world.now() < this.closedUntil) throw new TemporalBehind(this.retryAfterMs());
    this.probing = true;
    return true;
  }

  private answered(): void {
    this.failures = 0;
    this.pauses = 0;
  }

  /** Those that were asked before it was known to be behind do not make the pause any longer. */
  private unanswered(wasProbe: boolean): void {
    this.failures += 1;
    if (!wasProbe && this.failures !== this.limits.failuresInARow) return;
    const { firstPause, longestPause } = this.limits;
    this.closedUntil = this.world.now() + Math.min(firstPause * 2 ** this.pauses, longestPause);
    this.pauses += 1;
  }

  /** Seconds; spread out, so that those who were turned away do not come back together. */
  private retryAfterMs(): number {
    const left = Math.max(0, this.closedUntil - this.world.now()) / 1000;
    return Math.ceil(left + 1 + this.world.random() * 2);
  }
}
