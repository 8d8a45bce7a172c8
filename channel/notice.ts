import { Webhook } from 'standardwebhooks';
import type { ExternalId, PurchaseId } from '../domain/identifiers';
import type { PurchaseOutcome } from '../domain/purchase-states';
import { REFUSALS, type Refusal } from '../domain/refusals';
import { retryAfterMs } from '../domain/retry-after';
import type { Vnd } from '../domain/vnd';
import type { Channel } from './registry';
import { postToWebhook, type WebhookAnswer } from './webhook-post';

/** What a channel is told when its customer is to be refunded (seed step (6.3)). JSON through and through. */
export interface RefundNotice {
  /** The same however often it is delivered (I5); the channel refunds once per id. */
  id: string;
  purchaseId: PurchaseId;
  externalId: ExternalId;
  /** What the purchase comes to; a rollback may still be running. */
  outcome: PurchaseOutcome;
  refusal: Refusal;
  /** What the customer paid. */
  amount: Vnd;
  /** ISO 8601, UTC. */
  occurredAt: string;
}

/** Whether the channel has the notice, or it must be delivered again. */
export type NoticeVerdict =
  | { kind: 'delivered' }
  /** `detail` is for operators and holds nothing personal. */
  | { kind: 'retry'; detail: string; retryAfterMs?: number };

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
  notice: RefundNotice,
  delivery: NoticeDelivery,
): Promise<NoticeVerdict> {
  if (!channel) return { kind: 'retry', detail: 'the registry has no such channel' };
  try {
    const body = noticeBody(notice);
    const headers = noticeHeaders(channel.webhookSecret, notice.id, body, new Date());
    return verdictOn(await postToWebhook({ ...delivery, url: channel.webhookUrl, headers, body }));
  } catch (fault) {
    delivery.signal.throwIfAborted();
    return { kind: 'retry', detail: faultInWords(fault) };
  }
}

/** The same bytes for the same notice, so that a channel may compare what it got twice. */
function noticeBody(notice: RefundNotice): string {
  const { en, vi } = REFUSALS[notice.refusal];
  return JSON.stringify({
    type: 'purchase.refund_due',
    timestamp: notice.occurredAt,
    data: {
      purchaseId: notice.purchaseId,
      externalId: notice.externalId,
      outcome: notice.outcome,
      reason: { code: notice.refusal, message: { vi, en } },
      refund: { amount: notice.amount, currency: 'VND' },
    },
  });
}

function noticeHeaders(secret: string, id: string, body: string, at: Date): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'datacode-gateway',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

function verdictOn({ status, retryAfter }: WebhookAnswer): NoticeVerdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 300 && status < 400) {
    return { kind: 'retry', detail: `the webhook answered ${status}; redirects are not followed` };
  }
  const pause = retryAfterMs(retryAfter, new Date());
  return {
    kind: 'retry',
    detail: `the webhook answered ${status}`,
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  };
}

function faultInWords(fault: unknown): string {
  const { code, message } = fault as NodeJS.ErrnoException; // Node's network errors and our own; no more is read of it
  if (code === 'ETIMEDOUT' || code === 'FORBIDDEN_ADDRESS') return message;
  return code ? `the webhook cannot be reached (${code})` : 'the webhook cannot be reached';
}
