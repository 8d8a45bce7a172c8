import { Webhook } from 'standardwebhooks';
import { isStateNotice, noticeType, type Notice } from '../domain/notices';
import { isOutcome } from '../domain/purchase-states';
import { REFUSALS, type Refusal } from '../domain/refusals';
import { retryAfterMs } from '../domain/retry-after';
import type { Channel } from './registry';
import { postToWebhook, type WebhookAnswer } from './webhook-post';

/** Whether the channel has the notice, or it must be delivered again. */
export type NoticeVerdict =
  | { kind: 'delivered'; status?: number }
  /** `detail` is for operators and holds nothing personal. */
  | { kind: 'retry'; detail: string; status?: number; retryAfterMs?: number };

export interface NoticeDelivery {
  /** Lets webhooks be on loopback and private addresses; for development. */
  allowPrivateAddresses: boolean;
  /** For the whole delivery, milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Delivers a notice once, signed per Standard Webhooks.
 * @param channel nothing when the registry has no such channel any more
 * @returns `delivered` when the channel answered 2xx; a redirect is not followed and counts as any other refusal
 * @throws the signal's reason when it is aborted, nothing else
 */
export async function deliverNotice(
  channel: Channel | undefined,
  notice: Notice,
  delivery: NoticeDelivery,
): Promise<NoticeVerdict> {
  if (!channel) return { kind: 'retry', detail: 'the registry has no such channel' };
  try {
    const body = noticeBody(notice);
    const headers = noticeHeaders(channel, notice.id, body, new Date());
    return verdictOn(await postToWebhook({ ...delivery, url: channel.webhookUrl, headers, body }));
  } catch (fault) {
    delivery.signal.throwIfAborted();
    return { kind: 'retry', detail: faultInWords(fault) };
  }
}

/** The same bytes for the same notice, so that a channel may compare what it got twice. */
function noticeBody(notice: Notice): string {
  return JSON.stringify({ type: noticeType(notice), timestamp: notice.occurredAt, data: noticeData(notice) });
}

function noticeData(notice: Notice): object {
  const { purchaseId, externalId } = notice;
  if (!isStateNotice(notice)) {
    const { outcome, refusal, amount } = notice;
    return {
      purchaseId,
      externalId,
      outcome,
      reason: reasonInWords(refusal),
      refund: { amount, currency: 'VND' },
    };
  }
  const { sequence, state, reason, faceValue } = notice;
  return {
    purchaseId,
    externalId,
    sequence,
    state,
    outcome: isOutcome(state) ? state : null,
    reason: reason && reasonInWords(reason),
    package: notice.package,
    faceValue: { amount: faceValue, currency: 'VND' },
  };
}

function reasonInWords(refusal: Refusal): object {
  const { en, vi } = REFUSALS[refusal];
  return { code: refusal, message: { vi, en } };
}

/** While secrets are rotated both sign, so that the channel may change over at any moment. */
function noticeHeaders(
  { webhookSecret, previousWebhookSecret }: Channel,
  id: string,
  body: string,
  at: Date,
): Record<string, string> {
  const secrets = previousWebhookSecret ? [webhookSecret, previousWebhookSecret] : [webhookSecret];
  return {
    'content-type': 'application/json',
    'user-agent': 'datacode-gateway',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

function verdictOn({ status, retryAfter }: WebhookAnswer): NoticeVerdict {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status >= 300 && status < 400) {
    return { kind: 'retry', status, detail: `the webhook answered ${status}; redirects are not followed` };
  }
  const pause = retryAfterMs(retryAfter, new Date());
  return {
    kind: 'retry',
    status,
    detail: `the webhook answered ${status}`,
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  };
}

function faultInWords(fault: unknown): string {
  const { code, message } = fault as NodeJS.ErrnoException; // Node's network errors and our own; no more is read of it
  if (code === 'ETIMEDOUT' || code === 'FORBIDDEN_ADDRESS') return message;
  return code ? `the webhook cannot be reached (${code})` : 'the webhook cannot be reached';
}
