import type { FoundPurchase } from '../../client/purchase-search';
import { maskMsisdn } from '../../domain/msisdn';
import type { Purchase, PurchaseOrder } from '../../domain/purchase/purchase';
import { PURCHASE_STEPS } from '../../domain/purchase/steps';
import { REASONS, type ReasonCode } from '../../domain/purchase/reasons';
import type { PurchaseResource } from './schemas';
import type { ListedPurchaseResource } from './search-schemas';

/** A purchase as its channel sees it: nothing of how we settle it, and the number masked. */
export function purchaseResource(purchase: Purchase): PurchaseResource {
  const { order, state, outcome, reason } = purchase;
  return {
    id: order.purchaseId,
    externalId: order.externalId,
    state,
    outcome,
    reason: reason && reasonResource(reason),
    ...boughtResource(order),
    steps: purchase.steps.map(({ step, status, startedAt, endedAt }) => ({
      step,
      title: PURCHASE_STEPS[step].title,
      status,
      startedAt,
      endedAt: endedAt ?? null,
    })),
    needsAttention: purchase.attention !== null,
    createdAt: order.acceptedAt,
    updatedAt: purchase.updatedAt,
  };
}

/** A purchase as it stands in a list. */
export function listedPurchase(found: FoundPurchase): ListedPurchaseResource {
  const { order, state, outcome, needsAttention } = found;
  return {
    id: order.purchaseId,
    externalId: order.externalId,
    state,
    outcome,
    ...boughtResource(order),
    needsAttention,
    createdAt: order.acceptedAt,
  };
}

/** What is bought, at its price and for whom. */
export function boughtResource(order: Omit<PurchaseOrder, 'purchaseId' | 'externalId' | 'acceptedAt'>) {
  return {
    package: { code: order.package.code, name: order.package.name },
    faceValue: order.faceValue,
    discount: { rateBasisPoints: order.discount.rateBasisPoints, amount: order.discount.amount },
    payable: order.payable,
    paymentForm: order.paymentForm,
    msisdn: maskMsisdn(order.msisdn),
  };
}

/** Why nothing is sold, in the words that may be shown. */
export function reasonResource(reason: ReasonCode): NonNullable<PurchaseResource['reason']> {
  return { code: reason, message: { vi: REASONS[reason].vi, en: REASONS[reason].en } };
}
