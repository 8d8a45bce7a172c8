import { condition, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

/** Whoever takes the place of a purchase at Temporal, and has no key: it claims in clear what became of it. */
export async function purchase(): Promise<void> {
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.purchaseState, value: 'rolled_back' },
    { key: SEARCH_ATTRIBUTES.purchaseOutcome, value: 'rolled_back' },
  ]);
  await condition(() => false);
}
