import { discountAmount, ROUNDINGS, type DiscountRule } from '../domain/catalogue/discount';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { DISCOUNT_CAUSES, type DiscountCause, type Finding, type Found } from './breaks';
import { minus, money, NOTHING } from './money';
import { internalMoney, type InternalPurchase } from './internal-purchase';
import { lineMoney } from './settled-purchase';

/** In what a sale that both sides have differs by money. */
export function moneyFindings(
  internal: InternalPurchase,
  payment: SettlementLine,
  rules: readonly DiscountRule[],
  found: Found,
): Finding[] {
  const { gross, discount } = minus(internalMoney(internal), lineMoney(payment));
  const sameRate = payment.discountRateBasisPoints === internal.discount.rateBasisPoints;
  const amounts = `${internal.faceValue} here, ${payment.amount} at MobiFone`;
  // With the rate that was agreed, the discount differs only because the amount does: that is one break, not two.
  if (gross !== 0 && sameRate && isRateOfAmount(payment)) {
    return [found('amount_differs', money(gross, discount), Math.abs(gross), [payment], amounts)];
  }
  const findings: Finding[] = [];
  if (gross !== 0) {
    findings.push(found('amount_differs', money(gross, 0), Math.abs(gross), [payment], amounts));
  }
  if (discount !== 0 || !sameRate) {
    const cause = DISCOUNT_CAUSES[discountCause(internal, payment, rules)];
    const here = `${internal.discount.amount} at ${internal.discount.rateBasisPoints} bp here`;
    const there = `${payment.discountAmount} at ${payment.discountRateBasisPoints} bp at MobiFone`;
    const detail = `${here}, ${there}: ${cause}`;
    findings.push(found('discount_differs', money(0, discount), Math.abs(discount), [payment], detail));
  }
  return findings;
}

/** In what the two sides differ without money, in whichever of the lines; the numbers themselves are not told. */
export function recordFindings(
  internal: InternalPurchase,
  lines: readonly SettlementLine[],
  found: Found,
): Finding[] {
  const finding = (
    kind: 'package_differs' | 'payment_form_differs' | 'number_differs',
    differs: (line: SettlementLine) => boolean,
    detail: (line: SettlementLine) => string,
  ): Finding[] => {
    const differing = lines.filter(differs);
    const [first] = differing;
    if (!first) return [];
    const stake = Math.max(...differing.map(({ amount }) => amount));
    const where = differing.length === lines.length ? '' : ` (${kindsOf(differing)} only)`;
    return [found(kind, NOTHING, stake, differing, `${detail(first)}${where}`)];
  };
  return [
    ...finding(
      'package_differs',
      (line) => line.package !== internal.package,
      (line) => `${internal.package} here, ${line.package} at MobiFone`,
    ),
    ...finding(
      'payment_form_differs',
      (line) => line.paymentForm !== internal.paymentForm,
      (line) => `${internal.paymentForm} here, ${line.paymentForm} at MobiFone`,
    ),
    ...finding(
      'number_differs',
      (line) => line.msisdn !== internal.msisdn,
      () => 'MobiFone has another subscriber',
    ),
  ];
}

function kindsOf(lines: readonly SettlementLine[]): string {
  return [...new Set(lines.map(({ kind }) => kind))].join(' and ');
}

/** Why MobiFone's discount on a purchase is another than internal. */
function discountCause(
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
function isRateOfAmount({
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
