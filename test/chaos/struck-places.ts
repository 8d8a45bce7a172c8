import { setTimeout } from 'node:timers/promises';
import type { TroubledPlaces, WhileDown } from './troubled-places';
import type { Trouble } from './trouble-plan';

/** The places of a running stack, each of which heals by itself when its trouble has lasted as long as it was drawn. */
export class StruckPlaces {
  /** How often each kind of trouble has struck. */
  readonly troubles: Record<string, number> = {};
  private readonly healings = new Map<string, Promise<void>>();
  private readonly over = new AbortController();

  constructor(
    private readonly places: TroubledPlaces,
    private readonly whileDown: WhileDown,
  ) {}

  /** Comes back when the trouble has begun. One that is still in trouble heals first. */
  async strike(name: string, trouble: Trouble): Promise<void> {
    await this.untilHealed(name);
    this.troubles[trouble.kind] = (this.troubles[trouble.kind] ?? 0) + 1;
    await this.places.begin(name, trouble);
    const healing = this.healAfter(name, trouble);
    healing.catch(() => undefined); // told to whoever waits for it
    this.healings.set(name, healing);
  }

  /** @throws whatever kept it from healing */
  async untilHealed(name: string): Promise<void> {
    await this.healings.get(name);
  }

  /** @throws whatever kept one from healing */
  async untilAllHealed(): Promise<void> {
    await Promise.all(this.healings.values());
  }

  /** Heals all at once; for the end of a run, however it ended. */
  async stop(): Promise<void> {
    this.over.abort();
    await Promise.allSettled(this.healings.values());
  }

  private async healAfter(name: string, trouble: Trouble): Promise<void> {
    await setTimeout(trouble.forMs, undefined, { signal: this.over.signal }).catch(() => undefined);
    await this.places.heal(name, trouble, this.whileDown);
  }
}
