import type { DiscountRule } from '../domain/catalogue/discount';
import type { PurchaseId } from '../domain/identifiers';
import { daysAfter, localDayStart, type LocalDay } from '../domain/local-time';
import { isOutcome } from '../domain/purchase/states';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { findingsFor, type Finding, type Found } from './breaks';
import { moneyFindings, recordFindings } from './content-differences';
import { isNothing, minus, NOTHING, type Money } from './money';
import { ourMoney, type OurPurchase } from './our-purchase';
import { theirMoney, theirPurchase, type TheirPurchase } from './their-purchase';

/** What is known of one purchase on both sides. */
export interface Pair {
  purchaseId: PurchaseId;
  ours: OurPurchase | undefined;
  /** The lines of the day's file, corrections worked in. */
  lines: readonly SettlementLine[];
  /** Its lines in the files of the days before and after. */
  neighbours: readonly SettlementLine[];
  /** What a correction file changed in MobiFone's total of it; undefined when none did. */
  correctedBy: Money | undefined;
  /** The last day's report expects it in this day's file. */
  carriedOver: boolean;
  /** What that report has at stake on it, whole đồng; undefined where it is not known. */
  carriedStake: number | undefined;
}

export interface Classifying {
  day: LocalDay;
  /** How near to midnight a sale may end for its line to be expected in the next day's file, ms. */
  cutOffWindow: number;
  /** Whether the next day's file is at hand, so that nothing more is to be expected of it. */
  nextDayKnown: boolean;
  rules: readonly DiscountRule[];
}

/** One purchase while it is classified. */
interface Case {
  ours: OurPurchase;
  pair: Pair;
  theirs: TheirPurchase;
  neighbours: TheirPurchase;
  /** The lines that are compared: repetitions are reported by themselves. */
  compared: readonly SettlementLine[];
  /** Ours less theirs, repetitions taken away: what the findings must explain. */
  difference: Money;
  context: Classifying;
  found: Found;
}

/** Everything in which the two sides of a purchase differ; pure, so that the same pair always has the same breaks. */
export function findingsOf(pair: Pair, context: Classifying): Finding[] {
  const { ours } = pair;
  const found = findingsFor(pair.purchaseId);
  const theirs = theirPurchase(pair.lines);
  const repeated = repetitions(pair, theirs, found);
  if (!ours)
    return [...repeated, ...(pair.carriedOver ? [lost(pair, theirs, found)] : theirsAlone(theirs, found))];
  const compared = [...theirs.payments.slice(0, 1), ...theirs.rollbacks];
  const counted = ours.day === context.day ? ourMoney(ours) : NOTHING;
  const difference = minus(counted, theirMoney(compared));
  const neighbours = theirPurchase(pair.neighbours);
  const the: Case = { ours, pair, theirs, neighbours, compared, difference, context, found };
  const records = theirs.any ? recordFindings(ours, theirs.any, found) : [];
  return [...repeated, ...byState(the), ...records];
}

/** What stands more than once, and what was corrected, whatever the rest. */
function repetitions(
  { correctedBy, lines }: Pair,
  { repeats, payments }: TheirPurchase,
  found: Found,
): Finding[] {
  const findings: Finding[] = [];
  if (correctedBy) {
    const detail = `MobiFone’s total changed by ${correctedBy.gross} gross, ${correctedBy.discount} discount`;
    findings.push(found('late_correction', NOTHING, Math.abs(correctedBy.gross), lines, detail));
  }
  const repeated = theirMoney(repeats);
  if (repeats.length > 0) {
    const detail = `${repeats.length} more of a line that the file has already`;
    findings.push(found('duplicate_in_file', minus(NOTHING, repeated), repeated.gross, repeats, detail));
  }
  const extra = payments.slice(1);
  if (extra.length > 0) {
    const charged = theirMoney(extra);
    const detail = `${extra.length} more under other references`;
    findings.push(found('duplicate_charge', minus(NOTHING, charged), charged.gross, extra, detail));
  }
  return findings;
}

/** The last day had it, and nobody who could be asked has it any more: never dropped in silence. */
function lost(
  { carriedStake }: Pair,
  { payments, rollbacks, registration }: TheirPurchase,
  found: Found,
): Finding {
  const [payment] = payments;
  const counted = [...(payment ? [payment] : []), ...rollbacks];
  const lines = [...(registration ? [registration] : []), ...counted];
  const difference = minus(NOTHING, theirMoney(counted));
  const detail =
    lines.length > 0 ? 'in this file, with nothing to compare it with' : 'not in this file either';
  return found('carried_over_lost', difference, carriedStake ?? payment?.amount ?? 0, lines, detail);
}

function theirsAlone({ payments, registration, rollbacks, any }: TheirPurchase, found: Found): Finding[] {
  const detail = 'no such purchase here';
  const [payment] = payments;
  const lines = [...(payment ? [payment] : []), ...rollbacks];
  const difference = minus(NOTHING, theirMoney(lines));
  if (payment) return [found('charged_not_here', difference, payment.amount, lines, detail)];
  if (registration && rollbacks.length === 0) {
    return [found('registered_never_charged', NOTHING, registration.amount, [registration], detail)];
  }
  return any
    ? [found('unknown_here', difference, Math.abs(difference.gross), [any, ...rollbacks], detail)]
    : [];
}

