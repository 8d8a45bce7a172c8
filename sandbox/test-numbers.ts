import type { GatewayCall } from '../mobifone/contract';
import type { Fault } from './faults';

/** What a test number provokes; its faults strike the first tries of each transaction, so it can be used again. */
export interface TestNumber {
  /** As a person types it. */
  number: string;
  title: string;
  /** What the purchase comes to, postpaid. */
  outcome: string;
  faults: readonly { call: GatewayCall; tries: number | 'all'; fault: Fault }[];
}

const refuse = (call: GatewayCall, code: string) =>
  ({ call, tries: 'all', fault: { kind: 'refuse', code } }) as const;
/** A prepaid purchase has no check of ours: MobiFone checks at the registration. */
const ineligible = (code: string) => [refuse('check', code), refuse('register', code)];
const lost = (call: GatewayCall, effect: 'before' | 'after') =>
  ({ call, tries: 1, fault: { kind: 'reset', effect } }) as const;

/** The numbers of the sandbox, like a payment provider's test cards; all other numbers are eligible. */
export const TEST_NUMBERS: readonly TestNumber[] = [
  { number: '0900000001', title: 'eligible', outcome: 'succeeded', faults: [] },
  { number: '0900000101', title: 'no MobiFone subscriber', outcome: 'rejected', faults: ineligible('1001') },
  { number: '0900000102', title: 'barred', outcome: 'rejected', faults: ineligible('1002') },
  {
    number: '0900000103',
    title: 'has the other payment form',
    outcome: 'rejected',
    faults: ineligible('1003'),
  },
  {
    number: '0900000104',
    title: 'may not have the package',
    outcome: 'rejected',
    faults: ineligible('2001'),
  },
  { number: '0900000105', title: 'has the package already', outcome: 'rejected', faults: ineligible('2002') },
  {
    number: '0900000201',
    title: 'registration refused',
    outcome: 'rejected',
    faults: [refuse('register', '2003')],
  },
  {
    number: '0900000202',
    title: 'reply to the registration lost after its effect',
    outcome: 'succeeded',
    faults: [lost('register', 'after')],
  },
  {
    number: '0900000203',
    title: 'reply to the registration lost before its effect',
    outcome: 'succeeded',
    faults: [lost('register', 'before')],
  },
  {
    number: '0900000402',
    title: 'charge refused: balance too low',
    outcome: 'rolled_back',
    faults: [refuse('charge', '3001')],
  },
  {
    number: '0900000403',
    title: 'charge refused: account cannot be charged',
    outcome: 'rolled_back',
    faults: [refuse('charge', '3002')],
  },
  {
    number: '0900000404',
    title: 'reply to the charge lost after its effect',
    outcome: 'succeeded',
    faults: [lost('charge', 'after')],
  },
  {
    number: '0900000405',
    title: 'reply to the charge lost before its effect',
    outcome: 'succeeded',
    faults: [lost('charge', 'before')],
  },
  {
    number: '0900000406',
    title: 'charge out of order: it takes effect after the first inquiry',
    outcome: 'succeeded',
    faults: [
      { call: 'charge', tries: 1, fault: { kind: 'late', afterCall: 'inquiry', ignoringVoid: false } },
    ],
  },
  {
    number: '0900000407',
    title: 'garbage in reply to the charge, after its effect',
    outcome: 'succeeded',
    faults: [{ call: 'charge', tries: 1, fault: { kind: 'not_json' } }],
  },
  {
    number: '0900000408',
    title: 'unknown result code in reply to the charge, after its effect',
    outcome: 'succeeded',
    faults: [{ call: 'charge', tries: 1, fault: { kind: 'result_code', code: '7777', effect: 'after' } }],
  },
  {
    number: '0900000501',
    title: 'charge refused, and the rollback fails three times first',
    outcome: 'rolled_back',
    faults: [
      refuse('charge', '3001'),
      { call: 'rollback', tries: 3, fault: { kind: 'reset', effect: 'before' } },
    ],
  },
  {
    number: '0900000601',
    title: 'slow: every call takes three seconds',
    outcome: 'succeeded',
    faults: (['check', 'register', 'charge', 'sms'] as const).map((call) => ({
      call,
      tries: 'all' as const,
      fault: { kind: 'delay' as const, ms: 3000 },
    })),
  },
  {
    number: '0900000602',
    title: 'busy at first: the charge is answered with 429 once',
    outcome: 'succeeded',
    faults: [{ call: 'charge', tries: 1, fault: { kind: 'too_many', retryAfterSeconds: 2 } }],
  },
  {
    number: '0900000701',
    title: 'each SMS is lost twice',
    outcome: 'succeeded',
    faults: [{ call: 'sms', tries: 2, fault: { kind: 'reset', effect: 'before' } }],
  },
];

/** The table of `docs/testing.md`. */
export function testNumbersTable(): string {
  const rows = TEST_NUMBERS.map(
    ({ number, title, outcome }) => `| \`${number}\` | ${title} | \`${outcome}\` |`,
  );
  return ['| number | what happens | outcome, postpaid |', '| --- | --- | --- |', ...rows].join('\n');
}

const BY_MSISDN = new Map(TEST_NUMBERS.map((entry) => [`84${entry.number.slice(1)}`, entry]));

/**
 * The fault that a test number provokes.
 * @param tryOfTransaction 1 for the first request of this transaction by this call
 */
export function faultOfNumber(
  msisdn: string,
  call: GatewayCall,
  tryOfTransaction: number,
): Fault | undefined {
  const rules = BY_MSISDN.get(msisdn)?.faults ?? [];
  return rules.find((rule) => rule.call === call && (rule.tries === 'all' || tryOfTransaction <= rule.tries))
    ?.fault;
}
