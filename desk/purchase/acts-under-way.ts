import type { PurchaseId } from '../../domain/identifiers';
import type { PersonsAct } from '../../operators/timeline';
import { LatestEntries } from '../../runtime/latest-entries';

/** An act that was sent and has no answer yet. */
export interface UnderWay {
  /** ISO 8601, UTC. */
  at: string;
  by: string;
  /** As the history names it. */
  what: string;
}

/** What was sent longest ago is forgotten. */
const MOST_KEPT = 1_000;

/**
 * Acts that no worker has answered: Temporal holds them outside of the history, so that a page which reads only that
 * shows nobody to have done anything.
 */
export class ActsUnderWay {
  private readonly kept = new LatestEntries<PurchaseId, UnderWay>(MOST_KEPT);

  keep(id: PurchaseId, act: UnderWay): void {
    this.kept.set(id, act);
  }

  /** It has an answer. */
  forget(id: PurchaseId): void {
    this.kept.delete(id);
  }

  /** The last one that may still come; undefined where the history has it. */
  of(id: PurchaseId, acts: readonly PersonsAct[]): UnderWay | undefined {
    const last = this.kept.get(id);
    const isThere = acts.some(
      ({ at, by, what }) =>
        last && by === last.by && what === last.what && Date.parse(at) >= Date.parse(last.at),
    );
    return isThere ? undefined : last;
  }
}
