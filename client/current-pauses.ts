import type { Pause } from '../domain/control';
import type { PausesSource } from './control';
import { CALL_DEADLINE_MS } from './temporal-answers';

/** Knows what is paused now. */
export interface CurrentPauses {
  /** @throws TemporalUnavailable when it is not known, so that nothing is sold by chance */
  now(): Promise<readonly Pause[]>;
}

/** From this age on, what is known is read anew beside the sale that looks at it. */
const FRESH_MS = 1_000;
/** What is older is not sold by: a sale waits until it is read anew, which takes no longer or fails. */
export const PAUSE_TAKES_EFFECT_MS = CALL_DEADLINE_MS;

/**
 * What is paused, as this process knows it: read from Temporal at most once a second, whatever is sold meanwhile, and
 * never older than five, by which time a pause holds in every process.
 */
export class CachedPauses implements CurrentPauses {
  private known: { pauses: readonly Pause[]; at: number } | undefined;
  private reading: Promise<readonly Pause[]> | undefined;

  /** @param clock milliseconds that only ever grow */
  constructor(
    private readonly source: PausesSource,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  async now(): Promise<readonly Pause[]> {
    const age = this.known ? this.clock() - this.known.at : Infinity;
    if (this.known && age < FRESH_MS) return this.known.pauses;
    const reading = this.read();
    if (!this.known || age >= PAUSE_TAKES_EFFECT_MS) return reading;
    reading.catch(() => undefined); // whoever finds it too old reads again, and is told
    return this.known.pauses;
  }

  /** One at a time; what it finds is as old as its beginning. */
  private read(): Promise<readonly Pause[]> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<readonly Pause[]> {
    const at = this.clock();
    const { pauses } = await this.source.read();
    this.known = { pauses, at };
    return pauses;
  }
}
