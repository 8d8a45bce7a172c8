import type { Vnd } from '../vnd';

/** Prepaid (*trả trước*): MobiFone takes the money in registering. Postpaid (*trả sau*): we order the charge. */
export const PAYMENT_FORMS = ['prepaid', 'postpaid'] as const;
export type PaymentForm = (typeof PAYMENT_FORMS)[number];

/** A Datacode package's code, e.g. `D90`. */
export type PackageCode = string & { readonly __brand: 'PackageCode' };
export const PACKAGE_CODE_PATTERN = /^[A-Z][A-Z0-9_]{0,15}$/;

/** @throws RangeError when the code does not match `PACKAGE_CODE_PATTERN`. */
export function packageCode(text: string): PackageCode {
  if (!PACKAGE_CODE_PATTERN.test(text)) throw new RangeError(`"${text}" is not a package code`);
  return text as PackageCode; // just checked
}

/** One Datacode package of the catalogue. */
export interface DatacodePackage {
  code: PackageCode;
  /** Shown to customers, with accents. */
  name: string;
  dataMegabytes: number;
  validityDays: number;
  faceValue: Vnd;
  paymentForms: readonly PaymentForm[];
  /** First moment of sale; absent means always was. */
  onSaleFrom?: Date;
  /** First moment when it is no longer sold; absent means no end is set. */
  onSaleUntil?: Date;
}

/** Whether a package is sold in a form at a moment; if not, why not. */
export type SaleAvailability = 'on_sale' | 'not_yet_on_sale' | 'no_longer_on_sale' | 'not_sold_in_this_form';

export function saleAvailability(offer: DatacodePackage, form: PaymentForm, at: Date): SaleAvailability {
  if (!offer.paymentForms.includes(form)) return 'not_sold_in_this_form';
  if (offer.onSaleFrom && at < offer.onSaleFrom) return 'not_yet_on_sale';
  if (offer.onSaleUntil && at >= offer.onSaleUntil) return 'no_longer_on_sale';
  return 'on_sale';
}
