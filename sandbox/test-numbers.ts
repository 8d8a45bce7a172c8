import type { AttentionReason } from '../domain/purchase/attention';
import { PURCHASE_STEPS, type PurchaseStep } from '../domain/purchase/steps';
import type { GatewayCall } from '../mobifone/contract';
import type { Fault } from './faults';

/** A fault that strikes the first tries of each transaction, so a number can be used again. */
interface FaultOfNumber {
  /** `inbox`: the webhook of the demo channels. */
  call: GatewayCall | 'inbox';
  tries: number | 'all';
  fault: Fault;
  /** Strikes only once the purchase has been rolled back. */
  afterRollback?: boolean;
}

/** What a test number provokes. */
export interface TestNumber {
  /** As a person types it. */
  number: string;
  title: string;
  /** What the purchase comes to, postpaid. */
  outcome: string;
  faults: readonly FaultOfNumber[];
}

/** A number whose purchase needs a person, postpaid, until the sandbox's faults are lifted. */
interface StuckNumber {
  number: string;
  title: string;
  step: PurchaseStep;
  attention: AttentionReason;
  /** What an operator does about it. */
  remedy: string;
  faults: readonly FaultOfNumber[];
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

const always = (call: FaultOfNumber['call'], fault: Fault) => ({ call, tries: 'all', fault }) as const;
const UNREADABLE: Fault = { kind: 'wrong_schema' };
/** Asks for patience, and opens no circuit: other purchases go on. */
const BUSY: Fault = { kind: 'too_many', retryAfterSeconds: 20 };
const LIFT = 'it clears itself once the faults are lifted; sooner by _Try again now_';

const stuck = (
  number: string,
  [step, attention]: readonly [PurchaseStep, AttentionReason],
  title: string,
  remedy: string,
  ...faults: StuckNumber['faults']
): StuckNumber => ({ number, title, step, attention, remedy, faults });

/** For trying the operators' desk: one number for each way in which a purchase comes to need a person. */
export const STUCK_NUMBERS: readonly StuckNumber[] = [
  stuck(
    '0900000901',
    ['check', 'broken_contract'],
    'nobody understands the replies to the check',
    '_Cancel the sale_: nothing was sold',
    always('check', UNREADABLE),
  ),
  stuck(
    '0900000902',
    ['check', 'no_answer'],
    'the check is answered with 429 every time',
    '_Cancel the sale_: nothing was sold',
    always('check', BUSY),
  ),
  stuck(
    '0900000903',
    ['register', 'broken_contract'],
    'registered, and nobody understands the replies',
    '_Give the sale up_: the registration is rolled back',
    always('register', UNREADABLE),
    always('inquiry', UNREADABLE),
  ),
  stuck(
    '0900000904',
    ['charge', 'broken_contract'],
    'charged, and nobody understands the replies',
    '_The charge was made_',
    always('charge', UNREADABLE),
    always('inquiry', UNREADABLE),
  ),
  stuck(
    '0900000905',
    ['charge', 'no_answer'],
    'not charged: the charge is lost, and inquiries are answered with 429',
    '_No charge was made_',
    always('charge', { kind: 'reset', effect: 'before' }),
    always('inquiry', BUSY),
  ),
  stuck(
    '0900000906',
    ['rollback', 'rollback_refused'],
    'charge refused, and so is every rollback',
    LIFT,
    refuse('charge', '3001'),
    refuse('rollback', '1002'),
  ),
  stuck(
    '0900000907',
    ['rollback', 'broken_contract'],
    'charge refused, rolled back, and nobody understands the replies',
    '_The rollback was done_',
    refuse('charge', '3001'),
    always('rollback', UNREADABLE),
    { ...always('inquiry', UNREADABLE), afterRollback: true },
  ),
  stuck(
    '0900000908',
    ['refund_notice', 'channel_unreachable'],
    'charge refused, and the channel does not take the refund notice',
    LIFT,
    refuse('charge', '3001'),
    always('inbox', { kind: 'status', status: 503, effect: 'before' }),
  ),
  stuck(
    '0900000909',
    ['rollback', 'late_effect'],
    'the lost registration is refused when it is sent again, takes effect 45 s later, and is not undone',
    LIFT,
    once('register', { kind: 'late_by_time', ms: 45_000, ignoringVoid: true }),
    always('register', { kind: 'refuse', code: '2003', sticks: false }), // or what is late would be refused as well
    refuse('rollback', '1002'),
  ),
  stuck(
    '0900000910',
    ['success_message', 'broken_contract'],
    'sold, and nobody understands the replies to its messages',
    LIFT,
    always('sms', UNREADABLE),
    always('inquiry', UNREADABLE),
  ),
];

/** A sale for it succeeds, and makes the settlement file of the day before differ: a break to practise with. */
export const BREAK_NUMBER = '0900000911';

/** A sale for it succeeds, and the webhook takes none of its notices of states: a notice to practise with. */
export const NOTICE_NUMBER = '0900000912';

/** The list of `docs/operations.md` and `docs/testing.md`. */
export function stuckNumbersList(): string {
  return STUCK_NUMBERS.map(
    ({ number, step, attention, title, remedy }) =>
      `- \`${number}\`: ${title}. Stuck at (${PURCHASE_STEPS[step].seed}), \`${attention}\`. Clear it: ${remedy}.`,
  ).join('\n');
}

/** The table of `docs/testing.md`. */
export function testNumbersTable(): string {
  const rows = TEST_NUMBERS.map(
    ({ number, title, outcome }) => `| \`${number}\` | ${title} | \`${outcome}\` |`,
  );
  return ['| number | what happens | outcome, postpaid |', '| --- | --- | --- |', ...rows].join('\n');
}

const byMsisdn = <T extends { number: string }>(numbers: readonly T[]) =>
  new Map(numbers.map((entry) => [`84${entry.number.slice(1)}`, entry]));
const PASSING = byMsisdn(TEST_NUMBERS);
const STUCK = byMsisdn<Pick<StuckNumber, 'number' | 'faults'>>([
  ...STUCK_NUMBERS,
  { number: NOTICE_NUMBER, faults: [always('inbox', { kind: 'status', status: 503, effect: 'before' })] },
]);

/** How far a purchase is whose number strikes it. */
export interface Progress {
  isRolledBack: boolean;
  /** The faults were lifted since it began: nothing holds it up any more. */
  isLifted: boolean;
}

/**
 * The fault that a test number provokes.
 * @param tryOfTransaction 1 for the first request of this transaction by this call
 * @param progress looked up for the few numbers that need it
 */
export function faultOfNumber(
  msisdn: string,
  call: FaultOfNumber['call'],
  tryOfTransaction: number,
  progress: () => Progress,
): Fault | undefined {
  const rules = (STUCK.get(msisdn) ?? PASSING.get(msisdn))?.faults ?? [];
  const found = rules.filter(
    (rule) => rule.call === call && (rule.tries === 'all' || tryOfTransaction <= rule.tries),
  );
  if (found.length === 0 || !STUCK.has(msisdn)) return found[0]?.fault;
  const { isRolledBack, isLifted } = progress();
  return isLifted ? undefined : found.find((rule) => isRolledBack || rule.afterRollback !== true)?.fault;
}
