import type { Client } from '@temporalio/client';
import { CANCEL_UPDATE, type CancelResult } from '../domain/purchase/protocol';
import type { Purchase } from '../domain/purchase/purchase';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { ownPurchase, type PurchaseHandle } from './purchase-snapshot';
import { requestMark } from './request-mark';
import { unavailable } from './temporal-answers';

/**
 * The purchase that a cancellation was answered with. Whoever takes its workflow's tasks can answer with what is stored, such
 * as the answer to who waits for the outcome; that of a purchase that began in an earlier version names no update.
 * @throws PurchaseUnreadable if it answers no cancellation of this purchase
 */
export async function ownCancellation(
  client: Client,
  handle: PurchaseHandle,
  told: CancelResult | undefined,
): Promise<Purchase> {
  const { answers, ...purchase }: CancelResult = ownPurchase(handle, told);
  if (answers === CANCEL_UPDATE || !(await requestMark(client, { workflowId: handle.workflowId })))
    return purchase;
  throw unavailable(new PayloadUnreadable('not_decodable', NO_KEY));
}