function byState(the: Case): Finding[] {
  const { ours, context } = the;
  if (!isOutcome(ours.state)) {
    const why = ours.needsAttention ? `${ours.state}, and it needs attention` : ours.state;
    const lines = [...the.compared, ...the.pair.neighbours]; // what a person, or `remedies.ts`, settles it by
    return [the.found('open_here', the.difference, ours.faceValue, lines, why)];
  }
  if (ours.day !== context.day) return ofAnotherDay(the);
  return ours.state === 'succeeded' ? sold(the) : notSold(the);
}

/** A purchase of the day that we have as sold. */
function sold(the: Case): Finding[] {
  const { ours, theirs, neighbours, difference, found } = the;
  const [payment] = theirs.payments;
  if (payment && theirs.rollbacks.length === 0) return moneyFindings(ours, payment, the.context.rules, found);
  if (payment || theirs.rollbacks.length > 0 || theirs.reversedPayment) {
    const lines = [...the.compared, ...(theirs.reversedPayment ? [theirs.reversedPayment] : [])];
    return [found('state_differs', difference, ours.faceValue, lines, 'succeeded here, undone there')];
  }
  if (neighbours.payments.length > 0) {
    const detail = 'in the neighbouring day’s file';
    return [found('cut_off', difference, ours.faceValue, neighbours.payments, detail)];
  }
  if (mayComeTomorrow(the)) {
    return [awaited(found('cut_off', difference, ours.faceValue, [], 'expected in the next day’s file'))];
  }
  return [unpaid(the)];
}

function unpaid({ ours, theirs: { registration }, difference, found }: Case): Finding {
  if (!registration) return found('missing_there', difference, ours.faceValue, [], 'succeeded here');
  const detail = 'succeeded here, no charge there';
  return found('registered_never_charged', difference, ours.faceValue, [registration], detail);
}

/** A purchase of the day that came to nothing here. */
function notSold(the: Case): Finding[] {
  const { ours, theirs, neighbours, compared, difference, found } = the;
  const undoneTomorrow = neighbours.rollbacks.length > 0;
  if (!isNothing(difference)) {
    if (undoneTomorrow || (theirs.payments.length === 0 && neighbours.payments.length > 0)) {
      return [found('cut_off', difference, ours.faceValue, compared, 'undone across midnight')];
    }
    if (mayComeTomorrow(the)) {
      const detail = 'to be undone in the next day’s file';
      return [awaited(found('cut_off', difference, ours.faceValue, compared, detail))];
    }
    return [paidThere(the)];
  }
  const { registration, rollbacks } = theirs;
  if (!registration || rollbacks.length > 0 || undoneTomorrow) return [];
  const detail = `${ours.state} here`;
  if (mayComeTomorrow(the))
    return [awaited(found('cut_off', NOTHING, ours.faceValue, [registration], detail))];
  return [found('registered_never_charged', NOTHING, ours.faceValue, [registration], detail)];
}

function paidThere({ ours, compared, difference, found }: Case): Finding {
  const detail = `${ours.state} here, charged there`;
  const kind = ours.refundNotice === 'delivered' ? 'refund_noticed_yet_charged' : 'state_differs';
  return found(kind, difference, ours.faceValue, compared, detail);
}

/** A purchase that counts to another day, with lines in this day's file or expected there. */
function ofAnotherDay(the: Case): Finding[] {
  const { ours, pair, theirs, neighbours, compared, difference, context, found } = the;
  const [payment] = theirs.payments;
  const adjacent = [daysAfter(context.day, -1), daysAfter(context.day, 1)].includes(ours.day);
  const kind = adjacent ? 'cut_off' : 'late_correction';
  const detail = `it counts to ${ours.day}`;
  if (ours.state === 'succeeded') {
    if (payment && neighbours.payments.length > 0) {
      const again = neighbours.payments.some(({ reference }) => reference === payment.reference);
      const twice = again ? 'duplicate_in_file' : 'duplicate_charge';
      return [found(twice, difference, payment.amount, [payment], 'in the neighbouring day’s file as well')];
    }
    if (payment && theirs.rollbacks.length === 0) {
      const settled = found(kind, minus(NOTHING, ourMoney(ours)), payment.amount, [payment], detail);
      return [settled, ...moneyFindings(ours, payment, context.rules, found)];
    }
    if (!isNothing(difference) || theirs.rollbacks.length > 0) {
      return [found('state_differs', difference, ours.faceValue, compared, 'succeeded here, undone there')];
    }
    return pair.carriedOver ? [unpaid(the)] : [];
  }
  if (payment) return [paidThere(the)];
  if (!isNothing(difference)) return [found(kind, difference, ours.faceValue, compared, detail)];
  return pair.carriedOver && theirs.rollbacks.length === 0 ? [paidThere(the)] : [];
}

/** Whether a sale ended so near to midnight, or after it, that its line belongs to a file which is not there yet. */
function mayComeTomorrow({ ours, context }: Case): boolean {
  if (context.nextDayKnown) return false;
  const border = localDayStart(daysAfter(context.day, 1)) - context.cutOffWindow;
  return (ours.closedAt ?? ours.acceptedAt) >= border;
}

function awaited(finding: Finding): Finding {
  return { ...finding, awaited: true };
}
