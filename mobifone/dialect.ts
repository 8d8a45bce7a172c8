import type { Refusal } from '../domain/refusals';
import {
  amountReplySchema,
  inquiryReplySchema,
  replySchema,
  type GatewayCall,
  type GatewayCommands,
} from './contract';

/**
 * How the contract is spelled on the wire: paths, field names, result codes, credentials. Another dialect of
 * MobiFone's gateway is another file with these same exports, and nothing else changes.
 */
export const PATHS: Record<GatewayCall | 'token', string> = {
  token: '/oauth/token',
  check: '/datacode/v1/check',
  register: '/datacode/v1/register',
  charge: '/datacode/v1/charge',
  rollback: '/datacode/v1/rollback',
  sms: '/datacode/v1/sms',
  inquiry: '/datacode/v1/inquiry',
};

/** The short code and its spelling live here because the wire wants them; the texts are `domain/messages.ts`. */
export const SMS_SENDER = '999';

/** The body of each call. Nothing personal is ever in a URL. */
export const encode: {
  [C in GatewayCall]: (command: GatewayCommands[C]) => Record<string, string | number>;
} = {
  check: (c) => ({
    transactionId: c.transactionId,
    msisdn: c.msisdn,
    packageCode: c.packageCode,
    subscriberType: c.paymentForm,
  }),
  register: (c) => ({
    transactionId: c.transactionId,
    msisdn: c.msisdn,
    packageCode: c.packageCode,
    subscriberType: c.paymentForm,
    amount: c.amount,
  }),
  charge: (c) => ({
    transactionId: c.transactionId,
    registrationId: c.registrationId,
    msisdn: c.msisdn,
    packageCode: c.packageCode,
    amount: c.amount,
  }),
  rollback: (c) => ({ transactionId: c.transactionId, registrationId: c.registrationId, msisdn: c.msisdn }),
  sms: (c) => ({ transactionId: c.transactionId, msisdn: c.msisdn, sender: SMS_SENDER, text: c.text }),
  inquiry: (c) => ({ transactionId: c.transactionId, msisdn: c.msisdn }),
};

/** The reply that each call must give; it echoes the transaction and the number, and the amount where money moves. */
export const REPLY_SCHEMAS = {
  check: replySchema,
  register: amountReplySchema,
  charge: amountReplySchema,
  rollback: replySchema,
  sms: replySchema,
  inquiry: inquiryReplySchema,
} as const;

/** What a result code means; see `GatewayVerdict`. */
export type CodeMeaning =
  | { kind: 'done' }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'retry_later' }
  | { kind: 'unknown' }
  | { kind: 'broken_contract' };

const refused = (refusal: Refusal): CodeMeaning => ({ kind: 'refused', refusal });

/** Every result code that the gateway may give. One that is not here is *unknown*, never failed. */
export const RESULT_CODES: Readonly<Record<string, CodeMeaning & { text: string }>> = {
  '0000': { kind: 'done', text: 'Done' },
  '0001': { kind: 'done', text: 'Done before under this transaction id' },
  '0002': { kind: 'unknown', text: 'Accepted, being processed' },
  '1001': { ...refused('subscriber_not_found'), text: 'No such subscriber' },
  '1002': { ...refused('subscriber_suspended'), text: 'Subscriber barred' },
  '1003': { ...refused('payment_form_mismatch'), text: 'Subscriber has the other payment form' },
  '2001': { ...refused('package_not_allowed'), text: 'Package not allowed for this subscriber' },
  '2002': { ...refused('package_already_active'), text: 'Package already active' },
  '2003': { ...refused('registration_refused'), text: 'Registration refused' },
  '3001': { ...refused('insufficient_balance'), text: 'Insufficient balance' },
  '3002': { ...refused('charging_barred'), text: 'Account cannot be charged' },
  '4001': { ...refused('duplicate_order'), text: 'Transaction was rolled back and is void' },
  '4002': { kind: 'broken_contract', text: 'Transaction id used with other content' },
  '4003': { kind: 'broken_contract', text: 'Bad request' },
  '4004': { ...refused('registration_refused'), text: 'No such registration to charge' },
  '9001': { kind: 'retry_later', text: 'Busy, nothing was done' },
  '9002': { kind: 'unknown', text: 'Core network did not answer in time' },
  '9999': { kind: 'unknown', text: 'System error' },
};
