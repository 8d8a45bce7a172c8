import type { Client } from '@temporalio/client';
import { refundNoticeId, type ChannelName, type NoticeId, type PurchaseId } from '../domain/identifiers';
import { NOTICE_WORKFLOW, noticeWorkflowId } from '../domain/notice/protocol';
import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { noticeDeliveries } from './notice-deliveries';
import { noticeRecord } from './notice-workflows';
import { listedNotice, type ListedNotice } from './notices';
import { ownOrder } from './own-order';
import { latestRuns } from './purchase-runs';
import { decodeRuns, listPage, type RawExecution, type RunInfo } from './visibility-pages';
import { anyOf, equals, purchasesOf, workflowIdIn } from './visibility-query';

const { noticeDelivered, refundDueAt, purchaseId, channel: CHANNEL } = SEARCH_ATTRIBUTES;
const DUE = `${refundDueAt.name} IS NOT NULL`;

/**
 * The query for a channel's notices: the workflows that deliver one, and the purchases that deliver their own refund
 * notice.
 * @param delivered only those that the channel has, or has not; both if undefined
 */
export function noticesQuery(channel: ChannelName, delivered: boolean | undefined): string {
  return [
    `WorkflowType IN ('${NOTICE_WORKFLOW}', '${PURCHASE_WORKFLOW}')`,
    `ExecutionStatus != 'ContinuedAsNew'`,
    equals(CHANNEL, channel),
    delivered === undefined ? `${noticeDelivered.name} IS NOT NULL` : equals(noticeDelivered, delivered),
  ].join(' AND ');
}

/**
 * One page of what `noticesQuery` finds, each notice once. A refund notice that was sent again is both a purchase and a
 * workflow of its own: the purchase stands for it, and either has delivered it.
 * @param delivered as for the query
 * @throws TemporalUnavailable
 */
export async function noticePage(
  client: Client,
  channel: ChannelName,
  page: { delivered: boolean | undefined; limit: number; token?: Uint8Array | undefined },
): Promise<{ notices: ListedNotice[]; nextToken: Uint8Array }> {
  const query = noticesQuery(channel, page.delivered);
  const { executions, nextToken } = await listPage(client, query, {
    pageSize: page.limit,
    token: page.token,
  });
  const purchases = await latestRuns(client, executions.filter(isPurchase));
  const listed = executions.filter((run) => !isPurchase(run) || purchases.includes(run));
  const { read } = await decodeRuns(client, listed, noticeOf);
  const own = read.filter((found) => found.channel === channel); // the index may have been made to say otherwise
  const owned = await ownedByPurchases(client, channel, page.delivered, own);
  const sentAgain = await deliveredAgain(client, channel, own);
  const notices = own.flatMap(({ notice, isPurchases }) => {
    if (!isPurchases && notice.purchaseId && owned.has(notice.purchaseId)) return [];
    const standing = isPurchases && sentAgain.has(notice.id) ? 'delivered' : notice.standing;
    if (page.delivered === false && standing === 'delivered') return [];
    return [{ ...notice, standing }];
  });
  return { notices, nextToken };
}

interface Found {
  /** Whose notice it is, by what is sealed in it. */
  channel: ChannelName;
  notice: ListedNotice;
  /** Whether the purchase itself delivers it. */
  isPurchases: boolean;
}

function isPurchase({ type }: RawExecution): boolean {
  return type?.name === PURCHASE_WORKFLOW;
}

/** @throws PayloadUnreadable if the memo is of another purchase or notice */
function noticeOf(run: RunInfo): Found {
  if (run.type !== PURCHASE_WORKFLOW) {
    const { channel, notice, standing } = noticeRecord(run);
    return { channel, notice: listedNotice(notice, standing), isPurchases: false };
  }
  const order = ownOrder(run);
  const dueAt = run.typedSearchAttributes.get(refundDueAt) ?? run.startTime;
  const delivered = run.typedSearchAttributes.get(noticeDelivered) === true;
  const notice: ListedNotice = {
    id: refundNoticeId(order.purchaseId),
    type: 'purchase.refund_due',
    purchaseId: order.purchaseId,
    externalId: order.externalId,
    batchId: null,
    sequence: null,
    occurredAt: dueAt.toISOString(),
    standing: delivered ? 'delivered' : run.status.name === 'RUNNING' ? 'delivering' : 'undelivered',
  };
  return { channel: order.channel, notice, isPurchases: true };
}

/**
 * Of refund notices that were sent again, those whose purchase is in the same list; older purchases are in none. Among
 * the delivered ones it is only where it has delivered the notice itself.
 */
async function ownedByPurchases(
  client: Client,
  channel: ChannelName,
  delivered: boolean | undefined,
  found: readonly Found[],
): Promise<ReadonlySet<PurchaseId>> {
  const refunds = found.filter(({ notice, isPurchases }) => !isPurchases && isRefund(notice));
  const ids = refunds.flatMap(({ notice }) => notice.purchaseId ?? []);
  if (ids.length === 0) return new Set();
  const query = purchasesOf(
    channel,
    anyOf(purchaseId, ids),
    delivered === true ? equals(noticeDelivered, true) : DUE,
  );
  const { executions } = await listPage(client, query);
  const { read } = await decodeRuns(client, executions, (run) => ownOrder(run).purchaseId);
  return new Set(read);
}

/** Of the refund notices that purchases deliver, those that were delivered by being sent again, or by a case. */
async function deliveredAgain(
  client: Client,
  channel: ChannelName,
  found: readonly Found[],
): Promise<ReadonlySet<NoticeId>> {
  const open = found.filter(({ notice, isPurchases }) => isPurchases && notice.standing !== 'delivered');
  if (open.length === 0) return new Set();
  const ids = workflowIdIn(open.map(({ notice }) => noticeWorkflowId(notice.id)));
  const deliveries = await noticeDeliveries(client, channel, `${equals(noticeDelivered, true)} AND ${ids}`);
  return new Set(
    open.flatMap(({ notice }) => (deliveries.get(noticeWorkflowId(notice.id)) ? [notice.id] : [])),
  );
}

function isRefund({ id, purchaseId: of }: ListedNotice): boolean {
  return of !== null && id === refundNoticeId(of);
}
