import { createHash, createHmac } from 'node:crypto';
import type { ReasonCode } from '../../domain/purchase/reasons';
import type { GatewayCall, ReplyFields } from '../../mobifone/contract';
import type { Credentials, Dialect, ResultCode, WireRequest } from '../../mobifone/dialect';

/**
 * A dialect that differs from `datacode-json` in all that gateways differ in: forms go out and XML comes back, one path
 * serves all calls, requests are signed, codes are numbers, numbers begin with 0, amounts have another name, and an
 * inquiry tells neither amount nor package. No gateway is known to speak it.
 */
export const COMMAND_PATH = '/vas/command';

export const OPERATIONS = {
  check: 'QUERY_SUB',
  register: 'REG',
  charge: 'DEBIT',
  rollback: 'CANCEL',
  sms: 'MT',
  inquiry: 'QUERY_TRANS',
} as const satisfies Record<GatewayCall, string>;

export const STATES = { S: 'DONE', F: 'REFUSED', C: 'ROLLED_BACK', P: 'PROCESSING', N: 'NOT_FOUND' } as const;

const refused = (refusal: ReasonCode) => ({ kind: 'refused', refusal }) as const;

const RESULT_CODES = new Map<string, ResultCode>([
  ['0', { kind: 'done', text: 'OK' }],
  ['101', { ...refused('subscriber_not_found'), text: 'Thuê bao không tồn tại' }],
  ['102', { ...refused('package_already_active'), text: 'Đang sử dụng gói' }],
  ['-51', { ...refused('insufficient_balance'), text: 'Không đủ số dư' }],
  ['-90', { kind: 'retry_later', text: 'Hệ thống bận' }],
  ['-99', { kind: 'unknown', text: 'Lỗi hệ thống' }],
  ['-1', { kind: 'broken_contract', text: 'Sai tham số' }],
]);

function form(operation: string, fields: Readonly<Record<string, string>>): WireRequest {
  return {
    method: 'POST',
    path: COMMAND_PATH,
    headers: { accept: 'text/xml', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ op: operation, ...fields }).toString(),
  };
}

const national = (msisdn: string): string => msisdn.replace(/^84/, '0');
const vnd = (amount: number): string => `${amount}.00`;

/** HMAC over the time and a digest of the body, in headers of their own. */
export function signature(secret: string, at: string, body: string): string {
  const digest = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', secret).update(`${at}\n${digest}`).digest('base64');
}

function sign({ body }: WireRequest, { clientId, clientSecret }: Credentials, now: Date) {
  const at = String(Math.floor(now.getTime() / 1000));
  return { 'x-partner': clientId, 'x-time': at, 'x-signature': signature(clientSecret, at, body) };
}

export const FORM_XML: Dialect = {
  authentication: { kind: 'signed', sign },
  encode: {
    check: (c) =>
      form(OPERATIONS.check, {
        reqid: c.transactionId,
        isdn: national(c.msisdn),
        pkg: c.packageCode,
        subtype: c.paymentForm === 'prepaid' ? '0' : '1',
      }),
    register: (c) =>
      form(OPERATIONS.register, {
        reqid: c.transactionId,
        isdn: national(c.msisdn),
        pkg: c.packageCode,
        subtype: c.paymentForm === 'prepaid' ? '0' : '1',
        price: vnd(c.amount),
      }),
    charge: (c) =>
      form(OPERATIONS.charge, {
        reqid: c.transactionId,
        origid: c.registrationId,
        isdn: national(c.msisdn),
        pkg: c.packageCode,
        price: vnd(c.amount),
      }),
    rollback: (c) =>
      form(OPERATIONS.rollback, {
        reqid: c.transactionId,
        origid: c.registrationId,
        isdn: national(c.msisdn),
      }),
    sms: (c) =>
      form(OPERATIONS.sms, {
        reqid: c.transactionId,
        isdn: national(c.msisdn),
        from: '999',
        content: c.text,
      }),
    inquiry: (c) => form(OPERATIONS.inquiry, { reqid: c.transactionId, isdn: national(c.msisdn) }),
  },
  decode: (_, body) => decode(body),
  resultCodes: RESULT_CODES,
};

/** `<rsp>` with one element a field; anything else, an HTML page above all, is not of this dialect. */
function decode(body: string): ReplyFields | undefined {
  const inside = /^\s*(?:<\?xml[^>]*\?>\s*)?<rsp>([\s\S]*)<\/rsp>\s*$/.exec(body)?.[1];
  if (inside === undefined) return undefined;
  const elements = new Map(
    [...inside.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, text]),
  );
  const price = elements.get('price');
  const state = elements.get('st');
  return {
    resultCode: elements.get('err'),
    transactionId: elements.get('reqid'),
    msisdn: elements.get('isdn')?.replace(/^0/, '84'),
    ...(price === undefined ? {} : { amount: Number(price) }),
    ...(state === undefined
      ? {}
      : { transactionState: Object.hasOwn(STATES, state) ? STATES[state as keyof typeof STATES] : state }), // just looked
    transactionResultCode: elements.get('orig_err'),
  };
}
