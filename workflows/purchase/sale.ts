import type { Sale } from '../../activities/gateway-activities';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { originOf } from '../../domain/trace';

/** What every call to MobiFone needs of a purchase. */
export function saleOf(order: PurchaseOrder): Sale {
  return {
    purchaseId: order.purchaseId,
    msisdn: order.msisdn,
    packageCode: order.package.code,
    paymentForm: order.paymentForm,
    amount: order.faceValue,
    ...originOf(order),
  };
}
