import { markdownText } from '../../domain/harmless-text';
import type { RetryPolicy } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  makeContinueAsNewFunc,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChannelActivities, DeliveryResult } from '../../activities/channel-activities';
import {
  DELIVER_NOW_SIGNAL,
  DELIVER_NOW_UPDATE,
  NOTICE_QUERY,
  NOTICE_SINCE_MEMO,
  type NoticePolicy,
} from '../../domain/notice/protocol';
import {
  GONE,
  MAX_CARRIED_ATTEMPTS,
  NOTICE_PAUSES_MS,
  noticeSubject,
  noticeType,
  type AddressedNotice,
  type NoticeLog,
  type CarriedNotice,
} from '../../domain/notice/notice';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { DELIVERY_HELD } from '../../domain/notice/webhook-policy';
import { PRIORITY } from '../../domain/priority';
import { deliveryLimits } from '../activity-proxies';
import { requireFields, requireHandedOn, requireWebhooks, TIME_LIMITS } from '../start-inputs';
import { DeliveryRequests } from './requests';

/** By how much a pause may be stretched, so that deliveries that failed together do not come back together. */
const JITTER = 0.2;

/** Attempts and requests of one run, some 20 events each at most; only requests make so many. */
const TURNS_OF_A_RUN = 200;

/** A lost attempt is in the log. */
const ONCE: RetryPolicy = { maximumAttempts: 1 };
/**
 * A delivery that was held back this often counts as an attempt, or a notice to a host that is gone would never end. One
 * that is lost with its worker is in the log.
 */
const HELD: RetryPolicy = {
  maximumAttempts: 30,
  nonRetryableErrorTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'],
};

/**
 * Delivers one notice to its channel's webhook: for three days, with growing pauses, until it is accepted or the webhook
 * answers that it is gone. It outlives its purchase, which never waits for it.
 */
export async function notice(
  addressed: AddressedNotice,
  policy: NoticePolicy,
  carried?: CarriedNotice,
): Promise<NoticeLog> {
  requireFields('notice', addressed, { channel: 'string', notice: 'object' });
  requireFields('policy', policy, TIME_LIMITS);
  requireWebhooks(policy);
  if (carried !== undefined) requireFields('carried', carried, CARRIED);
  requireHandedOn(carried);
  const attempts = [...(carried?.attempts ?? [])];
  const log: NoticeLog = { ...addressed, standing: 'delivering', attempts, nextAttemptAt: null };
  const requests = new DeliveryRequests(carried?.askedAt);
  let asked = false;
  const deliverNow = () => {
    requests.take();
    asked = true;
  };
  setHandler(defineQuery<NoticeLog>(NOTICE_QUERY), () => log, { description: 'The delivery log.' });
  const description = 'Tries to deliver at once instead of waiting for the pause to end.';
  setHandler(defineSignal(DELIVER_NOW_SIGNAL), deliverNow, { description });
  setHandler(defineUpdate(DELIVER_NOW_UPDATE), deliverNow, {
    validator: () => requests.requireFew(),
    description,
  });
  let pauses = carried?.pauses ?? 0;
  for (let made = 0; ; made += 1) {
    if (made + requests.taken >= TURNS_OF_A_RUN && patched('notices-continue'))
      await nextRun()(addressed, policy, carriedOver(log, pauses, requests));
    asked = false;
    const result = await attempt(addressed, policy);
    log.attempts.push(result.attempt);
    const pause = NOTICE_PAUSES_MS[pauses];
    if (result.delivered) return close(log, 'delivered');
    if (result.attempt.status === GONE || pause === undefined) return close(log, 'undelivered');
    const wait = Math.max(Math.round(pause * (1 + Math.random() * JITTER)), result.retryAfterMs ?? 0);
    log.nextAttemptAt = new Date(Date.now() + wait).toISOString();
    setCurrentDetails(story(log));
    const summary = `Wait to deliver ${noticeType(addressed.notice)} again: ${markdownText(result.attempt.detail)}`;
    const hastened = await condition(() => asked, wait, { summary });
    if (!hastened) pauses += 1; // an attempt on request does not count
  }
}

/** The next run begins now: it keeps since when the channel waits. */
function nextRun() {
  const { memo, startTime } = workflowInfo();
  return makeContinueAsNewFunc<typeof notice>({
    memo: { [NOTICE_SINCE_MEMO]: startTime.toISOString(), ...memo },
  });
}

const CARRIED = { attempts: 'array', pauses: 'number', askedAt: 'array' } as const;

function carriedOver({ attempts }: NoticeLog, pauses: number, { askedAt }: DeliveryRequests): CarriedNotice {
  return { attempts: attempts.slice(-MAX_CARRIED_ATTEMPTS), pauses, askedAt };
}

/**
 * Attempted once: the pauses between attempts are the workflow's, where they are visible and can be ended early. Only a
 * delivery that was held back before anything was sent is retried by Temporal, which adds no events.
 */
async function attempt({ channel, notice }: AddressedNotice, policy: NoticePolicy): Promise<DeliveryResult> {
  const at = new Date();
  const { deliverNotice } = proxyActivities<ChannelActivities>({
    summary: `Tell ${channel}: ${noticeType(notice)} of ${markdownText(noticeSubject(notice))}`,
    ...deliveryLimits(policy),
    retry: policy.webhooks ? HELD : ONCE,
    priority: { priorityKey: PRIORITY.paid, fairnessKey: channel },
  });
  try {
    return await (policy.webhooks ? deliverNotice(channel, notice, true) : deliverNotice(channel, notice));
  } catch (failure) {
    if (isCancellation(failure)) throw failure;
    const held = heldBack(failure);
    if (held) return { delivered: false, attempt: { at: at.toISOString(), durationMs: 0, detail: held } };
    const detail = 'the attempt was lost with its worker; the channel may have the notice';
    const durationMs = Date.now() - at.getTime();
    return { delivered: false, attempt: { at: at.toISOString(), durationMs, detail } };
  }
}

/** Why the delivery was not sent; nothing where it may have been. */
function heldBack(failure: unknown): string | undefined {
  const cause = failure instanceof ActivityFailure ? failure.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === DELIVERY_HELD ? cause.message : undefined;
}

function close(log: NoticeLog, standing: 'delivered' | 'undelivered'): NoticeLog {
  log.standing = standing;
  log.nextAttemptAt = null;
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.noticeDelivered, value: standing === 'delivered' }]);
  setCurrentDetails(story(log));
  return log;
}

/** The log as Markdown for the Web UI. */
function story({ notice, channel, standing, attempts, nextAttemptAt }: NoticeLog): string {
  return [
    `**${standing}**: ${noticeType(notice)} of ${markdownText(noticeSubject(notice))} to ${channel}`,
    '',
    ...attempts.map(({ at, durationMs, detail }) => `- ${at}: ${markdownText(detail)} (${durationMs} ms)`),
    ...(nextAttemptAt ? ['', `**Next attempt:** ${nextAttemptAt}`] : []),
  ].join('\n');
}
