import type { BatchOrder, BatchRow, RowOutcome, RowReason } from '../domain/batch/batch';
import type { Purchase } from '../domain/purchase/purchase';
import { onBehalfOf } from './asker';
import { PurchaseUnreadable, type Purchases } from './purchases';

type RowsBatch = Pick<BatchOrder, 'channel' | 'batchId'>;

/**
 * What came of a row of a batch, by its purchase; nothing where the batch made none.
 * @throws TemporalUnavailable, PurchaseUnreadable
 */
export async function rowOutcome(
  purchases: Pick<Purchases, 'find'>,
  batch: RowsBatch,
  [externalId, msisdn, code]: BatchRow,
): Promise<RowOutcome | undefined> {
  const { channel } = batch;
  try {
    const found = await onBehalfOf(channel, () => purchases.find(channel, externalId, 0));
    const isOwn = found?.order.msisdn === msisdn && found.order.package.code === code && isOf(batch, found);
    return found && isOwn ? outcomeOf(found) : undefined;
  } catch (fault) {
    if (fault instanceof PurchaseUnreadable && fault.erased) return refused('purchase_erased');
    throw fault;
  }
}

export function isOf({ batchId }: Pick<RowsBatch, 'batchId'>, { order }: Purchase): boolean {
  return order.batchId === batchId;
}

export function outcomeOf({ order, outcome, reason }: Purchase): RowOutcome {
  return [outcome ?? 'open', reason, order.faceValue, order.discount.amount];
}

/** No purchase was made. */
export function refused(reason: RowReason): RowOutcome {
  return ['refused', reason, 0, 0];
}
