import type { ReasonCode } from '../../domain/purchase/reasons';
import type { GatewayCall, GatewayCommands } from '../contract';
import type { Dialect, ResultCode, WireRequest } from '../dialect';
import { parseJsonObject } from '../json-text';

/**
 * The dialect that the sandbox speaks: JSON over POST, a path a call, a bearer token, result codes of four digits.
 * MobiFone publishes no specification, so it is ours until the real one is known.
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

/** The short code and its spelling live here because the wire wants them; the texts are `domain/purchase/messages.ts`. */
const SMS_SENDER = '999';

type Body = Record<string, string | number>;

/** The body of each call. */
export const encode: { readonly [C in GatewayCall]: (command: GatewayCommands[C]) => Body } = {
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

const refused = (refusal: ReasonCode) => ({ kind: 'refused', refusal }) as const;

export const RESULT_CODES: Readonly<Record<string, ResultCode>> = {
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

function post(path: string, body: Body, headers: Readonly<Record<string, string>> = {}): WireRequest {
  return {
    method: 'POST',
    path,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** What only asks carries no key: a gateway that keeps keys would take each repeated question for a replay. */
function postOnce(path: string, body: Body, transactionId: string): WireRequest {
  return post(path, body, { 'idempotency-key': transactionId });
}

export const DATACODE_JSON: Dialect = {
  authentication: {
    kind: 'bearer',
    requestToken: ({ clientId, clientSecret }) => post(PATHS.token, { clientId, clientSecret }),
    decodeToken(text) {
      const body = parseJsonObject(text);
      return body && { accessToken: body['accessToken'], expiresIn: body['expiresIn'] };
    },
  },
  encode: {
    check: (c) => post(PATHS.check, encode.check(c)),
    register: (c) => postOnce(PATHS.register, encode.register(c), c.transactionId),
    charge: (c) => postOnce(PATHS.charge, encode.charge(c), c.transactionId),
    rollback: (c) => postOnce(PATHS.rollback, encode.rollback(c), c.transactionId),
    sms: (c) => postOnce(PATHS.sms, encode.sms(c), c.transactionId),
    inquiry: (c) => post(PATHS.inquiry, encode.inquiry(c)),
  },
  decode(_, text) {
    const body = parseJsonObject(text);
    return (
      body && {
        resultCode: body['resultCode'],
        transactionId: body['transactionId'],
        msisdn: body['msisdn'],
        amount: body['amount'],
        packageCode: body['packageCode'],
        transactionState: body['transactionState'],
        transactionResultCode: body['transactionResultCode'],
      }
    );
  },
  resultCodes: new Map(Object.entries(RESULT_CODES)),
};
