import { batchFacts } from '../domain/batch/progress';
import type { BilingualText } from '../domain/bilingual';
import { CASE_REFUND_REASONS } from '../domain/case/case';
import {
  isBatchNotice,
  isCaseRefundNotice,
  isStateNotice,
  noticeType,
  type Notice,
} from '../domain/notice/notice';
import type { OperationsEvent } from '../domain/notice/operations-events';
import { isOutcome } from '../domain/purchase/states';
import { REASONS } from '../domain/purchase/reasons';
import { sampleNotice, type SentNotice, type TestNotice } from '../domain/notice/test-notice';
import { originOf } from '../domain/trace';
import type { Channel } from './registry';
import { deliverSigned, signedHeaders, type NoticeDelivery, type NoticeVerdict } from './signed-delivery';

/**
 * Delivers a notice once, signed per Standard Webhooks; see `deliverSigned`.
 * @param channel undefined when the registry no longer has the channel
 * @throws the signal's reason when it is aborted, nothing else
 */
export async function deliverNotice(
  channel: Channel | undefined,
  notice: Notice,
  delivery: NoticeDelivery,
): Promise<NoticeVerdict> {
  if (!channel) return { kind: 'retry', detail: 'the registry has no such channel' };
  const { webhookUrl: url } = channel;
  const secrets = secretsOf(channel);
  return deliverSigned(
    { url, secrets, id: notice.id, body: noticeBody(notice), origin: originOf(notice) },
    delivery,
  );
}

/** A test notice as it goes on the wire: signed like a real one, and marked with `test`. */
export function signedTestNotice(channel: Channel, asked: TestNotice, at: Date): SentNotice {
  const sample = sampleNotice(asked);
  const { type, occurredAt: timestamp, id } = asked;
  const data = sample ? noticeData(sample) : { channel: asked.channel };
  const body = JSON.stringify({ type, timestamp, test: true, data });
  return { headers: signedHeaders({ secrets: secretsOf(channel), id, body }, at), body };
}

/** Delivers a test notice once; see `deliverSigned`. */
export function deliverTestNotice(
  channel: Channel,
  { id }: TestNotice,
  { headers, body }: SentNotice,
  delivery: NoticeDelivery,
): Promise<NoticeVerdict> {
  return deliverSigned({ url: channel.webhookUrl, secrets: secretsOf(channel), id, body }, delivery, headers);
}

function secretsOf({ webhookSecret, previousWebhookSecret }: Channel): string[] {
  return previousWebhookSecret ? [webhookSecret, previousWebhookSecret] : [webhookSecret];
}

/** The webhook that operations configure for themselves. */
export interface OperationsWebhook {
  url: string;
  /** `whsec_…`, as for a channel's webhook. */
  secret: string;
}

/**
 * Delivers an event to operations once, signed like a channel's notice. Operations set the address themselves, often one
 * in their own network, so private addresses are allowed.
 * @throws the signal's reason when it is aborted, nothing else
 */
export function notifyOperations(
  { url, secret }: OperationsWebhook,
  { id, type, occurredAt, data }: OperationsEvent,
  delivery: Omit<NoticeDelivery, 'allowPrivateAddresses'>,
): Promise<NoticeVerdict> {
  const body = JSON.stringify({ type, timestamp: occurredAt, data });
  return deliverSigned({ url, secrets: [secret], id, body }, { ...delivery, allowPrivateAddresses: true });
}

/** The same notice gives the same bytes, so that a channel can compare repeated deliveries. */
export function noticeBody(notice: Notice): string {
  return JSON.stringify({ type: noticeType(notice), timestamp: notice.occurredAt, data: noticeData(notice) });
}

function noticeData(notice: Notice): object {
  if (isBatchNotice(notice)) return batchFacts(notice.batchId, notice.progress);
  const { purchaseId, externalId } = notice;
  if (isCaseRefundNotice(notice)) {
    const { caseReason, amount } = notice;
    return {
      purchaseId,
      externalId,
      reason: reasonInWords(caseReason, CASE_REFUND_REASONS[caseReason]),
      refund: { amount, currency: 'VND' },
    };
  }
  if (!isStateNotice(notice)) {
    const { outcome, refusal, amount } = notice;
    return {
      purchaseId,
      externalId,
      outcome,
      reason: reasonInWords(refusal, REASONS[refusal]),
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
    reason: reason && reasonInWords(reason, REASONS[reason]),
    package: notice.package,
    faceValue: { amount: faceValue, currency: 'VND' },
  };
}

function reasonInWords(code: string, { en, vi }: BilingualText): object {
  return { code, message: { vi, en } };
}
