import { LatestEntries } from '../runtime/latest-entries';
import type { Session } from './access/sessions';

/** What came of a form, for the page that is shown after it. */
export interface Told {
  /** MobiFone cannot be asked: Temporal's server is too old. */
  unsupported?: true;
  done?: readonly string[];
  /** What is so, and neither done nor a fault. */
  noted?: readonly string[];
  faults?: readonly string[];
}

/** A page that nobody fetched is forgotten after so many others. */
const MOST_KEPT = 1_000;

/** Keeps what came of a form until the page after it is fetched: reloading that page sends nothing again. */
export class ToldOnce {
  private readonly kept = new LatestEntries<string, Told>(MOST_KEPT);

  /** @param shown the purchase, or the address of what else the page shows */
  keep({ id }: Session, shown: string, told: Told): void {
    this.kept.set(`${id} ${shown}`, told);
  }

  /** Forgotten once it was shown; a link of another site uses nothing up. */
  take({ id, isLinkedTo }: Session, shown: string): Told {
    if (isLinkedTo) return {};
    const key = `${id} ${shown}`;
    const told = this.kept.get(key) ?? {};
    this.kept.delete(key);
    return told;
  }
}
