import type { GatewayVerdict } from '../../domain/gateway-verdict';
import { transactionId, type Transaction } from '../../domain/identifiers';
import type { Gateway } from '../../mobifone/client';
import type { NaiveSale } from './naive-sale';

const MESSAGE = 'Quy khach da dang ky thanh cong goi Datacode.';

/** The same five calls over the same HTTP client as ours; whatever is not done is thrown. */
export function createNaiveActivities(gateway: Gateway) {
  const message = (sale: NaiveSale, which: Extract<Transaction, `sms-${string}`>) =>
    succeed(gateway.call('sms', { ...command(sale, which), text: MESSAGE }));
  return {
    check: (sale: NaiveSale): Promise<void> =>
      succeed(
        gateway.call('check', {
          ...command(sale, 'check'),
          packageCode: sale.packageCode,
          paymentForm: 'postpaid',
        }),
      ),
    register: (sale: NaiveSale): Promise<void> =>
      succeed(
        gateway.call('register', {
          ...command(sale, 'registration'),
          packageCode: sale.packageCode,
          paymentForm: 'postpaid',
          amount: sale.amount,
        }),
      ),
    charge: (sale: NaiveSale): Promise<void> =>
      succeed(
        gateway.call('charge', {
          ...command(sale, 'charge'),
          registrationId: transactionId(sale.purchaseId, 'registration'),
          packageCode: sale.packageCode,
          amount: sale.amount,
        }),
      ),
    transactionMessage: (sale: NaiveSale): Promise<void> => message(sale, 'sms-transaction'),
    successMessage: (sale: NaiveSale): Promise<void> => message(sale, 'sms-success'),
  };
}

export type NaiveActivities = ReturnType<typeof createNaiveActivities>;

function command(sale: NaiveSale, transaction: Transaction) {
  return { transactionId: transactionId(sale.purchaseId, transaction), msisdn: sale.msisdn };
}

async function succeed(call: Promise<GatewayVerdict>): Promise<void> {
  const verdict = await call;
  if (verdict.kind !== 'done') throw new Error(`MobiFone answered ${verdict.kind}`);
}
