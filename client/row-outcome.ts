import type { BatchOrder, BatchRow, RowOutcome, RowReason } from '../domain/batch/batch';
import type { RefundNotice } from '../domain/notice/notice';
import type { Purchase } from '../domain/purchase/purchase';
import { onBehalfOf } from './asker';
import type { OutsideEnds } from './outside-ends';
import { PurchaseUnreadable, type Purchases } from './purchases';
import { refundNotice } from './refund-notices';

type RowsBatch = Pick<BatchOrder, 'channel' | 'batchId'>;

/** Where it is read what came of a row. */
export interface RowSources {
  purchases: Pick<Purchases, 'find'>;
  ends: Pick<OutsideEnds, 'refund' | 'isCaseOver'>;
}

/**
 * What came of a row of a batch, by its purchase; nothing where the batch made none.
 * @param hasBegun whether it was made: then it was forgotten where there is none
 * @throws TemporalUnavailable, PurchaseUnreadable
 */
export async function rowOutcome(
  sources: RowSources,
  batch: RowsBatch,
  [externalId, msisdn, code]: BatchRow,
  hasBegun = false,
): Promise<RowOutcome | undefined> {
  const { channel } = batch;
  try {
    const found = await onBehalfOf(channel, () => sources.purchases.find(channel, externalId, 0));
    const isOwn = found?.order.msisdn === msisdn && found.order.package.code === code && isOf(batch, found);
    if (found && isOwn) return isCutOff(found) ? await endedOutcome(sources, found) : outcomeOf(found);
    return hasBegun ? refundedOutcome(await sources.ends.refund(channel, externalId)) : undefined;
  } catch (fault) {
    if (fault instanceof PurchaseUnreadable && fault.erased) return refused('purchase_erased');
    throw fault;
  }
}

function isCutOff({ outcome, attention }: Purchase): boolean {
  return outcome === null && attention?.reason === 'workflow_closed';
}

/** Of a purchase that was ended from outside: open until its channel is told to refund, or its case is over. */
async function endedOutcome({ ends }: RowSources, purchase: Purchase): Promise<RowOutcome> {
  const { channel, externalId } = purchase.order;
  const isTold = purchase.steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
  const notice = (isTold ? refundNotice(purchase) : undefined) ?? (await ends.refund(channel, externalId));
  if (notice || (await ends.isCaseOver(channel, externalId))) return refundedOutcome(notice);
  return outcomeOf(purchase);
}

/** As its refund notice tells; where it has none, it was settled otherwise, and the batch counts no money for it. */
function refundedOutcome(notice: RefundNotice | undefined): RowOutcome {
  return notice
    ? [notice.outcome, notice.refusal, notice.amount, 0]
    : ['given_up', 'given_up_by_operator', 0, 0];
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
