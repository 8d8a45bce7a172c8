import type { Channel } from '../../channel/registry';
import { derivePurchaseId } from '../../client/purchase-id';
import type { PackageCode } from '../../domain/catalogue/packages';
import { MAX_EXTERNAL_ID_LENGTH, type ExternalId } from '../../domain/identifiers';
import { jsonPointer } from '../../domain/json-pointer';
import type { Msisdn } from '../../domain/msisdn';
import { parseMsisdn } from '../../domain/msisdn-parsing';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { originOf, type Origin } from '../../domain/trace';
import type { FieldFaultInWords } from '../http/problems';
import { fieldFault, memberOf, readBody } from '../http/read-body';
import type { Offer } from '../packages/offers';
import { holdsAnyNumber, holdsNumber } from './number-in-id';
import { purchaseRequestSchema } from './schemas';

/** An order as a channel sends it, found to be in order in itself. */
export interface PurchaseRequest {
  externalId: ExternalId;
  msisdn: Msisdn;
  package: PackageCode;
  /** The channel knows that another order of it sold the same a moment ago. */
  allowDuplicate?: boolean | undefined;
}

/**
 * Reads the body of an order.
 * @throws Problem `invalid_request` with all its faults at once
 */
export function readPurchaseRequest(body: unknown): PurchaseRequest {
  return readBody(purchaseRequestSchema, body, externalIdFaults(body));
}

/** Ids reach logs, addresses and search attributes, where nobody's number may be (I11). */
export function externalIdFaults(body: unknown): FieldFaultInWords[] {
  const id = memberOf(body, 'externalId');
  if (typeof id !== 'string' || id.length > MAX_EXTERNAL_ID_LENGTH) return [];
  const number = memberOf(body, 'msisdn');
  const parsed = typeof number === 'string' ? parseMsisdn(number) : undefined;
  const holdsOwn = parsed?.ok === true && holdsNumber(id, parsed.msisdn);
  return holdsOwn || holdsAnyNumber(id) ? [fieldFault(jsonPointer(['externalId']), 'contains_msisdn')] : [];
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
  acceptance: { at: Date; origin: Origin },
): PurchaseOrder {
  return {
    purchaseId: derivePurchaseId(channel.name, request.externalId),
    externalId: request.externalId,
    ...saleTerms(channel, request.msisdn, offer),
    acceptedAt: acceptance.at.toISOString(),
    ...(channel.webhookStates?.length ? { webhookStates: [...new Set(channel.webhookStates)] } : {}),
    ...originOf(acceptance.origin),
  };
}
