import { BREAK_KINDS, type BreakKind, type BreakNature } from '../domain/reconciliation/breaks';
import { purchaseWorkflowId } from '../domain/identifiers';
import { maskMsisdn } from '../domain/msisdn';
import type { SettlementFileRole } from '../domain/reconciliation/reconciliation';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { Finding } from './breaks';
import type { Pair } from './comparison';
import type { Money } from './money';
import type { CaseLink, Evidence, InternalPurchase } from './internal-purchase';
import type { SettlementFileSummary } from './settlement-file';
import { inLineOrder } from './settled-purchase';
import { breakId } from './break-id';
import { shownReference } from './shown-reference';
import type { LocalDay } from '../domain/local-time';
import { compareText } from '../runtime/text-order';
import type { Totals } from './totals';

/** One difference with both sides; subscriber numbers are masked. */
export interface Break {
  /** The same from run to run, as long as day, kind, purchase and MobiFone's lines are. */
  id: string;
  kind: BreakKind;
  nature: BreakNature;
  purchaseId: string;
  channel: string | null;
  externalId: string | null;
  msisdn: string | null;
  ours: InternalRow | null;
  /** The first of MobiFone's lines. */
  theirs: SettlementRow[];
  /** Of MobiFone's lines that this break is about, the first. */
  references: readonly string[];
  /** How many lines are not in `theirs`. */
  unlistedLines: number;
  difference: Money;
  atStake: number;
  detail: string;
  /** The next day's file must show it. */
  awaited: boolean;
  /** Of timing: the day that has the opposite difference. */
  otherDay: string | null;
  evidence: Evidence | null;
  /** Cases that put the purchase right, or have. */
  cases: readonly CaseLink[];
  nextStep: string;
}

/** Our side of a break; times are ISO 8601, UTC. */
export interface InternalRow extends Pick<
  InternalPurchase,
  'day' | 'state' | 'package' | 'paymentForm' | 'faceValue' | 'refundNotice' | 'needsAttention'
> {
  discountRule: string | null;
  discountRateBasisPoints: number;
  discountAmount: number;
  acceptedAt: string;
  closedAt: string | null;
}

/** A line of MobiFone's, with the number masked and the time in ISO 8601, UTC. */
export interface SettlementRow extends Omit<SettlementLine, 'purchaseId' | 'msisdn' | 'at'> {
  msisdn: string;
  at: string;
}

/** The breaks that a report counts, but has no rows of. */
export interface UnlistedBreaks extends Money {
  count: number;
  /** Of all that are no mere timing, whole đồng. */
  atStake: number;
}

/** What reconciling a day came to; whole numbers and texts only, no time of its own, so that it can be repeated. */
export interface Report {
  format: 'datacode-reconciliation/1';
  day: string;
  /** No bad lines, and no break but those that are known timing. */
  clean: boolean;
  /** By which rules the day was compared: a later version may judge the same files otherwise. */
  rules: RulesInForce;
  settings: { cutOffMinutes: number; tolerance: number; toleranceTotal: number | null };
  files: (SettlementFileSummary & { role: FileRole; of?: string })[];
  totals: Totals;
  /** As many as a report lists, the gravest kinds first. */
  breaks: Break[];
  /** Those beyond: the CSV file has them all. */
  unlisted: UnlistedBreaks;
  /** Of all breaks, listed or not. */
  counts: Record<string, number>;
  /** Differences that the tolerance lets pass. */
  tolerated: Money & { count: number };
  /** The difference that neither breaks nor tolerance explain: nothing, or the engine is at fault. */
  unexplained: Money;
  /** Purchases that are expected in the next day's file: given to the next day's run. */
  carryOver: string[];
}

/** The version of the comparison's rules (docs/reconciliation.md#rules), and which discount rules explained differences. */
export interface RulesInForce {
  version: number;
  /** SHA-256 of the discount rules as canonical JSON. */
  discounts: string;
}

export type FileRole = SettlementFileRole;

/** So many lines of MobiFone's are in a row: a purchase has a few, unless the file is faulty. */
const LISTED_LINES = 100;

/** @param evidence what the history told, where it was opened */
export function breakRow(day: LocalDay, finding: Finding, pair: Pair, evidence: Evidence | undefined): Break {
  const { kind, purchaseId, difference, atStake, references, detail } = finding;
  const { internal } = pair;
  const { nature, next } = BREAK_KINDS[kind];
  const where = evidence ?? (internal ? unopened(internal) : null);
  const about = new Set(references);
  const elsewhere = pair.elsewhere.flatMap((file) => file.lines);
  const lines = [...pair.lines, ...elsewhere.filter(({ reference }) => about.has(reference))];
  const theirs = lines.toSorted(inLineOrder).slice(0, LISTED_LINES).map(settlementRow);
  const msisdn = internal?.msisdn ?? lines[0]?.msisdn;
  return {
    id: breakId(day, finding),
    kind,
    nature,
    purchaseId,
    channel: internal?.channel ?? null,
    externalId: internal?.externalId ?? null,
    msisdn: msisdn === undefined ? null : maskMsisdn(msisdn),
    ours: internal ? internalRow(internal) : null,
    theirs,
    references: shownReferences(references, lines).toSorted(compareText).slice(0, LISTED_LINES),
    unlistedLines: lines.length - theirs.length,
    difference,
    atStake,
    detail,
    awaited: finding.awaited ?? false,
    otherDay: finding.otherDay ?? null,
    evidence: where && withoutCases(where),
    cases: where?.cases ?? [],
    nextStep: next,
  };
}

/** A row has its cases beside its evidence. */
function withoutCases({ workflowId, eventIds, webUiLink }: Evidence): Evidence {
  return { workflowId, eventIds, webUiLink };
}

function unopened(purchase: InternalPurchase): Evidence {
  return {
    workflowId: purchaseWorkflowId(purchase.channel, purchase.externalId),
    eventIds: [],
    webUiLink: null,
  };
}

function internalRow(purchase: InternalPurchase): InternalRow {
  return {
    day: purchase.day,
    state: purchase.state,
    package: purchase.package,
    paymentForm: purchase.paymentForm,
    faceValue: purchase.faceValue,
    discountRule: purchase.discount.ruleId,
    discountRateBasisPoints: purchase.discount.rateBasisPoints,
    discountAmount: purchase.discount.amount,
    refundNotice: purchase.refundNotice,
    needsAttention: purchase.needsAttention,
    acceptedAt: new Date(purchase.acceptedAt).toISOString(),
    closedAt: purchase.closedAt === null ? null : new Date(purchase.closedAt).toISOString(),
  };
}

function shownReferences(references: readonly string[], lines: readonly SettlementLine[]): string[] {
  const shown = new Map(lines.map((line) => [line.reference, shownReference(line)]));
  return references.map((reference) => shown.get(reference) ?? reference);
}

function settlementRow(line: SettlementLine): SettlementRow {
  const { purchaseId: _, ...told } = line;
  return {
    ...told,
    reference: shownReference(line),
    msisdn: maskMsisdn(line.msisdn),
    at: new Date(line.at).toISOString(),
  };
}
