import { z } from 'zod';
import type { GatewayCall } from '../mobifone/contract';

const transactionId = z.string().min(1).max(64);
const msisdn = z.string().regex(/^84[1-9]\d{8}$/);
const packageCode = z.string().min(1).max(16);
const amount = z.number().int().positive();
const subscriberType = z.enum(['prepaid', 'postpaid']);

/** The purchase of a transaction: ids are `<purchase>.<command>`. */
export function purchaseOf(transactionId: string): string {
  return transactionId.split('.', 1)[0] ?? transactionId;
}

/** The sandbox keeps each purchase apart, so it takes no command about another purchase's registration. */
function ofOnePurchase<S extends z.ZodType<{ transactionId: string; registrationId: string }>>(schema: S): S {
  return schema.refine(
    (request) => purchaseOf(request.transactionId) === purchaseOf(request.registrationId),
    { path: ['registrationId'], error: 'is of another purchase than transactionId' },
  );
}

/** The requests as `dialects/datacode-json.ts` spells them, strictly: the sandbox forgives nothing that MobiFone might not. */
export const REQUEST_SCHEMAS = {
  check: z.strictObject({ transactionId, msisdn, packageCode, subscriberType }),
  register: z.strictObject({ transactionId, msisdn, packageCode, subscriberType, amount }),
  charge: ofOnePurchase(
    z.strictObject({ transactionId, registrationId: transactionId, msisdn, packageCode, amount }),
  ),
  rollback: ofOnePurchase(z.strictObject({ transactionId, registrationId: transactionId, msisdn })),
  sms: z.strictObject({ transactionId, msisdn, sender: z.literal('999'), text: z.string().min(1).max(160) }),
  inquiry: z.strictObject({ transactionId, msisdn }),
} as const satisfies Record<GatewayCall, z.ZodType>;

export type RegisterRequest = z.infer<typeof REQUEST_SCHEMAS.register>;
export type ChargeRequest = z.infer<typeof REQUEST_SCHEMAS.charge>;
export type RollbackRequest = z.infer<typeof REQUEST_SCHEMAS.rollback>;
export type SmsRequest = z.infer<typeof REQUEST_SCHEMAS.sms>;

/** What a request orders, with the call that it came by. */
export type GatewayRequest = {
  [C in GatewayCall]: { call: C; body: z.infer<(typeof REQUEST_SCHEMAS)[C]> };
}[GatewayCall];

/** What an inquiry answers about a transaction. */
export type TransactionState = 'DONE' | 'REFUSED' | 'ROLLED_BACK' | 'PROCESSING' | 'NOT_FOUND';
