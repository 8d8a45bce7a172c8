import type { Channel } from '../../channel/registry';
import { derivePurchaseId } from '../../client/purchase-id';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { originOf, type Origin } from '../../domain/trace';
import type { Offer } from '../packages/offers';
import type { PurchaseRequest } from './request';

/** The order that is made durable: price, discount and payment form as they are at this moment, frozen. */
export function purchaseOrder(
  channel: Channel,
  request: PurchaseRequest,
  offer: Offer,
  acceptance: { at: Date; origin: Origin },
): PurchaseOrder {
  return {
    purchaseId: derivePurchaseId(channel.name, request.externalId),
    channel: channel.name,
    externalId: request.externalId,
    msisdn: request.msisdn,
    package: { code: offer.package.code, name: offer.package.name },
    paymentForm: channel.paymentForm,
    faceValue: offer.package.faceValue,
    discount: offer.discount,
    payable: offer.payable,
    acceptedAt: acceptance.at.toISOString(),
    ...(channel.webhookStates?.length ? { webhookStates: [...new Set(channel.webhookStates)] } : {}),
    ...originOf(acceptance.origin),
  };
}
