import type { Client } from '@temporalio/client';
import type { BatchProgress } from '../domain/batch/progress';
import type { BatchId, ChannelName, ExternalId, PurchaseId } from '../domain/identifiers';
import {
  isBatchNotice,
  isStateNotice,
  noticeType,
  type NoticeType,
  type PurchaseNotice,
} from '../domain/notice/notice';
import { BATCH_NOTICE_WORKFLOWS, NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { noticeRecord } from './notice-workflows';
import { ownOrder } from './own-order';
import { PURCHASE_RUNS } from './run-status';
import { decodeRuns, listPage, type RunInfo } from './visibility-pages';
import { equals, workflowIdBeginsOtherwise, workflowIdBeginsWith } from './visibility-query';

interface Undelivered {
  notice: NoticeType;
  /** Since when it is due; ISO 8601, UTC. */
  since: string;
  channel: ChannelName;
}

/** A notice about a purchase that its channel does not have. */
export interface UndeliveredNotice extends Undelivered {
  purchaseId: PurchaseId;
  externalId: ExternalId;
  /** Null where the notice does not say it. */
  package: string | null;
  atStake: number;
}

/** The notice that a batch is over, which its channel does not have. */
export interface UndeliveredBatchNotice extends Undelivered {
  batchId: BatchId;
  progress: BatchProgress;
}

const { noticeDelivered, refundDueAt } = SEARCH_ATTRIBUTES;
const OPEN = `ExecutionStatus = 'Running' AND ${equals(noticeDelivered, false)}`;

/**
 * Notices of all channels that were due before a moment and are still being delivered. Those that cannot be read are
 * named by their workflow.
 * @param limit of each kind
 * @throws TemporalUnavailable
 */
export async function undeliveredNotices(
  client: Client,
  before: Date,
  limit: number,
): Promise<{ ofPurchases: UndeliveredNotice[]; ofBatches: UndeliveredBatchNotice[]; unreadable: string[] }> {
  const page = { pageSize: limit };
  const due = `${refundDueAt.name} < '${before.toISOString()}'`;
  const [states, refunds, batches] = await Promise.all([
    listPage(client, `${noticesDue(before)} AND ${workflowIdBeginsOtherwise(BATCH_NOTICE_WORKFLOWS)}`, page),
    listPage(client, `${PURCHASE_RUNS} AND ${OPEN} AND ${due}`, page),
    readBatchNotices(client, before, limit),
  ]);
  const [ofStates, ofRefunds] = await Promise.all([
    decodeRuns(client, states.executions, stateNotice),
    decodeRuns(client, refunds.executions, refundNotice),
  ]);
  return {
    ofPurchases: [...ofStates.read.flat(), ...ofRefunds.read],
    ofBatches: batches.read.flat(),
    unreadable: [ofStates, ofRefunds, batches].flatMap(({ unreadable }) =>
      unreadable.map(({ workflowId }) => workflowId),
    ),
  };
}

/** Those of batches alone. @throws TemporalUnavailable */
export async function undeliveredBatchNotices(
  client: Client,
  before: Date,
  limit: number,
): Promise<UndeliveredBatchNotice[]> {
  return (await readBatchNotices(client, before, limit)).read.flat();
}

async function readBatchNotices(client: Client, before: Date, limit: number) {
  const query = `${noticesDue(before)} AND ${workflowIdBeginsWith(BATCH_NOTICE_WORKFLOWS)}`;
  const { executions } = await listPage(client, query, { pageSize: limit });
  return decodeRuns(client, executions, batchNotice);
}

/** The workflows that deliver a notice that was due before a moment. */
function noticesDue(before: Date): string {
  return `WorkflowType = '${NOTICE_WORKFLOW}' AND ${OPEN} AND StartTime < '${before.toISOString()}'`;
}

function batchNotice(run: RunInfo): UndeliveredBatchNotice[] {
  const { channel, notice } = noticeRecord(run);
  if (!isBatchNotice(notice)) return [];
  const { batchId, progress } = notice;
  return [{ notice: noticeType(notice), since: run.startTime.toISOString(), channel, batchId, progress }];
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
