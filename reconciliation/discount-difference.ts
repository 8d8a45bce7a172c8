import { discountAmount, ROUNDINGS, type DiscountRule } from '../domain/catalogue/discount';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { DiscountCause } from './breaks';
import type { InternalPurchase } from './internal-purchase';

/** Why MobiFone's discount on a purchase is another than internal. */
export function discountCause(
  internal: InternalPurchase,
  settled: SettlementLine,
  rules: readonly DiscountRule[],
): DiscountCause {
  const rate = settled.discountRateBasisPoints;
  if (rate !== internal.discount.rateBasisPoints) {
    return rules.some((rule) => rule.rateBasisPoints === rate && isOfAnotherTime(rule, internal))
      ? 'effective_date'
      : 'rate';
  }
  return isRateOfAmount(settled) ? 'rounding' : 'arithmetic';
}

/** Whether a line's discount is its rate on its amount, rounded in any way that the agreement knows. */
export function isRateOfAmount({
  amount,
  discountRateBasisPoints,
  discountAmount: discount,
}: SettlementLine): boolean {
  return ROUNDINGS.some((rounding) => discountAmount(amount, discountRateBasisPoints, rounding) === discount);
}

function isOfAnotherTime(rule: DiscountRule, internal: InternalPurchase): boolean {
  const forThisPackage = rule.package === undefined || rule.package === internal.package;
  const inForce =
    rule.from.getTime() <= internal.acceptedAt &&
    (rule.until === undefined || internal.acceptedAt < rule.until.getTime());
  return forThisPackage && !inForce;
}
