import { z } from 'zod';
import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import type { TransactionId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode, PaymentForm } from '../domain/catalogue/packages';
import type { Vnd } from '../domain/vnd';

/**
 * The six calls of MobiFone's gateway in our own terms. MobiFone publishes no specification, so this contract is
 * ours (seed, "how this project reads it"); a dialect (`dialects/`) spells it on the wire.
 */
export interface CheckCommand {
  transactionId: TransactionId;
  msisdn: Msisdn;
  packageCode: PackageCode;
  paymentForm: PaymentForm;
}

export interface RegisterCommand {
  transactionId: TransactionId;
  msisdn: Msisdn;
  packageCode: PackageCode;
  paymentForm: PaymentForm;
  /** What the Datacode is worth; a prepaid registration takes this from the subscriber. */
  amount: Vnd;
}

export interface ChargeCommand {
  transactionId: TransactionId;
  /** The registration that is paid for. */
  registrationId: TransactionId;
  msisdn: Msisdn;
  packageCode: PackageCode;
  amount: Vnd;
}

export interface RollbackCommand {
  transactionId: TransactionId;
  /** The registration to undo, with any charge made for it. Undoing one that never arrived voids it for ever. */
  registrationId: TransactionId;
  msisdn: Msisdn;
}

export interface SmsCommand {
  transactionId: TransactionId;
  msisdn: Msisdn;
  text: string;
}

/** Asks for the state of a command, by the id that it carried. */
export interface InquiryCommand {
  transactionId: TransactionId;
  msisdn: Msisdn;
}

export const GATEWAY_CALLS = ['check', 'register', 'charge', 'rollback', 'sms', 'inquiry'] as const;
export type GatewayCall = (typeof GATEWAY_CALLS)[number];

export interface GatewayCommands {
  check: CheckCommand;
  register: RegisterCommand;
  charge: ChargeCommand;
  rollback: RollbackCommand;
  sms: SmsCommand;
  inquiry: InquiryCommand;
}

/** What the reply to each call is read as. */
export interface GatewayVerdicts {
  check: GatewayVerdict;
  register: GatewayVerdict;
  charge: GatewayVerdict;
  rollback: GatewayVerdict;
  sms: GatewayVerdict;
  inquiry: InquiryVerdict;
}

/** What a dialect read in a reply, under the contract's names. Nothing of it has been checked. */
export interface ReplyFields {
  resultCode: unknown;
  transactionId: unknown;
  msisdn: unknown;
  amount?: unknown;
  packageCode?: unknown;
  transactionState?: unknown;
  transactionResultCode?: unknown;
}

/** What a dialect read in the token endpoint's reply. Nothing of it has been checked. */
export interface TokenFields {
  accessToken: unknown;
  expiresIn: unknown;
}

/** A code is a name even where a gateway sends it as a number or pads it. */
const resultCode = z
  .union([z.string(), z.number()])
  .transform((code) => String(code).trim())
  .pipe(z.string().min(1).max(16));
const amount = z.number().int().nonnegative();

/** What may be absent: gateways also write nothing as an empty text, and pad what they write. */
function ifGiven<T extends z.ZodType>(schema: T) {
  return z
    .preprocess((told) => (typeof told === 'string' ? told.trim() || undefined : told), schema)
    .optional();
}

/** In every reply: which command it answers, and with what result. */
export const replySchema = z.object({
  resultCode,
  transactionId: z.string().min(1).max(64),
  msisdn: z.string().regex(/^84[1-9]\d{8}$/),
  /** The contract has these for inquiries only; in the reply to a command they must not say otherwise than the result. */
  transactionState: ifGiven(z.unknown()),
  transactionResultCode: ifGiven(z.unknown()),
  /** Need not be there; it must be the command's. */
  packageCode: ifGiven(z.unknown()),
});

const REPLY_STATES = ['DONE', 'REFUSED', 'ROLLED_BACK', 'PROCESSING', 'NOT_FOUND'] as const;
/** The state of a transaction as the contract spells it. */
export type ReplyState = (typeof REPLY_STATES)[number];

const amountReplySchema = replySchema.extend({ amount });
/** A result code, or nothing. */
export const resultCodeIfAny = resultCode.nullish();
export const inquiryReplySchema = replySchema.extend({
  /** Present when the inquiry itself was answered: the state of the transaction that was asked about. */
  transactionState: ifGiven(z.enum(REPLY_STATES).nullish()),
  /** The result code with which the transaction was refused. */
  transactionResultCode: ifGiven(resultCodeIfAny),
  /** What the transaction was made with, where the gateway states it. */
  amount: amount.nullish(),
  packageCode: ifGiven(z.string().max(16).nullish()),
});

/** The reply that each call must give; it echoes the transaction and the number, and the amount where money moves. */
export const REPLY_SCHEMAS = {
  check: replySchema,
  register: amountReplySchema,
  charge: amountReplySchema,
  rollback: replySchema,
  sms: replySchema,
} as const;

export const tokenReplySchema = z.object({
  /** It goes into a header, so only what a header can carry. */
  accessToken: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  /** Seconds; absent where the gateway states no usable lifetime, which it need not (RFC 6749, section 5.1). */
  expiresIn: z
    .union([z.number(), z.string().transform(Number)])
    .pipe(z.number().positive())
    .optional()
    .catch(undefined),
});

export type Reply = z.infer<typeof replySchema>;
