import { discountAmount, ROUNDINGS, type DiscountRule } from '../domain/catalogue/discount';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { DiscountCause } from './breaks';
import type { OurPurchase } from './our-purchase';

/** Why MobiFone's discount on a purchase is another than ours. */
export function discountCause(
  ours: OurPurchase,
  theirs: SettlementLine,
  rules: readonly DiscountRule[],
): DiscountCause {
  const rate = theirs.discountRateBasisPoints;
  if (rate !== ours.discount.rateBasisPoints) {
    return rules.some((rule) => rule.rateBasisPoints === rate && isOfAnotherTime(rule, ours))
      ? 'effective_date'
      : 'rate';
  }
  return isRateOfAmount(theirs) ? 'rounding' : 'arithmetic';
}

/** Whether a line's discount is its rate on its amount, rounded in any way that the agreement knows. */
export function isRateOfAmount({
  amount,
  discountRateBasisPoints,
  discountAmount: discount,
}: SettlementLine): boolean {
  return ROUNDINGS.some((rounding) => discountAmount(amount, discountRateBasisPoints, rounding) === discount);
}

function isOfAnotherTime(rule: DiscountRule, ours: OurPurchase): boolean {
  const forThisPackage = rule.package === undefined || rule.package === ours.package;
  const inForce =
    rule.from.getTime() <= ours.acceptedAt &&
    (rule.until === undefined || ours.acceptedAt < rule.until.getTime());
  return forThisPackage && !inForce;
}
