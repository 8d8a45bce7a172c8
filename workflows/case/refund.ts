import { caseRefundReason, isClosedEvidence, type CaseOrder } from '../../domain/case/case';
import { caseRefundNoticeId, refundNoticeId } from '../../domain/identifiers';
import type { CaseRefundNotice, RefundNotice } from '../../domain/notice/notice';
import { originOf } from '../../domain/trace';

/**
 * The notice by which a case has the channel refund its customer. A channel that was notified of success gets a notice
 * of the case. Any other gets the one refund notice of its purchase, with the id and content that the purchase gave it,
 * if it came that far: whichever run sends it, and however often, the channel refunds once (I5).
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
