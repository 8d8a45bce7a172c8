import type { Pause } from '../domain/control';
import type { PausesSource } from './control';
import { CurrentState, TAKES_EFFECT_MS } from './current-state';

/** The current pauses. */
export interface CurrentPauses {
  /** @throws TemporalUnavailable if they are unknown; then nothing may be sold */
  now(): Promise<readonly Pause[]>;
}

export const PAUSE_TAKES_EFFECT_MS = TAKES_EFFECT_MS;

/** The current pauses, cached for this process. */
export class CachedPauses implements CurrentPauses {
  private readonly state: CurrentState<Awaited<ReturnType<PausesSource['read']>>>;

  /** @param clock monotonic, milliseconds */
  constructor(source: PausesSource, clock?: () => number) {
    this.state = new CurrentState(source, clock);
  }

  async now(): Promise<readonly Pause[]> {
    return (await this.state.now()).pauses;
  }
}
