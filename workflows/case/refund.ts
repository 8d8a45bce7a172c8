import { caseRefundReason, isClosedEvidence, type CaseOrder } from '../../domain/case/case';
import { caseRefundNoticeId, refundNoticeId } from '../../domain/identifiers';
import type { CaseRefundNotice, RefundNotice } from '../../domain/notice/notice';
import { originOf } from '../../domain/trace';

/**
 * What a case tells the channel that its customer is to be refunded. A channel that was told of success is told of a
 * case; any other gets the one refund notice of its purchase, under the id and with the words that the purchase gave
 * it, if it came so far: however often it is told, by whichever run, the channel refunds once (I5).
 * @param decidedAt ISO 8601, UTC
 */
export function caseRefundNotice(
  { purchase, evidence, outcome }: CaseOrder,
  decidedAt: string,
): RefundNotice | CaseRefundNotice {
  const { purchaseId, externalId, faceValue } = purchase;
  if (!isClosedEvidence(evidence) || outcome === 'succeeded') {
    return {
      id: caseRefundNoticeId(purchaseId),
      purchaseId,
      externalId,
      caseReason: caseRefundReason(evidence),
      amount: faceValue,
      occurredAt: decidedAt,
      ...originOf(purchase),
    };
  }
  const told = evidence.refund;
  return {
    id: refundNoticeId(purchaseId),
    purchaseId,
    externalId,
    outcome: told?.outcome ?? outcome ?? 'given_up',
    refusal: told?.refusal ?? evidence.reason ?? 'given_up_by_operator',
    amount: faceValue,
    occurredAt: told?.occurredAt ?? decidedAt,
    ...originOf(purchase),
  };
}
