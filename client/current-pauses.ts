import type { Pause } from '../domain/control';
import { asOurselves } from './asker';
import type { PausesSource } from './control';
import { CALL_DEADLINE_MS } from './temporal-answers';

/** The current pauses. */
export interface CurrentPauses {
  /** @throws TemporalUnavailable if they are unknown; then nothing may be sold */
  now(): Promise<readonly Pause[]>;
}

/** From this age on, the cache is refreshed in the background. */
const FRESH_MS = 1_000;
/** From this age on, a sale waits for the refresh. So this is the time by which a pause is in force everywhere. */
export const PAUSE_TAKES_EFFECT_MS = CALL_DEADLINE_MS;

/**
 * The current pauses, cached for this process: read from Temporal at most once a second and never older than five
 * seconds, by which time a pause is in force in every process.
 */
export class CachedPauses implements CurrentPauses {
  private known: { pauses: readonly Pause[]; at: number } | undefined;
  private reading: Promise<readonly Pause[]> | undefined;

  /** @param clock monotonic, milliseconds */
  constructor(
    private readonly source: PausesSource,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  async now(): Promise<readonly Pause[]> {
    const age = this.known ? this.clock() - this.known.at : Infinity;
    if (this.known && age < FRESH_MS) return this.known.pauses;
    const reading = this.read();
    if (!this.known || age >= PAUSE_TAKES_EFFECT_MS) return reading;
    reading.catch(() => undefined); // a sale that finds the cache too old reads again and gets the error
    return this.known.pauses;
  }

  /** One read at a time; its result is dated to its start. */
  private read(): Promise<readonly Pause[]> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<readonly Pause[]> {
    const at = this.clock();
    const { pauses } = await asOurselves(() => this.source.read()); // shared by all channels
    this.known = { pauses, at };
    return pauses;
  }
}
