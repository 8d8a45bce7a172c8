import { TemporalUnavailable } from '../../client/purchases';
import type { CurrentPauses } from '../../client/current-pauses';
import type { Pause, PauseScope } from '../../domain/control';

/** Pauses that are data. */
export class ScriptedPauses implements CurrentPauses {
  unavailable = false;
  private standing: Pause[] = [];

  async now(): Promise<readonly Pause[]> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    return this.standing;
  }

  pause(scope: PauseScope, until?: Date): void {
    this.standing.push({
      scope,
      by: 'lan@agent.example',
      why: 'MobiFone doubles charges',
      since: '2026-11-24T03:00:00.000Z',
      ...(until === undefined ? {} : { until: until.toISOString() }),
    });
  }

  resume(): void {
    this.standing = [];
  }
}
