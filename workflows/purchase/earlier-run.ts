import { ApplicationFailure, TemporalFailure } from '@temporalio/workflow';
import { DECIDED_BEFORE, type EarlierDecision } from '../../domain/purchase/earlier-decision';
import type { Purchase } from '../../domain/purchase/purchase';

/** An earlier run of the purchase came to its end: this one has nothing to do but to tell the same. */
export class OverBefore extends Error {
  override readonly name = 'OverBefore';

  constructor(readonly purchase: Purchase) {
    super('an earlier run of this purchase came to its end');
  }
}

/** What an activity told of earlier runs instead of sending anything; it may be wrapped by Temporal's own failures. */
export function decidedBefore(failure: unknown): EarlierDecision | undefined {
  for (let at = failure; at instanceof TemporalFailure; at = at.cause) {
    if (!(at instanceof ApplicationFailure) || at.type !== DECIDED_BEFORE) continue;
    const [decision] = (at.details ?? []) as EarlierDecision[]; // written by the activity
    return decision;
  }
  return undefined;
}
