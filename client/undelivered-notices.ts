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
import { BATCH_NOTICE_WORKFLOWS, NOTICE_SINCE_MEMO, NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { fairly, leftOut, type FairShare, type LeftOut } from './fair-list';
import { noticeRecord } from './notice-workflows';
import { ownOrder } from './own-order';
import { PURCHASE_RUNS } from './run-status';
import { decodeRuns, type RunInfo, type UnreadableRun } from './visibility-pages';
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

/** Which notices, and how many of them. */
export interface NoticeWish {
  /** Only those of this channel. */
  channel?: ChannelName | undefined;
  /** Of each kind. */
  share: FairShare;
}

/** Notices that were read, those that cannot be, and how many were not. */
export interface FoundNotices<Notice> {
  notices: Notice[];
  /** Each that another program started, or whose key is missing. */
  unreadable: UnreadableRun[];
  leftOut: LeftOut[];
}

const { noticeDelivered, needsAttention, refundDueAt, channel: CHANNEL } = SEARCH_ATTRIBUTES;
const OPEN = `ExecutionStatus = 'Running' AND ${equals(noticeDelivered, false)}`;
const CALLS_NOBODY = `(${needsAttention.name} IS NULL OR ${equals(needsAttention, false)})`;

/**
 * Notices about purchases that were due before a moment and are still being delivered, without the refund notices of
 * purchases that need attention themselves. Those that cannot be read are named by their workflow.
 * @throws TemporalUnavailable
 */
export async function undeliveredNotices(
  client: Client,
  before: Date,
  wish: NoticeWish,
): Promise<FoundNotices<UndeliveredNotice>> {
  const due = `${refundDueAt.name} < '${before.toISOString()}'`;
  const [states, refunds] = await Promise.all([
    noticesOf(
      client,
      `${noticesDue(before)} AND ${workflowIdBeginsOtherwise(BATCH_NOTICE_WORKFLOWS)}`,
      wish,
      stateNotice,
    ),
    noticesOf(client, `${PURCHASE_RUNS} AND ${OPEN} AND ${CALLS_NOBODY} AND ${due}`, wish, (run) => [
      refundNotice(run),
    ]),
  ]);
  return {
    notices: [...states.notices, ...refunds.notices],
    unreadable: [...states.unreadable, ...refunds.unreadable],
    leftOut: [...states.leftOut, ...refunds.leftOut],
  };
}

/** Those of batches. @throws TemporalUnavailable */
export async function undeliveredBatchNotices(
  client: Client,
  before: Date,
  wish: NoticeWish,
): Promise<FoundNotices<UndeliveredBatchNotice>> {
  const query = `${noticesDue(before)} AND ${workflowIdBeginsWith(BATCH_NOTICE_WORKFLOWS)}`;
  return noticesOf(client, query, wish, batchNotice);
}

async function noticesOf<Notice>(
  client: Client,
  query: string,
  { channel, share }: NoticeWish,
  told: (run: RunInfo) => Notice[],
): Promise<FoundNotices<Notice>> {
  const narrowed = channel === undefined ? query : `${query} AND ${equals(CHANNEL, channel)}`;
  const found = await fairly(client, narrowed, share, told);
  const runs = [...found.ours, ...found.unreadable];
  const { read, unreadable } = await decodeRuns(client, runs, told);
  return { notices: read.flat(), unreadable, leftOut: await leftOut(client, narrowed, runs) };
}

/** The workflows that deliver a notice that was due before a moment. */
function noticesDue(before: Date): string {
  return `WorkflowType = '${NOTICE_WORKFLOW}' AND ${OPEN} AND StartTime < '${before.toISOString()}'`;
}

function batchNotice(run: RunInfo): UndeliveredBatchNotice[] {
  const { channel, notice } = noticeRecord(run);
  if (!isBatchNotice(notice)) return [];
  const { batchId, progress } = notice;
  return [{ notice: noticeType(notice), since: sinceOf(run), channel, batchId, progress }];
}

/** One that continued as new keeps the start of its first run; a moment that is none, or to come, is nobody's of ours. */
function sinceOf({ memo, startTime }: RunInfo): string {
  const kept = memo?.[NOTICE_SINCE_MEMO];
  const since = typeof kept === 'string' ? Date.parse(kept) : Number.NaN;
  return new Date(since < startTime.getTime() ? since : startTime).toISOString();
}

function stateNotice(run: RunInfo): UndeliveredNotice[] {
  const { channel, notice } = noticeRecord(run);
  if (isBatchNotice(notice)) return [];
  const { purchaseId, externalId } = notice;
  return [
    {
      notice: noticeType(notice),
      since: sinceOf(run),
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
