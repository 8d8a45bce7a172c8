import type { DiscountRule } from '../domain/catalogue/discount';
import type { PurchaseId } from '../domain/identifiers';
import { daysAfter, localDayStart, type LocalDay } from '../domain/local-time';
import { isOutcome } from '../domain/purchase/states';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { findingsFor, type Finding, type Found } from './breaks';
import { moneyFindings, recordFindings } from './content-differences';
import { isNothing, minus, NOTHING, type Money } from './money';
import { internalMoney, type InternalPurchase } from './internal-purchase';
import { settledMoney, settledPurchase, type SettledPurchase } from './settled-purchase';

/** What is known of one purchase on both sides. */
export interface Pair {
  purchaseId: PurchaseId;
  internal: InternalPurchase | undefined;
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

/** One purchase of ours while it is compared. */
interface Comparison {
  internal: InternalPurchase;
  pair: Pair;
  settled: SettledPurchase;
  neighbours: SettledPurchase;
  /** The lines that are compared: repetitions are reported by themselves. */
  compared: readonly SettlementLine[];
  /** Internal less settled amounts, without repetitions: what the findings must explain. */
  difference: Money;
  context: Classifying;
  found: Found;
}

/** Everything in which the two sides of a purchase differ; pure, so that the same pair always has the same breaks. */
export function findingsOf(pair: Pair, context: Classifying): Finding[] {
  const { internal } = pair;
  const found = findingsFor(pair.purchaseId);
  const settled = settledPurchase(pair.lines);
  const repeated = repetitions(pair, settled, found);
  if (!internal)
    return [...repeated, ...(pair.carriedOver ? [lost(pair, settled, found)] : settledAlone(settled, found))];
  const compared = [...settled.payments.slice(0, 1), ...settled.rollbacks];
  const counted = internal.day === context.day ? internalMoney(internal) : NOTHING;
  const difference = minus(counted, settledMoney(compared));
  const neighbours = settledPurchase(pair.neighbours);
  const comparison: Comparison = {
    internal,
    pair,
    settled,
    neighbours,
    compared,
    difference,
    context,
    found,
  };
  const records = settled.any ? recordFindings(internal, settled.any, found) : [];
  return [...repeated, ...byState(comparison), ...records];
}

/** What stands more than once, and what was corrected, whatever the rest. */
function repetitions(
  { correctedBy, lines }: Pair,
  { repeats, payments }: SettledPurchase,
  found: Found,
): Finding[] {
  const findings: Finding[] = [];
  if (correctedBy) {
    const detail = `MobiFone’s total changed by ${correctedBy.gross} gross, ${correctedBy.discount} discount`;
    findings.push(found('late_correction', NOTHING, Math.abs(correctedBy.gross), lines, detail));
  }
  const repeated = settledMoney(repeats);
  if (repeats.length > 0) {
    const detail = `the same line ${repeats.length} more time(s) in the file`;
    findings.push(found('duplicate_in_file', minus(NOTHING, repeated), repeated.gross, repeats, detail));
  }
  const extra = payments.slice(1);
  if (extra.length > 0) {
    const charged = settledMoney(extra);
    const detail = `charged ${extra.length} more time(s) under other references`;
    findings.push(found('duplicate_charge', minus(NOTHING, charged), charged.gross, extra, detail));
  }
  return findings;
}

/** The last day had it, and nobody who could be asked has it any more: never dropped in silence. */
function lost(
  { carriedStake }: Pair,
  { payments, rollbacks, registration }: SettledPurchase,
  found: Found,
): Finding {
  const [payment] = payments;
  const counted = [...(payment ? [payment] : []), ...rollbacks];
  const lines = [...(registration ? [registration] : []), ...counted];
  const difference = minus(NOTHING, settledMoney(counted));
  const detail =
    lines.length > 0
      ? 'in this file, but the purchase is no longer stored here'
      : 'not in this file, and the purchase is no longer stored here';
  return found('carried_over_lost', difference, carriedStake ?? payment?.amount ?? 0, lines, detail);
}

function settledAlone({ payments, registration, rollbacks, any }: SettledPurchase, found: Found): Finding[] {
  const detail = 'no matching purchase here';
  const [payment] = payments;
  const lines = [...(payment ? [payment] : []), ...rollbacks];
  const difference = minus(NOTHING, settledMoney(lines));
  if (payment) return [found('charged_not_here', difference, payment.amount, lines, detail)];
  if (registration && rollbacks.length === 0) {
    return [found('registered_never_charged', NOTHING, registration.amount, [registration], detail)];
  }
  return any
    ? [found('unknown_here', difference, Math.abs(difference.gross), [any, ...rollbacks], detail)]
    : [];
}

function byState(comparison: Comparison): Finding[] {
  const { internal, context } = comparison;
  if (!isOutcome(internal.state)) {
    const why = internal.needsAttention ? `${internal.state}, needs attention` : internal.state;
    const lines = [...comparison.compared, ...comparison.pair.neighbours]; // what a person, or `remedies.ts`, settles it by
    return [comparison.found('open_here', comparison.difference, internal.faceValue, lines, why)];
  }
  if (internal.day !== context.day) return ofAnotherDay(comparison);
  return internal.state === 'succeeded' ? sold(comparison) : notSold(comparison);
}

/** A purchase of the day that we have as sold. */
function sold(comparison: Comparison): Finding[] {
  const { internal, settled, neighbours, difference, found } = comparison;
  const [payment] = settled.payments;
  if (payment && settled.rollbacks.length === 0)
    return moneyFindings(internal, payment, comparison.context.rules, found);
  if (payment || settled.rollbacks.length > 0 || settled.reversedPayment) {
    const lines = [...comparison.compared, ...(settled.reversedPayment ? [settled.reversedPayment] : [])];
    return [
      found('state_differs', difference, internal.faceValue, lines, 'succeeded here, undone at MobiFone'),
    ];
  }
  if (neighbours.payments.length > 0) {
    const detail = 'in the neighbouring day’s file';
    return [found('cut_off', difference, internal.faceValue, neighbours.payments, detail)];
  }
  if (mayComeTomorrow(comparison)) {
    return [awaited(found('cut_off', difference, internal.faceValue, [], 'expected in the next day’s file'))];
  }
  return [unpaid(comparison)];
}

function unpaid({ internal, settled: { registration }, difference, found }: Comparison): Finding {
  if (!registration) return found('missing_there', difference, internal.faceValue, [], 'succeeded here');
  const detail = 'succeeded here, no charge at MobiFone';
  return found('registered_never_charged', difference, internal.faceValue, [registration], detail);
}

/** A purchase of the day that came to nothing here. */
function notSold(comparison: Comparison): Finding[] {
  const { internal, settled, neighbours, compared, difference, found } = comparison;
  const undoneTomorrow = neighbours.rollbacks.length > 0;
  if (!isNothing(difference)) {
    if (undoneTomorrow || (settled.payments.length === 0 && neighbours.payments.length > 0)) {
      return [
        found(
          'cut_off',
          difference,
          internal.faceValue,
          compared,
          'undone at MobiFone on the neighbouring day',
        ),
      ];
    }
    if (mayComeTomorrow(comparison)) {
      const detail = 'its rollback is expected in the next day’s file';
      return [awaited(found('cut_off', difference, internal.faceValue, compared, detail))];
    }
    return [paidThere(comparison)];
  }
  const { registration, rollbacks } = settled;
  if (!registration || rollbacks.length > 0 || undoneTomorrow) return [];
  const detail = `${internal.state} here`;
  if (mayComeTomorrow(comparison))
    return [awaited(found('cut_off', NOTHING, internal.faceValue, [registration], detail))];
  return [found('registered_never_charged', NOTHING, internal.faceValue, [registration], detail)];
}

function paidThere({ internal, compared, difference, found }: Comparison): Finding {
  const detail = `${internal.state} here, charged at MobiFone`;
  const kind = internal.refundNotice === 'delivered' ? 'refund_noticed_yet_charged' : 'state_differs';
  return found(kind, difference, internal.faceValue, compared, detail);
}

/** A purchase that counts to another day, with lines in this day's file or expected there. */
function ofAnotherDay(comparison: Comparison): Finding[] {
  const { internal, pair, settled, neighbours, compared, difference, context, found } = comparison;
  const [payment] = settled.payments;
  const adjacent = [daysAfter(context.day, -1), daysAfter(context.day, 1)].includes(internal.day);
  const kind = adjacent ? 'cut_off' : 'late_correction';
  const detail = `the purchase belongs to ${internal.day}`;
  if (internal.state === 'succeeded') {
    if (payment && neighbours.payments.length > 0) {
      const again = neighbours.payments.some(({ reference }) => reference === payment.reference);
      const twice = again ? 'duplicate_in_file' : 'duplicate_charge';
      return [found(twice, difference, payment.amount, [payment], 'in the neighbouring day’s file as well')];
    }
    if (payment && settled.rollbacks.length === 0) {
      const settled = found(kind, minus(NOTHING, internalMoney(internal)), payment.amount, [payment], detail);
      return [settled, ...moneyFindings(internal, payment, context.rules, found)];
    }
    if (!isNothing(difference) || settled.rollbacks.length > 0) {
      return [
        found(
          'state_differs',
          difference,
          internal.faceValue,
          compared,
          'succeeded here, undone at MobiFone',
        ),
      ];
    }
    return pair.carriedOver ? [unpaid(comparison)] : [];
  }
  if (payment) return [paidThere(comparison)];
  if (!isNothing(difference)) return [found(kind, difference, internal.faceValue, compared, detail)];
  return pair.carriedOver && settled.rollbacks.length === 0 ? [paidThere(comparison)] : [];
}

/** Whether a sale ended so near to midnight, or after it, that its line belongs to a file which is not there yet. */
function mayComeTomorrow({ internal, context }: Comparison): boolean {
  if (context.nextDayKnown) return false;
  const border = localDayStart(daysAfter(context.day, 1)) - context.cutOffWindow;
  return (internal.closedAt ?? internal.acceptedAt) >= border;
}

function awaited(finding: Finding): Finding {
  return { ...finding, awaited: true };
}
