import { BREAK_KIND_NAMES } from '../domain/reconciliation/breaks';
import type { DiscountRule } from '../domain/catalogue/discount';
import type { Finding } from './breaks';
import { findingsOf } from './classify';
import type { Classifying, Pair } from './comparison';
import { dayOfFile } from './file-days';
import { minus, NOTHING, plus, type Money } from './money';
import type { HistoryReader, InternalPurchase } from './internal-purchase';
import type { Pairing } from './pairing';
import { paired, type BothSides } from './reading';
import { breakRow, type Break, type Report } from './report';
import { sign } from '../runtime/report-signature';
import { compareText } from '../runtime/text-order';
import { Totalling } from './totals';

export interface Reconciliation extends BothSides {
  /** Reads the histories of purchases that differ; without it none is read. */
  history?: HistoryReader;
  /** Called with both sides of each purchase, whether or not they differ. */
  onPair?: (pair: Pair) => void;
  settings: ComparisonSettings;
}

export interface ComparisonSettings {
  cutOffMinutes: number;
  /** Amounts and discounts that differ by this much at most are not reported, whole đồng. */
  tolerance: number;
  /** When all tolerated differences add up to more (absolute values, whole đồng), none is tolerated. */
  toleranceTotal?: number;
  /** The agreement's rules, by which a discount's difference is explained. */
  rules: readonly DiscountRule[];
}

export const DEFAULT_SETTINGS: ComparisonSettings = { cutOffMinutes: 30, tolerance: 0, rules: [] };

/** Raised whenever the same files and purchases may be judged otherwise: it is signed with every report. */
export const RULES_VERSION = 2;

/** How many histories are read at once. */
const HISTORIES_AT_ONCE = 8;

/**
 * Compares a day's purchases with MobiFone's file, to the đồng. The same inputs give the same report, in whatever
 * order they come; all differences together are the difference of the totals.
 * @throws SettlementFileFault when a file cannot be used as a whole
 */
export async function reconcile(work: Reconciliation): Promise<Report> {
  const { day, settings } = work;
  const { pairing, files } = await paired(work);
  const context: Classifying = {
    day,
    cutOffWindow: settings.cutOffMinutes * 60_000,
    knownDays: new Set([
      ...files.filter(({ role }) => role !== 'correction').map((file) => dayOfFile(file, day)),
      ...(work.alsoKnown ?? []),
    ]),
    rules: settings.rules,
  };
  const totalling = new Totalling(day);
  const { tolerance, differing, tolerated } = judged(pairing, context, settings, (pair) => {
    totalling.add(pair);
    work.onPair?.(pair);
  });
  const totals = totalling.totals();
  const breaks = await rows(differing, context, tolerance, work.history);
  const summaries = files.map(({ role, of, source }) => ({
    role,
    ...(of === undefined ? {} : { of }),
    ...source.summary(),
  }));
  const noBadLines = summaries.every(({ badLines }) => badLines.length === 0);
  return {
    format: 'datacode-reconciliation/1',
    day,
    clean: noBadLines && breaks.every(({ nature }) => nature === 'timing'),
    rules: { version: RULES_VERSION, discounts: sign(discountRules(settings.rules), undefined).sha256 },
    settings: {
      cutOffMinutes: settings.cutOffMinutes,
      tolerance: settings.tolerance,
      toleranceTotal: settings.toleranceTotal ?? null,
    },
    files: summaries,
    totals,
    breaks,
    counts: counted(breaks),
    tolerated,
    unexplained: minus(minus(totals.difference, sumOf(breaks)), tolerated),
    carryOver: breaks.filter(({ awaited }) => awaited).map(({ purchaseId }) => purchaseId),
  };
}

interface Judged {
  /** What is in force: none where all that would be let pass comes to more than it may. */
  tolerance: number;
  differing: { pair: Pair; findings: Finding[] }[];
  tolerated: Money & { count: number };
}

function judged(
  pairing: Pairing,
  context: Classifying,
  { tolerance, toleranceTotal = Infinity }: Pick<ComparisonSettings, 'tolerance' | 'toleranceTotal'>,
  onPair: (pair: Pair) => void = () => undefined,
): Judged {
  const differing: Judged['differing'] = [];
  const passed: Finding[] = [];
  for (const pair of pairing.all()) {
    onPair(pair);
    const found = findingsOf(pair, context);
    const findings = found.filter((finding) => !isTolerable(finding, tolerance));
    passed.push(...found.filter((finding) => !findings.includes(finding)));
    if (findings.length > 0) differing.push({ pair, findings });
  }
  const size = passed.reduce((sum, finding) => sum + sizeOf(finding), 0);
  if (size > toleranceTotal) return judged(pairing, context, { tolerance: 0 });
  return { tolerance, differing, tolerated: { count: passed.length, ...sumOf(passed) } };
}

/** The histories of purchases that differ are opened; what they tell may make a break a graver one. */
async function rows(
  differing: readonly { pair: Pair; findings: Finding[] }[],
  context: Classifying,
  tolerance: number,
  history: HistoryReader | undefined,
): Promise<Break[]> {
  const breaks: Break[] = [];
  for (let at = 0; at < differing.length; at += HISTORIES_AT_ONCE) {
    const batch = differing.slice(at, at + HISTORIES_AT_ONCE);
    const read = await Promise.all(
      batch.map(async ({ pair, findings }) => {
        if (!history || !pair.internal)
          return findings.map((finding) => breakRow(context.day, finding, pair, undefined));
        const { evidence, refundNotice } = await history.read(pair.internal);
        const internal: InternalPurchase = { ...pair.internal, refundNotice };
        const known = { ...pair, internal };
        return findingsOf(known, context)
          .filter((finding) => !isTolerable(finding, tolerance))
          .map((finding) => breakRow(context.day, finding, known, evidence));
      }),
    );
    breaks.push(...read.flat());
  }
  return breaks.sort(inReportOrder);
}

function inReportOrder(one: Break, other: Break): number {
  return (
    BREAK_KIND_NAMES.indexOf(one.kind) - BREAK_KIND_NAMES.indexOf(other.kind) ||
    compareText(one.purchaseId, other.purchaseId)
  );
}

/** Only differences of content can be let pass; a zero difference (another rate, the same amount) never is. */
function isTolerable(finding: Finding, tolerance: number): boolean {
  if (finding.kind !== 'amount_differs' && finding.kind !== 'discount_differs') return false;
  const size = sizeOf(finding);
  return size > 0 && size <= tolerance;
}

/** By how much the sides differ, whichever has more. */
function sizeOf({ kind, difference, atStake }: Finding): number {
  const size = Math.max(Math.abs(difference.gross), Math.abs(difference.discount));
  return size === 0 && kind === 'amount_differs' ? atStake : size; // the price of a registration moves no money
}

function sumOf(findings: readonly { difference: Money }[]): Money {
  return findings.reduce((sum, { difference }) => plus(sum, difference), NOTHING);
}

function counted(breaks: readonly Break[]): Record<string, number> {
  return Object.fromEntries(
    BREAK_KIND_NAMES.map((kind) => [kind, breaks.filter((one) => one.kind === kind).length] as const).filter(
      ([, count]) => count > 0,
    ),
  );
}

/** Discount rules as a report can sign them: whole numbers and texts. */
function discountRules(rules: readonly DiscountRule[]): unknown {
  return rules.map(({ from, until, ...rule }) => ({
    ...rule,
    from: from.toISOString(),
    until: until?.toISOString() ?? null,
  }));
}
