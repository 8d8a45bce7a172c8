import type { Client } from '@temporalio/client';
import type { ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import {
  isBatchNotice,
  isStateNotice,
  noticeType,
  type NoticeType,
  type PurchaseNotice,
} from '../domain/notice/notice';
import { NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { noticeRecord } from './notice-workflows';
import { ownOrder } from './own-order';
import { PURCHASE_RUNS } from './run-status';
import { decodeRuns, listPage, type RunInfo } from './visibility-pages';
import { equals } from './visibility-query';

/** A notice that its channel does not have. */
export interface UndeliveredNotice {
  notice: NoticeType;
  /** Since when it is due; ISO 8601, UTC. */
  since: string;
  purchaseId: PurchaseId;
  channel: ChannelName;
  externalId: ExternalId;
  /** Null where the notice does not say it. */
  package: string | null;
  atStake: number;
}

const { noticeDelivered, refundDueAt } = SEARCH_ATTRIBUTES;
const OPEN = `ExecutionStatus = 'Running' AND ${equals(noticeDelivered, false)}`;

/**
 * Notices about purchases, of all channels, that were due before a moment and are still being delivered. Those that cannot
 * be read are left out, and those about batches, of which no money depends.
 * @param limit of each kind
 * @throws TemporalUnavailable
 */
export async function undeliveredNotices(
  client: Client,
  before: Date,
  limit: number,
): Promise<UndeliveredNotice[]> {
  const moment = `'${before.toISOString()}'`;
  const page = { pageSize: limit };
  const [states, refunds] = await Promise.all([
    listPage(client, `WorkflowType = '${NOTICE_WORKFLOW}' AND ${OPEN} AND StartTime < ${moment}`, page),
    listPage(client, `${PURCHASE_RUNS} AND ${OPEN} AND ${refundDueAt.name} < ${moment}`, page),
  ]);
  const [ofStates, ofRefunds] = await Promise.all([
    decodeRuns(client, states.executions, stateNotice),
    decodeRuns(client, refunds.executions, refundNotice),
  ]);
  return [...ofStates.read.flat(), ...ofRefunds.read];
}

function stateNotice(run: RunInfo): UndeliveredNotice[] {
  const { channel, notice } = noticeRecord(run);
  if (isBatchNotice(notice)) return [];
  const { purchaseId, externalId } = notice;
  return [
    {
      notice: noticeType(notice),
      since: run.startTime.toISOString(),
      purchaseId,
      channel,
      externalId,
      package: isStateNotice(notice) ? notice.package : null,
      atStake: amountOf(notice),
    },
  ];
}

function refundNotice(run: RunInfo): UndeliveredNotice {
  const { purchaseId, channel, externalId, package: sold, faceValue } = ownOrder(run);
  const since = run.typedSearchAttributes.get(refundDueAt) ?? run.startTime;
  return {
    notice: 'purchase.refund_due',
    since: since.toISOString(),
    purchaseId,
    channel,
    externalId,
    package: sold.code,
    atStake: faceValue,
  };
}

function amountOf(notice: PurchaseNotice): number {
  return isStateNotice(notice) ? notice.faceValue : notice.amount;
}
