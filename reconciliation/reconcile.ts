import { setImmediate } from 'node:timers/promises';
import { BREAK_KIND_NAMES, BREAK_KINDS } from '../domain/reconciliation/breaks';
import type { CaseState } from '../domain/case/case';
import type { DiscountRule } from '../domain/catalogue/discount';
import type { PurchaseId } from '../domain/identifiers';
import type { Msisdn } from '../domain/msisdn';
import { BreakList } from './break-list';
import type { Finding } from './breaks';
import { findingsOf } from './classify';
import type { Classifying, Pair } from './comparison';
import { dayOfFile } from './file-days';
import { minus, NOTHING, plus, type Money } from './money';
import type { HistoryReader } from './internal-purchase';
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
  /** Called with every break, also those that the report does not list, in the order of their purchases. */
  onBreak?: (row: Break, subscriber: Msisdn | undefined) => void | Promise<void>;
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
export const RULES_VERSION = 3;

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
  const { tolerance, differing, tolerated } = await judged(pairing, context, settings, (pair) => {
    totalling.add(pair);
    work.onPair?.(pair);
  });
  const totals = totalling.totals();
  const list = new BreakList();
  for await (const { row, subscriber } of rows(pairing, differing, context, tolerance, work.history)) {
    list.add(row);
    await work.onBreak?.(row, subscriber);
  }
  const summaries = files.map(({ role, of, source }) => ({
    role,
    ...(of === undefined ? {} : { of }),
    ...source.summary(),
  }));
  const noBadLines = summaries.every(({ badLineCount }) => badLineCount === 0);
  const counts = list.counts();
  return {
    format: 'datacode-reconciliation/1',
    day,
    clean:
      noBadLines && BREAK_KIND_NAMES.every((kind) => !counts[kind] || BREAK_KINDS[kind].nature === 'timing'),
    rules: { version: RULES_VERSION, discounts: sign(discountRules(settings.rules), undefined).sha256 },
    settings: {
      cutOffMinutes: settings.cutOffMinutes,
      tolerance: settings.tolerance,
      toleranceTotal: settings.toleranceTotal ?? null,
    },
    files: summaries,
    totals,
    breaks: list.listed(),
    unlisted: list.unlisted(),
    counts,
    tolerated,
    unexplained: minus(minus(totals.difference, list.difference()), tolerated),
    carryOver: list.awaited.toSorted(compareText),
  };
}

interface Judged {
  /** What is in force: none where all that would be let pass comes to more than it may. */
  tolerance: number;
  /** The purchases in which the sides differ: their ids alone, since a bad file may hold hundreds of thousands. */
  differing: PurchaseId[];
  tolerated: Money & { count: number };
}

async function judged(
  pairing: Pairing,
  context: Classifying,
  { tolerance, toleranceTotal = Infinity }: Pick<ComparisonSettings, 'tolerance' | 'toleranceTotal'>,
  onPair: (pair: Pair) => void,
): Promise<Judged> {
  const differing: PurchaseId[] = [];
  const tolerated = { count: 0, size: 0, sum: NOTHING };
  const pause = everySoOften();
  for (const pair of pairing.all()) {
    await pause();
    onPair(pair);
    const found = findingsOf(pair, context);
    if (found.length > 0) differing.push(pair.purchaseId);
    for (const finding of found.filter((one) => isTolerable(one, tolerance))) {
      tolerated.count += 1;
      tolerated.size += sizeOf(finding);
      tolerated.sum = plus(tolerated.sum, finding.difference);
    }
  }
  if (tolerated.size > toleranceTotal)
    return { tolerance: 0, differing, tolerated: { count: 0, ...NOTHING } };
  return { tolerance, differing, tolerated: { count: tolerated.count, ...tolerated.sum } };
}

/** Cases that have sent a second registration, or may have. */
const SENT_AGAIN: ReadonlySet<CaseState> = new Set(['re_registering', 're_registered']);

/** The histories of purchases that differ are opened; what they tell may make a break a graver one, or none. */
async function* rows(
  pairing: Pairing,
  differing: readonly PurchaseId[],
  context: Classifying,
  tolerance: number,
  history: HistoryReader | undefined,
): AsyncGenerator<{ row: Break; subscriber: Msisdn | undefined }> {
  const pause = everySoOften();
  for (let at = 0; at < differing.length; at += HISTORIES_AT_ONCE) {
    await pause();
    const batch = differing.slice(at, at + HISTORIES_AT_ONCE).map((id) => pairing.pair(id));
    const read = await Promise.all(
      batch.map(async (pair) => {
        const findings = reportable(pair, context, tolerance);
        if (findings.length === 0) return [];
        if (!history || !pair.internal)
          return findings.map((finding) => breakRow(context.day, finding, pair, undefined));
        const { evidence, refundNotice } = await history.read(pair.internal);
        const registeredAgain = evidence.cases?.some(({ state }) => SENT_AGAIN.has(state));
        const known = { ...pair, registeredAgain, internal: { ...pair.internal, refundNotice } };
        return reportable(known, context, tolerance).map((finding) =>
          breakRow(context.day, finding, known, evidence),
        );
      }),
    );
    for (const [at, ofOne] of read.entries()) {
      const pair = batch[at];
      const subscriber = pair?.internal?.msisdn ?? pair?.lines[0]?.msisdn;
      for (const row of ofOne) yield { row, subscriber };
    }
  }
}

function reportable(pair: Pair, context: Classifying, tolerance: number): Finding[] {
  return findingsOf(pair, context).filter((finding) => !isTolerable(finding, tolerance));
}

/** Between so many purchases all else in the process has its turn: a worker compares days while it sells. */
const PURCHASES_AT_A_STRETCH = 100;

function everySoOften(): () => Promise<void> | undefined {
  let done = 0;
  return () => {
    done += 1;
    return done % PURCHASES_AT_A_STRETCH === 0 ? setImmediate() : undefined;
  };
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

/** Discount rules as a report can sign them: whole numbers and texts. */
function discountRules(rules: readonly DiscountRule[]): unknown {
  return rules.map(({ from, until, ...rule }) => ({
    ...rule,
    from: from.toISOString(),
    until: until?.toISOString() ?? null,
  }));
}
