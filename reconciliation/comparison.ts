import type { DiscountRule } from '../domain/catalogue/discount';
import type { PurchaseId } from '../domain/identifiers';
import { daysAfter, localDayStart, type LocalDay } from '../domain/local-time';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { AcrossDays, DayLines } from './across-days';
import type { Finding, Found } from './breaks';
import type { InternalPurchase } from './internal-purchase';
import type { Money } from './money';
import type { SettledPurchase } from './settled-purchase';

/** What is known of one purchase on both sides. */
export interface Pair {
  purchaseId: PurchaseId;
  internal: InternalPurchase | undefined;
  /** The lines of the day's file, corrections worked in. */
  lines: readonly SettlementLine[];
  /** Its lines in the files of other days, corrections worked in. */
  elsewhere: readonly DayLines[];
  /** What a correction file changed in MobiFone's total of it; undefined when none did. */
  correctedBy: Money | undefined;
  /** Lines `void` that withdrew nothing. */
  idleWithdrawals: readonly SettlementLine[];
  /** Its lines whose transaction is another purchase's as well. */
  shared: readonly SharedLine[];
  /** The last day's report expects it in this day's file. */
  carriedOver: boolean;
  /** What that report has at stake on it, whole đồng; undefined where it is not known. */
  carriedStake: number | undefined;
  /** Whether a case registered the package once more; undefined where no case could be looked for. */
  registeredAgain?: boolean | undefined;
}

/** A line whose reference lines of other purchases have too. */
export interface SharedLine {
  line: SettlementLine;
  /** The first of them, by id. */
  others: readonly PurchaseId[];
  otherCount: number;
}

export interface Classifying {
  day: LocalDay;
  /** How near to midnight a sale may end for its line to be expected in the next day's file, ms. */
  cutOffWindow: number;
  /** The days whose files are at hand, this day among them. */
  knownDays: ReadonlySet<LocalDay>;
  rules: readonly DiscountRule[];
}

/** One purchase of ours while it is compared. */
export interface Comparison {
  internal: InternalPurchase;
  pair: Pair;
  settled: SettledPurchase;
  across: AcrossDays;
  /** The lines that are compared: repetitions are reported by themselves. */
  compared: readonly SettlementLine[];
  /** Internal less settled amounts, without repetitions: what the findings must explain. */
  difference: Money;
  context: Classifying;
  found: Found;
}

/** Whether a sale ended so near to midnight, or after it, that its line belongs to a file which is not there yet. */
export function mayComeTomorrow({ internal, context }: Comparison): boolean {
  const nextDay = daysAfter(context.day, 1);
  if (context.knownDays.has(nextDay)) return false;
  return (internal.closedAt ?? internal.acceptedAt) >= localDayStart(nextDay) - context.cutOffWindow;
}

/**
 * Whether it is certain that no other day has what this day's line tells of a purchase of another day: the files from
 * the purchase's day to this one are at hand, or the last day's report has the sale as missing there.
 */
export function isAccountedFor({ internal, pair, context }: Comparison): boolean {
  return (
    pair.carriedOver || daysBetween(internal.day, context.day).every((day) => context.knownDays.has(day))
  );
}

/** Both days and those between them. */
export function daysBetween(one: LocalDay, other: LocalDay): LocalDay[] {
  const [from, to] = one < other ? [one, other] : [other, one];
  const days: LocalDay[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1)) days.push(day);
  return days;
}

/** A difference of this day of which another day has the opposite. */
export function timing(
  { context, found }: Comparison,
  otherDay: LocalDay,
  ...facts: Tail<Parameters<Found>>
): Finding {
  const isNeighbour = [daysAfter(context.day, -1), daysAfter(context.day, 1)].includes(otherDay);
  return { ...found(isNeighbour ? 'cut_off' : 'late_correction', ...facts), otherDay };
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

/** What the next day's file must bear out. */
export function awaited(comparison: Comparison, ...facts: Tail<Parameters<Found>>): Finding {
  return { ...timing(comparison, daysAfter(comparison.context.day, 1), ...facts), awaited: true };
}
