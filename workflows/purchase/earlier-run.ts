import { ApplicationFailure, TemporalFailure } from '@temporalio/workflow';
import { DECIDED_BEFORE, type EarlierDecision } from '../../domain/purchase/earlier-decision';
import type { Purchase } from '../../domain/purchase/purchase';

/** An earlier run of the purchase has ended: this one only returns the same result. */
export class EarlierRunEnded extends Error {
  override readonly name = 'EarlierRunEnded';

  constructor(readonly purchase: Purchase) {
    super('an earlier run of this purchase has ended');
  }
}

/** The decision of an earlier run, from the failure of an activity that sent nothing; Temporal may have wrapped it. */
export function decidedBefore(failure: unknown): EarlierDecision | undefined {
  for (let at = failure; at instanceof TemporalFailure; at = at.cause) {
    if (!(at instanceof ApplicationFailure) || at.type !== DECIDED_BEFORE) continue;
    const [decision] = (at.details ?? []) as (EarlierDecision | undefined)[]; // written by the activity, unless somebody failed it by hand
    return decision?.kind === 'over' || decision?.kind === 'undoing' ? decision : undefined;
  }
  return undefined;
}
