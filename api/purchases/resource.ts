import { maskMsisdn } from '../../domain/msisdn';
import type { Purchase } from '../../domain/purchase/purchase';
import { PURCHASE_STEPS } from '../../domain/purchase/steps';
import type { SaleTerms } from '../../selling/order';
import { reasonResource } from '../http/fields';
import type { PurchaseResource } from './schemas';

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

/** What is bought, at its price and for whom. */
export function boughtResource(order: SaleTerms) {
  return {
    package: { code: order.package.code, name: order.package.name },
    faceValue: order.faceValue,
    discount: { rateBasisPoints: order.discount.rateBasisPoints, amount: order.discount.amount },
    payable: order.payable,
    paymentForm: order.paymentForm,
    msisdn: maskMsisdn(order.msisdn),
  };
}
