import type { DiscountRule } from '../domain/catalogue/discount';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { DISCOUNT_CAUSES, type Finding, type Found } from './breaks';
import { discountCause, isRateOfAmount } from './discount-difference';
import { minus, money, NOTHING } from './money';
import { ourMoney, type OurPurchase } from './our-purchase';
import { lineMoney } from './their-purchase';

/** In what a sale that both sides have differs by money. */
export function moneyFindings(
  ours: OurPurchase,
  payment: SettlementLine,
  rules: readonly DiscountRule[],
  found: Found,
): Finding[] {
  const { gross, discount } = minus(ourMoney(ours), lineMoney(payment));
  const sameRate = payment.discountRateBasisPoints === ours.discount.rateBasisPoints;
  const amounts = `${ours.faceValue} here, ${payment.amount} there`;
  // With the rate that was agreed, the discount differs only because the amount does: that is one break, not two.
  if (gross !== 0 && sameRate && isRateOfAmount(payment)) {
    return [found('amount_differs', money(gross, discount), Math.abs(gross), [payment], amounts)];
  }
  const findings: Finding[] = [];
  if (gross !== 0) {
    findings.push(found('amount_differs', money(gross, 0), Math.abs(gross), [payment], amounts));
  }
  if (discount !== 0 || !sameRate) {
    const cause = DISCOUNT_CAUSES[discountCause(ours, payment, rules)];
    const here = `${ours.discount.amount} at ${ours.discount.rateBasisPoints} bp here`;
    const there = `${payment.discountAmount} at ${payment.discountRateBasisPoints} bp there`;
    const detail = `${here}, ${there}: ${cause}`;
    findings.push(found('discount_differs', money(0, discount), Math.abs(discount), [payment], detail));
  }
  return findings;
}

/** In what the two sides differ without money; the numbers themselves are not told. */
export function recordFindings(ours: OurPurchase, line: SettlementLine, found: Found): Finding[] {
  const stake = line.amount;
  const findings: Finding[] = [];
  if (line.package !== ours.package) {
    const detail = `${ours.package} here, ${line.package} there`;
    findings.push(found('package_differs', NOTHING, stake, [line], detail));
  }
  if (line.paymentForm !== ours.paymentForm) {
    const detail = `${ours.paymentForm} here, ${line.paymentForm} there`;
    findings.push(found('payment_form_differs', NOTHING, stake, [line], detail));
  }
  if (line.msisdn !== ours.msisdn) {
    findings.push(found('number_differs', NOTHING, stake, [line], 'another subscriber there'));
  }
  return findings;
}
