import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { FailureDetail } from '../../domain/command-result';
import type { NoticeAttempt, RefundDeliveries } from '../../domain/notice/notice';
import { pauseSummary } from '../../domain/purchase/steps';
import type { HistoryPayloads } from './history-payloads';
import { withoutForeignCalls } from './own-calls';
import { isoOf, type HistoryEvent } from './purchase-history';

type Failure = temporal.api.failure.v1.IFailure;
export type PendingActivity = temporal.api.workflow.v1.IPendingActivityInfo;

const REFUND_NOTICE = 'noticeRefund';
const { PENDING_ACTIVITY_STATE_SCHEDULED: SCHEDULED } = temporal.api.enums.v1.PendingActivityState;

/** How a purchase's refund notice was delivered so far. */
export interface RefundDeliveryLog {
  /** In order; an attempt that was lost with its worker is not among them. */
  attempts: NoticeAttempt[];
  /** ISO 8601, UTC; null when none is planned, and while one is being made. */
  nextAttemptAt: string | null;
}

/**
 * The deliveries of a purchase's refund notice: of each round that ended from the history, of the one that runs from
 * what its activity remembers.
 * @param pending the activities of the purchase that run or will be tried again
 * @throws the data converter's error if payloads cannot be decrypted
 */
export async function refundDeliveries(
  events: readonly HistoryEvent[],
  pending: readonly PendingActivity[],
  payloads: HistoryPayloads,
): Promise<RefundDeliveryLog> {
  const rounds = new Map<string, string>();
  const attempts: NoticeAttempt[] = [];
  for (const event of await withoutForeignCalls(events, payloads)) {
    if (event.workflowExecutionStartedEventAttributes) rounds.clear(); // ids of events begin again with each run
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name === REFUND_NOTICE) {
      rounds.set(String(event.eventId), scheduled.activityId ?? '');
    }
    attempts.push(...(await deliveriesOfEnd(event, rounds, payloads)));
  }
  const running = pending.find(({ activityType }) => activityType?.name === REFUND_NOTICE);
  if (!running) return { attempts, nextAttemptAt: await endOfPause(events, payloads) };
  attempts.push(...(await rememberedDeliveries(running, payloads)));
  return { attempts, nextAttemptAt: nextAttemptOf(running) };
}

/** What a round of deliveries told when it ended. */
async function deliveriesOfEnd(
  event: HistoryEvent,
  rounds: ReadonlyMap<string, string>,
  payloads: HistoryPayloads,
): Promise<readonly NoticeAttempt[]> {
  const completed = event.activityTaskCompletedEventAttributes;
  const ended =
    completed ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  const activityId = ended ? rounds.get(String(ended.scheduledEventId)) : undefined;
  if (!ended || activityId === undefined) return [];
  if (completed) {
    const told = await payloads.ofResult(activityId, completed.result?.payloads);
    return (told?.result as RefundDeliveries | null | undefined)?.deliveries ?? []; // older workers told nothing
  }
  return 'failure' in ended ? deliveriesInFailure(ended.failure, activityId, payloads) : [];
}

/** A time-out has the last failure as its cause, or what the last attempt remembered. */
async function deliveriesInFailure(
  failure: Failure | null | undefined,
  activityId: string,
  payloads: HistoryPayloads,
): Promise<readonly NoticeAttempt[]> {
  for (let at = failure; at; at = at.cause) {
    const { details } = at.applicationFailureInfo ?? {};
    if (!details) continue;
    const [detail] = await payloads.ofActivity(activityId, details.payloads);
    return (detail as FailureDetail | undefined)?.deliveries ?? [];
  }
  const remembered = failure?.timeoutFailureInfo?.lastHeartbeatDetails?.payloads;
  return deliveriesInMemory(activityId, remembered, payloads);
}

/** The last failure is newer than the heartbeat where Temporal has not yet been told of the attempt that runs. */
async function rememberedDeliveries(
  { activityId, heartbeatDetails, lastFailure }: PendingActivity,
  payloads: HistoryPayloads,
): Promise<readonly NoticeAttempt[]> {
  const id = activityId ?? '';
  const remembered = await deliveriesInMemory(id, heartbeatDetails?.payloads, payloads);
  const failed = await deliveriesInFailure(lastFailure, id, payloads);
  return failed.length > remembered.length ? failed : remembered;
}

async function deliveriesInMemory(
  activityId: string,
  details: Parameters<HistoryPayloads['ofActivity']>[1],
  payloads: HistoryPayloads,
): Promise<readonly NoticeAttempt[]> {
  const [told] = await payloads.ofActivity(activityId, details);
  return (told as { memory?: Partial<RefundDeliveries> } | null | undefined)?.memory?.deliveries ?? []; // as an attempt writes it
}

function nextAttemptOf({ state, nextAttemptScheduleTime, scheduledTime }: PendingActivity): string | null {
  if (state !== SCHEDULED) return null;
  return isoOf(nextAttemptScheduleTime ?? scheduledTime);
}

/** Between two rounds the purchase waits by a timer. */
async function endOfPause(
  events: readonly HistoryEvent[],
  payloads: HistoryPayloads,
): Promise<string | null> {
  let end: string | null = null;
  let timer: string | null | undefined;
  for (const event of events) {
    const started = event.timerStartedEventAttributes;
    const summary = started && event.userMetadata?.summary;
    if (summary) {
      const [told] = await payloads.ofWorkflow([summary]);
      if (told !== pauseSummary('refund_notice')) continue;
      timer = started.timerId;
      end = new Date(tsToMs(event.eventTime) + tsToMs(started.startToFireTimeout)).toISOString();
    }
    const over = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (over && over.timerId === timer) end = null;
  }
  return end;
}
