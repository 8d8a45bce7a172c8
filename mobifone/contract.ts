import { z } from 'zod';
import type { TransactionId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode, PaymentForm } from '../domain/packages';
import type { Vnd } from '../domain/vnd';

/**
 * The six calls of MobiFone's gateway in our own terms. MobiFone publishes no specification, so this contract is
 * ours (seed, "how this project reads it"); `dialect.ts` spells it on the wire and is all that another dialect needs.
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

/** Asks what became of a command, by the id that it carried. */
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

/** What every reply carries; fields that a dialect adds are let through, so that MobiFone may grow its replies. */
export const replySchema = z.looseObject({
  resultCode: z.string().min(1).max(16),
  message: z.string().max(500).optional(),
  transactionId: z.string().min(1).max(64),
  msisdn: z.string().regex(/^84[1-9]\d{8}$/),
});
export const amountReplySchema = replySchema.extend({ amount: z.number().int().nonnegative() });
export const inquiryReplySchema = replySchema.extend({
  /** Present when the inquiry itself was answered; what became of the transaction. */
  transactionState: z.enum(['DONE', 'REFUSED', 'ROLLED_BACK', 'PROCESSING', 'NOT_FOUND']).optional(),
  /** The result code with which the transaction was refused. */
  transactionResultCode: z.string().min(1).max(16).optional(),
});
export const tokenReplySchema = z.looseObject({
  accessToken: z.string().min(1).max(4096),
  /** Seconds. */
  expiresIn: z.number().int().positive(),
});

export type Reply = z.infer<typeof replySchema>;
