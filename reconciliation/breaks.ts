import type { BreakKind } from '../domain/reconciliation/breaks';
import type { PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { Money } from './money';

/** What a discount's difference comes from. */
export const DISCOUNT_CAUSES = {
  rate: 'another rate',
  effective_date: 'the rate of a rule that was not in force when the order was accepted',
  rounding: 'the same rate, rounded differently',
  arithmetic: 'the same rate, calculated wrongly',
} as const;
export type DiscountCause = keyof typeof DISCOUNT_CAUSES;

/** One difference as the engine finds it, before it is shaped for a report. */
export interface Finding {
  kind: BreakKind;
  purchaseId: PurchaseId;
  /** Ours less theirs, as far as this finding explains it: all findings of a purchase add up to its difference. */
  difference: Money;
  /** How much money hangs on it, whole đồng. */
  atStake: number;
  /** MobiFone's lines that it is about. */
  references: readonly string[];
  /** What differs, in words without personal data. */
  detail: string;
  /** The next day's file must bear it out, or it is a break there. */
  awaited?: true;
  /** The day that has the opposite difference; of timing only. */
  otherDay?: LocalDay;
}

/** Makes findings of one purchase. */
export type Found = (
  kind: BreakKind,
  difference: Money,
  atStake: number,
  lines: readonly SettlementLine[],
  detail: string,
) => Finding;

export function findingsFor(purchaseId: PurchaseId): Found {
  return (kind, difference, atStake, lines, detail) => {
    const references = [...new Set(lines.map(({ reference }) => reference))];
    return { kind, purchaseId, difference, atStake, references, detail };
  };
}
