import type { PurchaseId } from '../../domain/identifiers';
import type { PersonsAct } from '../../operators/timeline';
import { LatestEntries } from '../../runtime/latest-entries';

/** What was refused longest ago is forgotten. */
const MOST_KEPT = 1_000;
/** For one purchase. */
const MOST_SHOWN = 20;

/**
 * Acts that a purchase refused: the history has none of them, so that a colleague learns of them only here, until the
 * desk restarts. The log has them for longer.
 */
export class RefusedActs {
  private readonly kept = new LatestEntries<PurchaseId, PersonsAct[]>(MOST_KEPT);

  keep(id: PurchaseId, act: PersonsAct): void {
    const acts = [...(this.kept.get(id) ?? []), act].slice(-MOST_SHOWN);
    this.kept.set(id, acts);
  }

  /** These among what people did, in order. */
  among(id: PurchaseId, acts: readonly PersonsAct[]): PersonsAct[] {
    return [...acts, ...(this.kept.get(id) ?? [])].sort(
      (one, other) => Date.parse(one.at) - Date.parse(other.at),
    );
  }
}
