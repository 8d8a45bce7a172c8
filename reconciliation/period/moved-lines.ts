import type { PurchaseId } from '../../domain/identifiers';
import type { LocalDay } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { Corrections } from '../corrections';
import { internalMoney, type InternalSide } from '../internal-purchase';
import { NOTHING, plus, type Money } from '../money';
import type { NamedInput } from '../reading';
import { lineMoney } from '../settled-purchase';

/** Where a period's account reads from. */
export interface PeriodSides {
  internal: InternalSide;
  /** A day's file and its corrections, opened at each call; none where there is no file. */
  filesOf: (day: LocalDay) => Promise<readonly NamedInput[]>;
}

/** What a first look over all files of a period tells. */
export interface PeriodSurvey {
  /** Days that have a file. */
  files: ReadonlySet<LocalDay>;
  /** Lines of purchases that are in the file of a day other than their own, by file: all their lines. */
  moved: ReadonlyMap<LocalDay, readonly SettlementLine[]>;
  /** Sums that are added up here, purchase by purchase and line by line, apart from every comparison. */
  sums: { purchases: Money; lines: Money };
}

/**
 * Looks over a period: which purchases have lines in other days' files, so that every day is judged by all of them. What
 * is held grows with these purchases, not with the period.
 */
export async function surveyed(
  { internal, filesOf }: PeriodSides,
  days: readonly LocalDay[],
): Promise<PeriodSurvey> {
  const files = new Set<LocalDay>();
  const strangers = new Set<PurchaseId>();
  const sums = { purchases: NOTHING, lines: NOTHING };
  for (const day of days) {
    const own = new Set<PurchaseId>();
    for await (const purchase of internal.purchasesOf(day)) {
      own.add(purchase.purchaseId);
      sums.purchases = plus(sums.purchases, internalMoney(purchase));
    }
    const inputs = await filesOf(day);
    if (inputs.length === 0) continue;
    files.add(day);
    for await (const line of effectiveLines(inputs)) {
      sums.lines = plus(sums.lines, lineMoney(line));
      if (!own.has(line.purchaseId)) strangers.add(line.purchaseId);
    }
  }
  return { files, moved: await linesOf(strangers, filesOf, files), sums };
}

async function linesOf(
  purchases: ReadonlySet<PurchaseId>,
  filesOf: PeriodSides['filesOf'],
  days: ReadonlySet<LocalDay>,
): Promise<Map<LocalDay, SettlementLine[]>> {
  const moved = new Map<LocalDay, SettlementLine[]>();
  for (const day of days) {
    const lines: SettlementLine[] = [];
    if (purchases.size > 0) {
      for await (const line of effectiveLines(await filesOf(day)))
        if (purchases.has(line.purchaseId)) lines.push(line);
    }
    moved.set(day, lines);
  }
  return moved;
}

/** A day's lines with its corrections worked in. */
async function* effectiveLines(inputs: readonly NamedInput[]): AsyncGenerator<SettlementLine> {
  const corrections = new Corrections();
  for (const { role, source } of inputs) if (role === 'correction') await corrections.take(source.lines());
  for (const { role, source } of inputs) {
    if (role === 'correction') continue;
    for await (const line of source.lines()) if (!corrections.replaces(line)) yield line;
  }
  yield* corrections.added();
}
