import { isOutcome } from '../domain/purchase/states';
import { acrossDays } from './across-days';
import { findingsFor, type Finding, type Found } from './breaks';
import type { Classifying, Comparison, Pair } from './comparison';
import { recordFindings } from './content-differences';
import { isNothing, minus, NOTHING } from './money';
import { internalMoney } from './internal-purchase';
import { notSoldFindings } from './not-sold';
import { secondRegistration } from './registration';
import { settledMoney, settledPurchase, type SettledPurchase } from './settled-purchase';
import { shownReference } from './shown-reference';
import { soldFindings } from './sold';

/** Everything in which the two sides of a purchase differ; pure, so that the same pair always has the same breaks. */
export function findingsOf(pair: Pair, context: Classifying): Finding[] {
  const { internal } = pair;
  const found = findingsFor(pair.purchaseId);
  const settled = settledPurchase(pair.lines);
  const ofTheFile = [...ofLines(pair, found), ...repetitions(pair, settled, found)];
  if (!internal)
    return [
      ...ofTheFile,
      ...(pair.carriedOver ? [lost(pair, settled, found)] : settledAlone(settled, found)),
    ];
  const compared = [...settled.payments.slice(0, 1), ...settled.rollbacks];
  const counted = internal.day === context.day ? internalMoney(internal) : NOTHING;
  const comparison: Comparison = {
    internal,
    pair,
    settled,
    across: acrossDays([{ day: context.day, lines: pair.lines }, ...pair.elsewhere], internal.day),
    compared,
    difference: minus(counted, settledMoney(compared)),
    context,
    found,
  };
  return [
    ...ofTheFile,
    ...secondRegistration(pair, found),
    ...byState(comparison),
    ...recordFindings(internal, settled.all, found),
  ];
}

/** What a line tells by itself, whatever the purchase. */
function ofLines({ idleWithdrawals, shared }: Pair, found: Found): Finding[] {
  return [
    ...idleWithdrawals.map((line) =>
      found('withdrawal_without_effect', NOTHING, line.amount, [line], `void ${shownReference(line)}`),
    ),
    ...shared.map(({ line, others, otherCount }) => {
      const more = otherCount > others.length ? ` and ${otherCount - others.length} more` : '';
      const detail = `${shownReference(line)} is of ${others.join(', ')}${more} as well`;
      return found('reference_shared', NOTHING, line.amount, [line], detail);
    }),
  ];
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
  { payments, rollbacks, registrations }: SettledPurchase,
  found: Found,
): Finding {
  const [payment] = payments;
  const counted = [...(payment ? [payment] : []), ...rollbacks];
  const lines = [...registrations, ...counted];
  const difference = minus(NOTHING, settledMoney(counted));
  const detail =
    lines.length > 0
      ? 'in this file, but the purchase is no longer stored here'
      : 'not in this file, and the purchase is no longer stored here';
  return found('carried_over_lost', difference, carriedStake ?? payment?.amount ?? 0, lines, detail);
}

function settledAlone({ payments, registrations, rollbacks, all }: SettledPurchase, found: Found): Finding[] {
  const detail = 'no matching purchase here';
  const [payment] = payments;
  const lines = [...(payment ? [payment] : []), ...rollbacks];
  const difference = minus(NOTHING, settledMoney(lines));
  if (payment) return [found('charged_not_here', difference, payment.amount, lines, detail)];
  if (!isNothing(difference)) {
    return [found('given_back_wrongly', difference, Math.abs(difference.gross), lines, detail)];
  }
  const [registration] = registrations;
  if (registration && rollbacks.length === 0) {
    return [found('registered_never_charged', NOTHING, registration.amount, [registration], detail)];
  }
  const [any] = all;
  return any ? [found('unknown_here', NOTHING, 0, [any, ...rollbacks], detail)] : [];
}

function byState(comparison: Comparison): Finding[] {
  const { internal, pair, compared, difference, found } = comparison;
  if (isOutcome(internal.state)) {
    return internal.state === 'succeeded' ? soldFindings(comparison) : notSoldFindings(comparison);
  }
  const why = internal.needsAttention ? `${internal.state}, needs attention` : internal.state;
  const lines = [...compared, ...pair.elsewhere.flatMap(({ lines }) => lines)]; // what a person, or `remedies.ts`, settles it by
  return [found('open_here', difference, internal.faceValue, lines, why)];
}
