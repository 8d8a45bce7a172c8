import { derivePurchaseId } from '../../client/purchase-id';
import { channelName, externalId, transactionId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { packageCode } from '../../domain/catalogue/packages';
import { vnd } from '../../domain/vnd';
import type { CallOptions, Gateway } from '../../mobifone/client';
import type { GatewayCall, GatewayCommands, GatewayVerdicts } from '../../mobifone/contract';

const purchase = derivePurchaseId(channelName('demo'), externalId('order-1'));
const subscriber = msisdn('84901234567');
const sold = { msisdn: subscriber, packageCode: packageCode('D90') };
const registrationId = transactionId(purchase, 'registration');

/** One good command a call, all of one postpaid purchase. */
export const COMMANDS: GatewayCommands = {
  check: { ...sold, transactionId: transactionId(purchase, 'check'), paymentForm: 'postpaid' },
  register: { ...sold, transactionId: registrationId, paymentForm: 'postpaid', amount: vnd(90_000) },
  charge: {
    ...sold,
    transactionId: transactionId(purchase, 'charge'),
    registrationId,
    amount: vnd(90_000),
  },
  rollback: { transactionId: transactionId(purchase, 'rollback'), registrationId, msisdn: subscriber },
  sms: {
    transactionId: transactionId(purchase, 'sms-success'),
    msisdn: subscriber,
    text: 'Cam on quy khach',
  },
  inquiry: { transactionId: transactionId(purchase, 'charge'), msisdn: subscriber },
};

/** Makes the one good command of a call. */
export function make<C extends GatewayCall>(
  gateway: Gateway,
  call: C,
  options?: CallOptions,
): Promise<GatewayVerdicts[C]> {
  return gateway.call(call, COMMANDS[call], options);
}
