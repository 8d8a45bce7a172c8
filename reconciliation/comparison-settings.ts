import type { DiscountRule } from '../domain/catalogue/discount';
import type { ReconciliationRules } from '../runtime/configuration/reconciliation-rules';
import type { ComparisonSettings } from './reconcile';

/** What a comparison goes by, from the rules that are configured once for the command and the schedule. */
export function comparisonSettings(
  { cutOffMinutes, tolerance, toleranceTotal }: ReconciliationRules,
  rules: readonly DiscountRule[],
): ComparisonSettings {
  return {
    cutOffMinutes,
    tolerance,
    ...(toleranceTotal === undefined ? {} : { toleranceTotal }),
    rules,
  };
}
