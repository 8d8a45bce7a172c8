import type { PackageCode, PaymentForm } from '../catalogue/packages';
import type { ChannelName, PurchaseId, Transaction } from '../identifiers';
import type { Msisdn } from '../msisdn';
import { originOf, type Origin } from '../trace';
import type { Vnd } from '../vnd';
import type { PurchaseOrder } from './purchase';

/** What every call to MobiFone needs of a purchase. */
export interface Sale extends Origin {
  purchaseId: PurchaseId;
  /** Absent in what older workflows ordered. */
  channel?: ChannelName;
  msisdn: Msisdn;
  packageCode: PackageCode;
  paymentForm: PaymentForm;
  amount: Vnd;
}

/** The transactions that an inquiry can be made about. */
export type Inquirable = Exclude<Transaction, 'check'>;

/** The activity's name, by which MobiFone is asked once about a transaction. */
export const INQUIRY_ACTIVITY = 'inquireOnce';

export function saleOf(order: PurchaseOrder): Sale {
  return {
    purchaseId: order.purchaseId,
    channel: order.channel,
    msisdn: order.msisdn,
    packageCode: order.package.code,
    paymentForm: order.paymentForm,
    amount: order.faceValue,
    ...originOf(order),
  };
}
