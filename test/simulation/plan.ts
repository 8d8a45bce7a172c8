import fc from 'fast-check';
import type { PaymentForm } from '../../domain/catalogue/packages';
import { GATEWAY_CALLS, type GatewayCall } from '../../mobifone/contract';
import { RESULT_CODES } from '../../mobifone/dialects/datacode-json';
import type { Fault } from '../../sandbox/faults';
import { MAINTENANCE_STATUSES, type GatewayProfile } from '../../sandbox/profile';
import { LONGEST_LAG_MS, profilesOf, type ProfileChoice } from './profiles';

/** A fault that strikes some requests of one call of one purchase. */
export interface PlannedFault {
  call: GatewayCall;
  skip: number;
  times: number;
  fault: Fault;
}

/** A worker that dies with one attempt of a call in its hands, before or after MobiFone had it. */
export interface PlannedDeath {
  call: GatewayCall;
  attempt: number;
  when: 'before' | 'after';
}

/** How the channel's webhook treats a delivery: it may also take it and lose the answer. */
export type Delivery = 'refused' | 'taken, answer lost';

/** All that happens to one purchase. */
export interface PlannedPurchase {
  paymentForm: PaymentForm;
  /** Whether its check, registration and charge are first attempted in one activity. */
  firstTry: boolean;
  /** How often the channel submits the same order, all at once. */
  submissions: number;
  faults: PlannedFault[];
  deaths: PlannedDeath[];
  deliveries: Delivery[];
  /** The channel cancels once MobiFone received this call. */
  cancelAt: GatewayCall | null;
  /** What an operator does, to the best of their knowledge, when attention is called for. */
  operator: 'none' | 'settles' | 'gives up' | 'retries';
}

/** One run: purchases side by side on one worker. */
export interface Plan {
  /**
   * Whether the worker keeps workflows in memory, or two of them only and replays all others at every task. Either
   * way every call is a durable activity, as under a rate limit: this server's clock stops after some local ones.
   */
  worker: 'caching' | 'replaying';
  purchases: PlannedPurchase[];
  /** Which promises MobiFone keeps. */
  profile: GatewayProfile;
}

const MOST_PURCHASES = 25;

const effect = fc.constantFrom('before' as const, 'after' as const);
const codesOf = (kind: string) =>
  Object.entries(RESULT_CODES).flatMap(([code, meaning]) => (meaning.kind === kind ? [code] : []));

/** Refusals that a healthy MobiFone may give; what is void or misused comes of the sandbox's own accord. */
const refusalCode = fc.constantFrom(...codesOf('refused').filter((code) => !code.startsWith('4')));
const doubtfulCode = fc.constantFrom(...codesOf('unknown'), '7777');

const laterMs = fc.integer({ min: 1, max: LONGEST_LAG_MS });

/** `Retry-After` as gateways have been seen to send it: seconds, a date, none, zero, junk, far too long. */
const tooMany: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('too_many' as const), retryAfterSeconds: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('too_many' as const), retryAtSeconds: fc.integer({ min: 1, max: 300 }) }),
  fc.constantFrom<Fault>(
    { kind: 'too_many' },
    { kind: 'too_many', retryAfterSeconds: 0 },
    { kind: 'too_many', retryAfterText: 'a moment' },
    { kind: 'too_many', retryAfterSeconds: 86_400 },
  ),
);

/** Twice delivered: at once or later, also to a subscriber whose state changes in between. */
const repeated: fc.Arbitrary<Fault> = fc.record(
  {
    kind: fc.constant('repeated' as const),
    againAfterMs: laterMs,
    refuseFirst: refusalCode,
    refuseSecond: refusalCode,
  },
  { requiredKeys: ['kind'] },
);

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('silence' as const, 'reset' as const), effect }),
  fc.record({
    kind: fc.constant('late' as const),
    afterCall: fc.constantFrom(...GATEWAY_CALLS),
    ignoringVoid: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('status' as const),
    status: fc.constantFrom(500 as const, 502 as const, 503 as const),
    effect,
  }),
  fc.record({ kind: fc.constant('result_code' as const), code: doubtfulCode, effect }),
  fc.constant<Fault>({ kind: 'result_code', code: '9001', effect: 'before' }),
  tooMany,
  repeated,
  fc.record({ kind: fc.constant('late_by_time' as const), ms: laterMs, ignoringVoid: fc.boolean() }),
  fc.record({
    kind: fc.constant('maintenance' as const),
    status: fc.constantFrom(...MAINTENANCE_STATUSES),
  }),
  fc.record({ kind: fc.constant('processing' as const), inquiries: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('refuse' as const), code: refusalCode }),
  fc.constantFrom<Fault>(
    { kind: 'expired_token' },
    { kind: 'cut_body' },
    { kind: 'not_json' },
    { kind: 'wrong_schema' },
    { kind: 'other_transaction' },
    { kind: 'other_amount' },
    { kind: 'other_number' },
    { kind: 'out' },
  ),
);

/** Mostly a hiccup; now and then an outage that outlasts patience. */
const times = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(30) },
);
const struckCall = fc.constantFrom(...GATEWAY_CALLS, 'register', 'charge', 'charge', 'rollback');
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const plannedFault: fc.Arbitrary<PlannedFault> = fc.record({
  call: struckCall,
  skip: fc.integer({ min: 0, max: 1 }),
  times,
  fault,
});

/** A charge that is refused, without which compensation would hardly be tried. */
const refusedCharge: fc.Arbitrary<PlannedFault> = fc.record({
  call: fc.constant('charge'),
  skip: fc.integer({ min: 0, max: 1 }),
  times: fc.constant(50),
  fault: fc.record({ kind: fc.constant('refuse'), code: fc.constantFrom('3001', '3002') }),
});

const plannedPurchase: fc.Arbitrary<PlannedPurchase> = fc.record({
  paymentForm: fc.constantFrom('postpaid', 'postpaid', 'prepaid'),
  firstTry: fc.boolean(),
  submissions: fc.integer({ min: 1, max: 3 }),
  faults: fc
    .tuple(fc.array(plannedFault, { maxLength: 4 }), fc.option(refusedCharge, { freq: 2 }))
    .map(([faults, refusal]) => (refusal ? [...faults, refusal] : faults)),
  deaths: rarely(fc.record({ call: struckCall, attempt: fc.integer({ min: 1, max: 2 }), when: effect })).map(
    (death) => (death ? [death] : []),
  ),
  deliveries: fc.array(fc.constantFrom<Delivery[]>('refused', 'taken, answer lost'), { maxLength: 2 }),
  cancelAt: rarely(fc.constantFrom(...GATEWAY_CALLS)),
  operator: fc.constantFrom('none', 'settles', 'gives up', 'retries'),
});

/**
 * Every plan; a seed draws one, and a plan that breaks an invariant shrinks to what it takes. The profile is drawn last,
 * so that a seed has the same purchases at every gateway.
 */
export function plansAt(choice: ProfileChoice): fc.Arbitrary<Plan> {
  return fc.record({
    worker: fc.constantFrom('caching', 'caching', 'replaying'),
    purchases: fc.array(plannedPurchase, { minLength: 1, maxLength: MOST_PURCHASES, size: 'max' }),
    profile: profilesOf(choice),
  });
}
