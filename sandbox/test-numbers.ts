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
const once = (call: GatewayCall, fault: Fault) => ({ call, tries: 1, fault });
const lost = (call: GatewayCall, effect: 'before' | 'after') => once(call, { kind: 'reset', effect });

const aNumber = (
  number: string,
  title: string,
  outcome: string,
  ...faults: TestNumber['faults']
): TestNumber => ({ number, title, outcome, faults });

/** The numbers of the sandbox, like a payment provider's test cards; all other numbers are eligible. */
export const TEST_NUMBERS: readonly TestNumber[] = [
  aNumber('0900000001', 'eligible', 'succeeded'),
  aNumber('0900000101', 'no MobiFone subscriber', 'rejected', ...ineligible('1001')),
  aNumber('0900000102', 'barred', 'rejected', ...ineligible('1002')),
  aNumber('0900000103', 'has the other payment form', 'rejected', ...ineligible('1003')),
  aNumber('0900000104', 'may not have the package', 'rejected', ...ineligible('2001')),
  aNumber('0900000105', 'has the package already', 'rejected', ...ineligible('2002')),
  aNumber('0900000201', 'registration refused', 'rejected', refuse('register', '2003')),
  aNumber(
    '0900000202',
    'reply to the registration lost after its effect',
    'succeeded',
    lost('register', 'after'),
  ),
  aNumber(
    '0900000203',
    'reply to the registration lost before its effect',
    'succeeded',
    lost('register', 'before'),
  ),
  aNumber('0900000402', 'charge refused: balance too low', 'rolled_back', refuse('charge', '3001')),
  aNumber('0900000403', 'charge refused: account cannot be charged', 'rolled_back', refuse('charge', '3002')),
  aNumber('0900000404', 'reply to the charge lost after its effect', 'succeeded', lost('charge', 'after')),
  aNumber('0900000405', 'reply to the charge lost before its effect', 'succeeded', lost('charge', 'before')),
  aNumber(
    '0900000406',
    'charge out of order: it takes effect after the first inquiry',
    'succeeded',
    once('charge', { kind: 'late', afterCall: 'inquiry', ignoringVoid: false }),
  ),
  aNumber(
    '0900000407',
    'garbage in reply to the charge, after its effect',
    'succeeded',
    once('charge', { kind: 'not_json' }),
  ),
  aNumber(
    '0900000408',
    'unknown result code in reply to the charge, after its effect',
    'succeeded',
    once('charge', { kind: 'result_code', code: '7777', effect: 'after' }),
  ),
  aNumber(
    '0900000501',
    'charge refused, and the rollback fails three times first',
    'rolled_back',
    refuse('charge', '3001'),
    { ...lost('rollback', 'before'), tries: 3 },
  ),
  aNumber(
    '0900000601',
    'slow: every call takes three seconds',
    'succeeded',
    ...(['check', 'register', 'charge', 'sms'] as const).map(
      (call) => ({ call, tries: 'all', fault: { kind: 'delay', ms: 3000 } }) as const,
    ),
  ),
  aNumber(
    '0900000602',
    'busy at first: the charge is answered with 429 once',
    'succeeded',
    once('charge', { kind: 'too_many', retryAfterSeconds: 2 }),
  ),
  aNumber('0900000701', 'each SMS is lost twice', 'succeeded', { ...lost('sms', 'before'), tries: 2 }),
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
