import type { PaymentForm } from '../../domain/catalogue/packages';
import type { Offer } from '../../selling/offers';
import type { PackageResource } from './schemas';

/** A package at its price, as its channel sees it. */
export function offerResource(offer: Offer, paymentForm: PaymentForm): PackageResource {
  const { code, name, dataMegabytes, validityDays, faceValue } = offer.package;
  const { rateBasisPoints, amount } = offer.discount;
  return {
    code,
    name,
    dataMegabytes,
    validityDays,
    faceValue,
    discount: { rateBasisPoints, amount },
    payable: offer.payable,
    paymentForm,
  };
}
