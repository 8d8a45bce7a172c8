import { compareText } from '../runtime/text-order';
import type { DatedLine } from './across-days';
import type { Finding } from './breaks';
import { awaited, isAccountedFor, mayComeTomorrow, timing, type Comparison } from './comparison';
import { minus, NOTHING, type Money } from './money';
import { lineMoney } from './settled-purchase';

/**
 * What MobiFone has of a purchase that came to nothing here. Each charge needs a rollback that gives it back, on
 * whatever day: the first of the one belongs to the first of the other.
 */
export function notSoldFindings(comparison: Comparison): Finding[] {
  const { across, context } = comparison;
  const payments = across.payments.toSorted((one, other) => compareText(one.day, other.day));
  const findings = [
    ...payments.flatMap((payment, at) =>
      payment.day === context.day ? ofPayment(comparison, payment, across.refunds[at]) : [],
    ),
    ...across.refunds.flatMap((refund, at) =>
      refund.day === context.day ? ofRefund(comparison, refund, payments[at]) : [],
    ),
  ];
  return findings.length > 0 ? findings : ofRegistration(comparison);
}

function ofPayment(comparison: Comparison, payment: DatedLine, refund: DatedLine | undefined): Finding[] {
  const { internal, across, context, found } = comparison;
  const charged = minus(NOTHING, lineMoney(payment.line));
  if (refund?.day === context.day) return []; // both are in this file: `ofRefund` compares them
  if (refund) {
    const detail = `undone in MobiFone’s file of ${refund.day}`;
    return [timing(comparison, refund.day, charged, internal.faceValue, [payment.line], detail)];
  }
  if (mayComeTomorrow(comparison)) {
    const detail = 'its rollback is expected in the next day’s file';
    return [awaited(comparison, charged, internal.faceValue, [payment.line], detail)];
  }
  const before = across.payments.find(({ day }) => day < context.day);
  if (before?.line.reference === payment.line.reference) {
    const detail = `the file of ${before.day} has it as well`;
    return [found('duplicate_in_file', charged, payment.line.amount, [payment.line], detail)];
  }
  return [paidThere(comparison, charged)];
}

function ofRefund(comparison: Comparison, refund: DatedLine, payment: DatedLine | undefined): Finding[] {
  const { internal, pair, context, found } = comparison;
  const given = minus(NOTHING, lineMoney(refund.line)); // positive: MobiFone's total fell
  const stake = refund.line.amount;
  if (payment) {
    const taken = lineMoney(payment.line);
    const rest = minus(given, taken);
    const detail = `gives back what MobiFone’s file of ${payment.day} took`;
    const amounts = `${payment.line.amount} taken, ${refund.line.amount} given back`;
    return [
      ...(payment.day === context.day
        ? []
        : [timing(comparison, payment.day, taken, stake, [refund.line], detail)]),
      ...(rest.gross === 0 && rest.discount === 0
        ? []
        : [found('amount_differs', rest, sizeOf(rest), [refund.line], amounts)]),
    ];
  }
  if (pair.carriedOver) {
    const detail = `the purchase belongs to ${internal.day}`;
    return [timing(comparison, internal.day, given, stake, [refund.line], detail)];
  }
  if (!isAccountedFor(comparison)) {
    const detail = `the purchase belongs to ${internal.day}; not all files from that day to this one are at hand`;
    return [found('other_day_unproven', given, stake, [refund.line], detail)];
  }
  const detail = `${internal.state} here; no line at hand took the money`;
  return [found('given_back_wrongly', given, stake, [refund.line], detail)];
}

/** Nothing was taken on this day: a registration that stands is still one too many. */
function ofRegistration(comparison: Comparison): Finding[] {
  const { internal, pair, settled, across, context, found } = comparison;
  const [registration] = settled.registrations;
  const undone = across.rollbacks.some(({ day }) => day >= context.day);
  if (undone) return [];
  if (registration) {
    const facts = [NOTHING, internal.faceValue, [registration], `${internal.state} here`] as const;
    return [
      mayComeTomorrow(comparison)
        ? awaited(comparison, ...facts)
        : found('registered_never_charged', ...facts),
    ];
  }
  const wasExpected = pair.carriedOver && internal.day !== context.day && !owesNothing(comparison);
  return wasExpected ? [paidThere(comparison, NOTHING)] : [];
}

/** The file of its day is at hand, with later corrections, and has nothing left that must be undone. */
function owesNothing({ internal, across, context }: Comparison): boolean {
  return (
    context.knownDays.has(internal.day) && across.payments.length === 0 && across.registrations.length === 0
  );
}

function paidThere({ internal, compared, found }: Comparison, difference: Money): Finding {
  const detail = `${internal.state} here, charged at MobiFone`;
  const kind = internal.refundNotice === 'delivered' ? 'refund_noticed_yet_charged' : 'state_differs';
  return found(kind, difference, internal.faceValue, compared, detail);
}

function sizeOf({ gross, discount }: Money): number {
  return Math.max(Math.abs(gross), Math.abs(discount));
}
