import type { Fault } from './faults';
import { textOf, type Result } from './gateway-state';
import type { GatewayRequest } from './requests';

/** What goes back to the caller, faults included; a server spells it on the wire. */
export type Answer =
  | {
      kind: 'reply';
      status: number;
      body: Record<string, unknown>;
      headers?: Record<string, string>;
      delayMs?: number;
    }
  | { kind: 'page'; status: number; body: string; headers?: Record<string, string> }
  | { kind: 'cut'; body: Record<string, unknown> }
  | { kind: 'dribble'; body: Record<string, unknown>; everyMs: number }
  | { kind: 'reset' }
  | { kind: 'silence' };
export type Reply = Extract<Answer, { kind: 'reply' }>;
export type Page = Extract<Answer, { kind: 'page' }>;

/** Faults of the reply alone: the effect is there. */
export type ReplyFault = Extract<
  Fault,
  {
    kind:
      | 'cut_body'
      | 'not_json'
      | 'wrong_schema'
      | 'other_transaction'
      | 'other_amount'
      | 'other_number'
      | 'dribble'
      | 'delay';
  }
>;

/** The reply of the contract. */
export function replyTo(request: GatewayRequest, result: Result): Reply {
  const { transactionId, msisdn } = request.body;
  return {
    kind: 'reply',
    status: 200,
    body: {
      resultCode: result.code,
      message: textOf(result.code),
      transactionId,
      msisdn,
      ...('amount' in request.body ? { amount: request.body.amount } : {}),
      ...(result.transactionState ? { transactionState: result.transactionState } : {}),
      ...(result.transactionResultCode ? { transactionResultCode: result.transactionResultCode } : {}),
      ...result.sale,
    },
  };
}

/** A good reply as a fault spoils it. */
export function spoiled(reply: Reply, fault: ReplyFault): Answer {
  const { body } = reply;
  switch (fault.kind) {
    case 'cut_body':
      return { kind: 'cut', body };
    case 'not_json':
      return { kind: 'page', status: 200, body: '<html><body>Gateway error</body></html>' };
    case 'wrong_schema':
      return { ...reply, body: { result: body['resultCode'] } };
    case 'other_transaction':
      return { ...reply, body: { ...body, transactionId: 'pur_other.charge' } };
    case 'other_amount':
      return { ...reply, body: { ...body, amount: 1 } };
    case 'other_number':
      return { ...reply, body: { ...body, msisdn: '84999999999' } };
    case 'dribble':
      return { kind: 'dribble', body, everyMs: fault.everyMs };
    case 'delay':
      return { ...reply, delayMs: fault.ms };
  }
}

/** The page of a gateway that is being worked on, as a load balancer sends it in its place. */
export function maintenancePage(status: number): Page {
  return {
    kind: 'page',
    status,
    body: '<!doctype html><html><head><title>Bao tri</title></head><body>He thong dang bao tri</body></html>',
    ...(status === 302 ? { headers: { location: '/maintenance.html' } } : {}),
  };
}

/** 429 with whatever the fault has for `Retry-After`; a date is by the clock on the wall, as its reader's is. */
export function tooMany(fault: Extract<Fault, { kind: 'too_many' }>): Reply {
  const { retryAfterSeconds, retryAtSeconds, retryAfterText } = fault;
  const date = retryAtSeconds === undefined ? undefined : new Date(Date.now() + retryAtSeconds * 1000);
  const retryAfter = retryAfterText ?? date?.toUTCString() ?? retryAfterSeconds?.toString();
  return {
    kind: 'reply',
    status: 429,
    body: { error: 'too many requests' },
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
  };
}
