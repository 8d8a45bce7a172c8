import { condition, upsertSearchAttributes } from '@temporalio/workflow';

/** Whoever takes the place of a purchase at Temporal, and has no key: it claims in clear what became of it. */
export async function purchase(): Promise<void> {
  upsertSearchAttributes({ PurchaseState: ['rolled_back'], PurchaseOutcome: ['rolled_back'] });
  await condition(() => false);
}
