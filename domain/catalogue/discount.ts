import type { PackageCode } from './packages';
import { vnd, type Vnd } from '../vnd';

/** How a discount's fraction of a đồng is dropped: towards MobiFone, or to the nearest with halves up. */
export const ROUNDINGS = ['down', 'half_up'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** A rule of *chiết khấu khuyến khích*: applies from `from` (inclusive) until `until` (exclusive). */
export interface DiscountRule {
  id: string;
  /** The rate in hundredths of a percent: 550 is 5.50 %. */
  rateBasisPoints: number;
  rounding: Rounding;
  from: Date;
  until?: Date;
  /** Only this package; absent means every package. */
  package?: PackageCode;
  /** Only channels of this class; absent means every channel. */
  discountClass?: string;
}

/** The discount that a purchase froze when it was accepted. */
export interface Discount {
  ruleId: string | null;
  rateBasisPoints: number;
  amount: Vnd;
}

export const NO_DISCOUNT: Discount = { ruleId: null, rateBasisPoints: 0, amount: vnd(0) };

/**
 * The discount in force for one sale. The most specific rule wins (package and class, package, class, general);
 * among equals the one that came into force last.
 */
export function discountInForce(
  rules: readonly DiscountRule[],
  sale: { package: PackageCode; discountClass: string; faceValue: Vnd; at: Date },
): Discount {
  const best = rules
    .filter((rule) => applies(rule, sale))
    .sort((a, b) => specificity(b) - specificity(a) || b.from.getTime() - a.from.getTime())[0];
  if (!best) return NO_DISCOUNT;
  return {
    ruleId: best.id,
    rateBasisPoints: best.rateBasisPoints,
    amount: discountAmount(sale.faceValue, best.rateBasisPoints, best.rounding),
  };
}

/** Exact integer arithmetic: a rate in basis points of whole đồng never meets a floating-point fraction. */
export function discountAmount(faceValue: Vnd, rateBasisPoints: number, rounding: Rounding): Vnd {
  const tenThousandths = BigInt(faceValue) * BigInt(rateBasisPoints);
  return vnd(Number((tenThousandths + (rounding === 'half_up' ? 5000n : 0n)) / 10000n));
}

function applies(
  rule: DiscountRule,
  sale: { package: PackageCode; discountClass: string; at: Date },
): boolean {
  return (
    rule.from <= sale.at &&
    (!rule.until || sale.at < rule.until) &&
    (!rule.package || rule.package === sale.package) &&
    (!rule.discountClass || rule.discountClass === sale.discountClass)
  );
}

function specificity(rule: DiscountRule): number {
  return (rule.package ? 2 : 0) + (rule.discountClass ? 1 : 0);
}
