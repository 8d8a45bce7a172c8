import type { BilingualText } from '../domain/bilingual';
import { CASE_REFUND_REASONS } from '../domain/case/case';
import { isCaseRefundNotice, isStateNotice, noticeType, type Notice } from '../domain/notice/notice';
import { isOutcome } from '../domain/purchase/states';
import { REASONS } from '../domain/purchase/reasons';
import { originOf } from '../domain/trace';
import type { Channel } from './registry';
import { deliverSigned, type NoticeDelivery, type NoticeVerdict } from './signed-delivery';

/**
 * Delivers a notice once, signed per Standard Webhooks; see `deliverSigned`.
 * @param channel nothing when the registry has no such channel any more
 * @throws the signal's reason when it is aborted, nothing else
 */
export async function deliverNotice(
  channel: Channel | undefined,
  notice: Notice,
  delivery: NoticeDelivery,
): Promise<NoticeVerdict> {
  if (!channel) return { kind: 'retry', detail: 'the registry has no such channel' };
  const { webhookUrl: url, webhookSecret, previousWebhookSecret } = channel;
  const secrets = previousWebhookSecret ? [webhookSecret, previousWebhookSecret] : [webhookSecret];
  return deliverSigned(
    { url, secrets, id: notice.id, body: noticeBody(notice), origin: originOf(notice) },
    delivery,
  );
}

/** The same bytes for the same notice, so that a channel may compare what it got twice. */
function noticeBody(notice: Notice): string {
  return JSON.stringify({ type: noticeType(notice), timestamp: notice.occurredAt, data: noticeData(notice) });
}

function noticeData(notice: Notice): object {
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
