import type { Channel } from '../channel/registry';
import { derivePurchaseId } from '../client/purchase-id';
import type { PackageCode } from '../domain/catalogue/packages';
import type { BatchId, ExternalId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import { originOf, type Origin } from '../domain/trace';
import type { Offer } from './offers';

/** An order as a channel sends it, found to be in order in itself. */
export interface PurchaseRequest {
  externalId: ExternalId;
  msisdn: Msisdn;
  package: PackageCode;
  /** The channel knows that another order of it sold the same a moment ago. */
  allowDuplicate?: boolean | undefined;
}

/** What is sold, at its price and to whom. */
export type SaleTerms = Omit<PurchaseOrder, 'purchaseId' | 'externalId' | 'acceptedAt'>;

export function saleTerms(channel: Channel, msisdn: Msisdn, offer: Offer): SaleTerms {
  return {
    channel: channel.name,
    msisdn,
    package: { code: offer.package.code, name: offer.package.name },
    paymentForm: channel.paymentForm,
    faceValue: offer.package.faceValue,
    discount: offer.discount,
    payable: offer.payable,
  };
}

/** The order that becomes durable: price, discount and payment form are fixed at this moment. */
export function purchaseOrder(
  channel: Channel,
  request: PurchaseRequest,
  offer: Offer,
  acceptance: { at: Date; origin: Origin; batchId?: BatchId | undefined },
): PurchaseOrder {
  const { at, origin, batchId } = acceptance;
  return {
    purchaseId: derivePurchaseId(channel.name, request.externalId),
    externalId: request.externalId,
    ...saleTerms(channel, request.msisdn, offer),
    acceptedAt: at.toISOString(),
    ...(channel.webhookStates?.length ? { webhookStates: [...new Set(channel.webhookStates)] } : {}),
    ...(batchId === undefined ? {} : { batchId }),
    ...originOf(origin),
  };
}
