import type { LocalDay } from '../domain/local-time';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { compareText } from '../runtime/text-order';
import { settledPurchase, type SettledPurchase } from './settled-purchase';

/** A line of MobiFone's and the day of the file that has it. */
export interface DatedLine {
  day: LocalDay;
  line: SettlementLine;
}

/** A purchase's lines in the file of one day. */
export interface DayLines {
  day: LocalDay;
  lines: readonly SettlementLine[];
}

/** What the files of all days at hand have of one purchase, so that one day's line is judged by the others. */
export interface AcrossDays {
  /** Each day's first payment in effect: that of the sale's own day, then the earliest. Further ones are breaks of their day. */
  payments: readonly DatedLine[];
  /** Lines that give money back, the earliest day first. */
  refunds: readonly DatedLine[];
  /** Registrations without money that are in effect, in the order of the payments. */
  registrations: readonly DatedLine[];
  /** Rollbacks, with money or without. */
  rollbacks: readonly DatedLine[];
}

/** @param own the day whose payment comes first, whatever the calendar says: that of the sale */
export function acrossDays(files: readonly DayLines[], own: LocalDay | undefined): AcrossDays {
  const days = files
    .map(({ day, lines }) => ({ day, settled: settledPurchase(lines) }))
    .toSorted((one, other) => compareText(one.day, other.day));
  const dated = (linesOf: (settled: SettledPurchase) => readonly SettlementLine[]): DatedLine[] =>
    days.flatMap(({ day, settled }) => linesOf(settled).map((line) => ({ day, line })));
  const ownFirst = (lines: readonly DatedLine[]): DatedLine[] => [
    ...lines.filter(({ day }) => day === own),
    ...lines.filter(({ day }) => day !== own),
  ];
  const rollbacks = dated((settled) => settled.rollbacks);
  return {
    payments: ownFirst(dated((settled) => settled.payments.slice(0, 1))),
    refunds: rollbacks.filter(({ line }) => line.amount > 0),
    registrations: ownFirst(dated((settled) => settled.registrations)),
    rollbacks,
  };
}
