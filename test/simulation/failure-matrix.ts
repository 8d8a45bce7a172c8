import type { GatewayCall } from '../../mobifone/contract';
import type { Fault } from '../../sandbox/faults';
import { groupBy } from '../support/group-by';
import type { PlannedFault, PlannedPurchase } from './plan';
import type { End } from './simulation';

/** The faults of one request, each with the words that the page has for it. */
const FAULTS: readonly [string, Fault][] = [
  ['no reply, before the effect', { kind: 'silence', effect: 'before' }],
  ['no reply, after the effect', { kind: 'silence', effect: 'after' }],
  ['connection reset before the effect', { kind: 'reset', effect: 'before' }],
  ['connection reset after the effect', { kind: 'reset', effect: 'after' }],
  ['effect comes after our next inquiry', { kind: 'late', afterCall: 'inquiry', ignoringVoid: false }],
  ['effect comes after the rollback', { kind: 'late', afterCall: 'rollback', ignoringVoid: true }],
  ['request delivered twice', { kind: 'repeated' }],
  ['HTTP 500 before the effect', { kind: 'status', status: 500, effect: 'before' }],
  ['HTTP 502 after the effect', { kind: 'status', status: 502, effect: 'after' }],
  ['429 with `Retry-After`', { kind: 'too_many', retryAfterSeconds: 30 }],
  ['401, and again with a fresh token', { kind: 'expired_token' }],
  ['body cut short', { kind: 'cut_body' }],
  ['body is not JSON', { kind: 'not_json' }],
  ['body of another schema', { kind: 'wrong_schema' }],
  ['unknown result code, after the effect', { kind: 'result_code', code: '7777', effect: 'after' }],
  ['busy (9001)', { kind: 'result_code', code: '9001', effect: 'before' }],
  ['reply for another transaction', { kind: 'other_transaction' }],
  ['reply for another amount', { kind: 'other_amount' }],
  ['reply for another number', { kind: 'other_number' }],
  ['accepted, then in processing', { kind: 'processing', inquiries: 2 }],
  ['business refusal', { kind: 'refuse', code: '2003' }],
];

/** What must happen beside the fault for a call to be made at all. */
const CONTEXT: Record<GatewayCall, PlannedFault[]> = {
  check: [],
  register: [],
  charge: [],
  rollback: [{ call: 'charge', skip: 0, times: 50, fault: { kind: 'refuse', code: '3001' } }],
  sms: [],
  inquiry: [{ call: 'charge', skip: 0, times: 1, fault: { kind: 'reset', effect: 'after' } }],
};

/** A line of the matrix, before it is known how it ends. */
export interface MatrixCase {
  call: GatewayCall;
  title: string;
  planned: PlannedPurchase;
}

/** Every fault of one call, each striking a postpaid purchase once. */
export function casesOf(call: GatewayCall): MatrixCase[] {
  return FAULTS.map(([title, fault]) => ({
    call,
    title,
    planned: {
      paymentForm: 'postpaid',
      firstTry: true,
      submissions: 1,
      faults: [{ call, skip: 0, times: 1, fault }, ...CONTEXT[call]],
      deaths: [],
      deliveries: [],
      cancelAt: null,
      operator: 'none',
    },
  }));
}

/** A case with its result in words. */
export interface MatrixRow {
  call: GatewayCall;
  fault: string;
  channel: string;
  operator: string;
  subscriber: string;
}

/** What the page has for a case. */
export function rowOf({ call, title }: MatrixCase, { purchase, position, attention }: End): MatrixRow {
  const outcome = `\`${purchase?.outcome ?? 'none'}\``;
  const reason = purchase?.reason ? ` (${purchase.reason})` : '';
  const refund = position.noticeIds.length > 0 ? ', refund notice' : '';
  const settled = (purchase?.steps ?? [])
    .filter(({ settledBy }) => settledBy === 'inquiry')
    // The two messages go out at the same time, so which of them the fault strikes is chance.
    .map(({ step }) => `${step.endsWith('_message') ? 'message' : step} settled by inquiry`);
  const called = [...new Set(attention)].map((why) => `attention: ${why}`);
  const watched = purchase?.steps.some(({ step }) => step === 'late_effect_check')
    ? ['late-effect watch']
    : [];
  const sent = position.messages.map((id) => (id.split('.')[1] ?? id).replace('sms-', '')).toSorted();
  const messages = purchase?.outcome === 'succeeded' && sent.length === 1 ? ['one of the two'] : sent;
  return {
    call,
    fault: title,
    channel: `${outcome}${reason}${refund}`,
    operator: [...called, ...settled, ...watched].join('; ') || 'nothing unusual',
    subscriber: messages.join(', ') || 'none',
  };
}

/** The whole matrix as the page has it: a list for each call, the faults with the same result in one item. */
export function matrixLists(rows: readonly MatrixRow[]): string {
  const calls = groupBy(rows, ({ call }) => call);
  return [...calls].map(([call, ofCall]) => `**${call}**\n\n${resultsOf(ofCall)}`).join('\n\n');
}

function resultsOf(rows: readonly MatrixRow[]): string {
  const results = groupBy(
    rows,
    ({ channel, operator, subscriber }) => `${channel}; operator: ${operator}; SMS: ${subscriber}`,
  );
  return [...results]
    .map(([result, same]) => `- ${result}\n  - ${same.map(({ fault }) => fault).join('; ')}`)
    .join('\n');
}
