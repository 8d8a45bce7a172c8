import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { acceptedPurchase, type Purchase, type PurchaseOrder } from '../domain/purchase';
import { PURCHASE_QUERY } from '../domain/purchase-protocol';
import { isOutcome, type PurchaseState } from '../domain/purchase-states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { purchase } from '../workflows/purchase';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/** How long a query waits for a worker before the answer is made of what the server itself knows. */
export const QUERY_DEADLINE_MS = 2_000;

export type PurchaseHandle = WorkflowHandle<typeof purchase>;

/** A purchase as it is now. */
export interface Snapshot {
  purchase: Purchase;
  /** Whether its workflow is over, so that nothing more will happen to it. */
  closed: boolean;
}

/** The purchase as it is now; nothing when there is none. */
export async function takeSnapshot(client: Client, handle: PurchaseHandle): Promise<Snapshot | undefined> {
  try {
    const description = await answerOf(client, CALL_DEADLINE_MS, () => handle.describe());
    switch (description.status.name) {
      case 'COMPLETED':
        return {
          purchase: await answerOf(client, CALL_DEADLINE_MS, () => handle.result()),
          closed: true,
        };
      case 'RUNNING':
        return {
          purchase: (await query(client, handle)) ?? recordedPurchase(description),
          closed: false,
        };
      default:
        return {
          purchase: cutOffPurchase(recordedPurchase(description), description.status.name),
          closed: true,
        };
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Nothing when no worker answers: the purchase is none the less durable and readable. */
async function query(client: Client, handle: PurchaseHandle): Promise<Purchase | undefined> {
  try {
    return await client.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      handle.query<Purchase, []>(PURCHASE_QUERY),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw error;
    return undefined;
  }
}

/** What the server's own records tell of a purchase: its order from the memo, its state from the search attributes. */
function recordedPurchase(description: WorkflowExecutionDescription): Purchase {
  const order = description.memo?.['order'] as PurchaseOrder; // written by `start` above, and by nothing else
  const state = (description.typedSearchAttributes.get(SEARCH_ATTRIBUTES.purchaseState) ??
    'accepted') as PurchaseState; // written by `start` and the workflow only
  return { ...acceptedPurchase(order), state, outcome: isOutcome(state) ? state : null };
}

/** A purchase whose workflow was ended from outside: whatever it had done stands, and a person must look. */
function cutOffPurchase(purchase: Purchase, status: string): Purchase {
  return {
    ...purchase,
    attention: {
      reason: 'workflow_closed',
      step: 'late_effect_check',
      since: purchase.updatedAt,
      detail: `The workflow is ${status.toLowerCase()}.`,
    },
  };
}
