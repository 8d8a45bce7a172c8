import { z } from 'zod';
import { GATEWAY_CALLS } from '../mobifone/contract';
import { purchaseOf } from './requests';
import { MAINTENANCE_STATUSES } from './profile';

const effect = z.enum(['before', 'after']);
const resultCode = z.string().min(1).max(16);
const pauseMs = z.number().int().positive();
/** A faulty gateway, which lets the effect land even after its rollback. */
const ignoringVoid = z.boolean().default(false);

/** Everything that can go wrong with one request; `before` and `after` are seen from its effect. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** No answer until the caller gives up. */
  z.strictObject({ kind: z.literal('silence'), effect }),
  z.strictObject({ kind: z.literal('reset'), effect }),
  /** No answer, and the effect comes when the purchase's next call of a kind has been answered. */
  z.strictObject({ kind: z.literal('late'), afterCall: z.enum(GATEWAY_CALLS), ignoringVoid }),
  /** No answer, and the effect comes so many milliseconds later. */
  z.strictObject({ kind: z.literal('late_by_time'), ms: pauseMs, ignoringVoid }),
  /**
   * The network delivers the request twice: at once, and the second answer is the one that arrives; or the copy so
   * many milliseconds later, and its answer is lost. Each delivery may be refused for the subscriber's state at
   * that moment, by a result code.
   */
  z.strictObject({
    kind: z.literal('repeated'),
    againAfterMs: pauseMs.optional(),
    refuseFirst: resultCode.optional(),
    refuseSecond: resultCode.optional(),
  }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(410)]),
    effect,
  }),
  /** 429. `Retry-After` in seconds, as a date so many seconds from now, as any text, or not at all. */
  z.strictObject({
    kind: z.literal('too_many'),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    retryAtSeconds: z.number().int().optional(),
    retryAfterText: z.string().max(100).optional(),
  }),
  /** The gateway's maintenance page: HTML, and nothing is done. */
  z.strictObject({ kind: z.literal('maintenance'), status: z.literal(MAINTENANCE_STATUSES) }),
  /** 401; with the effect `after`, MobiFone executes the command and says that it did not. */
  z.strictObject({ kind: z.literal('expired_token'), effect: effect.optional() }),
  z.strictObject({ kind: z.literal('cut_body') }),
  z.strictObject({ kind: z.literal('not_json') }),
  z.strictObject({ kind: z.literal('wrong_schema') }),
  z.strictObject({ kind: z.literal('result_code'), code: resultCode, effect }),
  z.strictObject({ kind: z.literal('other_transaction') }),
  z.strictObject({ kind: z.literal('other_amount') }),
  z.strictObject({ kind: z.literal('other_number') }),
  /** A reply a byte at a time, this many milliseconds apart. */
  z.strictObject({ kind: z.literal('dribble'), everyMs: z.number().int().positive() }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().int().positive() }),
  /** No answer, and inquiries say "processing" so often before the effect is there. */
  z.strictObject({ kind: z.literal('processing'), inquiries: z.number().int().positive() }),
  /** A business refusal by any code; it sticks to its id as the profile says unless given. */
  z.strictObject({ kind: z.literal('refuse'), code: resultCode, sticks: z.boolean().optional() }),
  /** The connection is dropped before anything is read. */
  z.strictObject({ kind: z.literal('out') }),
]);
export type Fault = z.infer<typeof faultSchema>;

export const faultRuleSchema = z.strictObject({
  call: z.enum([...GATEWAY_CALLS, 'token', 'inbox', '*']),
  match: z
    .strictObject({
      msisdn: z.string().optional(),
      transactionId: z.string().optional(),
      purchaseId: z.string().optional(),
    })
    .default({}),
  /** How many requests let pass first. */
  skip: z.number().int().nonnegative().default(0),
  times: z.union([z.number().int().positive(), z.literal('forever')]).default(1),
  fault: faultSchema,
});
export type FaultRule = z.infer<typeof faultRuleSchema>;

/** A request as the rules see it. */
export interface FaultTarget {
  call: string;
  transactionId: string;
  msisdn: string;
}

interface StandingRule {
  id: number;
  rule: FaultRule;
  skipped: number;
  used: number;
}

/** The faults that are ordered, by rule; rules for one purchase are found without looking at all others. */
export class Faults {
  /** How often each class was injected. */
  readonly injected: Record<string, number> = {};
  private readonly general: StandingRule[] = [];
  private readonly byPurchase = new Map<string, StandingRule[]>();
  private count = 0;

  /** @returns the rule's number */
  add(rule: z.input<typeof faultRuleSchema>): number {
    const parsed = faultRuleSchema.parse(rule);
    this.count += 1;
    const standing: StandingRule = { id: this.count, rule: parsed, skipped: 0, used: 0 };
    const { purchaseId } = parsed.match;
    if (purchaseId === undefined) this.general.push(standing);
    else this.byPurchase.set(purchaseId, [...(this.byPurchase.get(purchaseId) ?? []), standing]);
    return standing.id;
  }

  list(): (FaultRule & { id: number; used: number })[] {
    return [...this.general, ...[...this.byPurchase.values()].flat()].map(({ id, rule, used }) => ({
      id,
      ...rule,
      used,
    }));
  }

  clear(): void {
    this.general.length = 0;
    this.byPurchase.clear();
  }

  /** The fault that strikes this request, if any; a rule's first match counts. */
  take(target: FaultTarget): Fault | undefined {
    const rules = [...(this.byPurchase.get(purchaseOf(target.transactionId)) ?? []), ...this.general];
    for (const standing of rules) {
      const { rule } = standing;
      if (!matches(rule, target)) continue;
      if (rule.times !== 'forever' && standing.used >= rule.times) continue;
      if (standing.skipped < rule.skip) {
        standing.skipped += 1;
        continue;
      }
      standing.used += 1;
      return rule.fault;
    }
    return undefined;
  }

  /** Counts a fault that struck, by rule or by test number. */
  countInjected(fault: Fault): void {
    const name = faultName(fault);
    this.injected[name] = (this.injected[name] ?? 0) + 1;
  }
}

/** `silence_after`, `late`, `status_503_before`, …: the class under which a fault is counted. */
export function faultName(fault: Fault): string {
  switch (fault.kind) {
    case 'silence':
    case 'reset':
      return `${fault.kind}_${fault.effect}`;
    case 'status':
      return `status_${fault.status}_${fault.effect}`;
    case 'maintenance':
      return `maintenance_${fault.status}`;
    case 'late':
    case 'late_by_time':
      return fault.ignoringVoid ? `${fault.kind}_ignoring_void` : fault.kind;
    case 'repeated':
      return fault.againAfterMs === undefined ? 'repeated' : 'repeated_later';
    default:
      return fault.kind;
  }
}

function matches({ call, match }: FaultRule, target: FaultTarget): boolean {
  return (
    (call === '*' || call === target.call) &&
    (match.msisdn === undefined || match.msisdn === target.msisdn) &&
    (match.transactionId === undefined || match.transactionId === target.transactionId) &&
    (match.purchaseId === undefined || match.purchaseId === purchaseOf(target.transactionId))
  );
}
