import { daysAfter, localDayStart } from '../domain/local-time';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { DatedLine } from './across-days';
import type { Finding } from './breaks';
import { awaited, isAccountedFor, mayComeTomorrow, timing, type Comparison } from './comparison';
import { moneyFindings } from './content-differences';
import { isNothing, minus, NOTHING } from './money';
import { internalMoney } from './internal-purchase';
import { extraRegistrations, registrationFindings } from './registration';
import { lineMoney, settledMoney } from './settled-purchase';

/** In what the two sides of a sale differ on this day. */
export function soldFindings(comparison: Comparison): Finding[] {
  const { internal, context } = comparison;
  return internal.day === context.day ? soldToday(comparison) : soldOnAnotherDay(comparison);
}

function soldToday(comparison: Comparison): Finding[] {
  const { internal, pair, settled, across, context, difference, compared, found } = comparison;
  const [payment] = settled.payments;
  if (payment && settled.rollbacks.length === 0) {
    return [
      ...moneyFindings(internal, payment, context.rules, found),
      ...registrationFindings(comparison, payment),
      ...chargedElsewhereToo(comparison, payment),
    ];
  }
  const elsewhere = payment ? undefined : across.payments.find(({ day }) => day !== context.day);
  if (elsewhere && !across.rollbacks.some(({ day }) => day === elsewhere.day)) {
    return paidElsewhere(comparison, elsewhere);
  }
  if (!elsewhere && !payment && pair.carriedOver && isNothing(settledMoney(compared))) {
    const lastDay = daysAfter(context.day, -1); // as its report says
    return [timing(comparison, lastDay, difference, internal.faceValue, [], `in the file of ${lastDay}`)];
  }
  if (payment || elsewhere || settled.rollbacks.length > 0 || settled.reversedPayment) {
    const lines = [...compared, ...(settled.reversedPayment ? [settled.reversedPayment] : [])];
    return [
      found('state_differs', difference, internal.faceValue, lines, 'succeeded here, undone at MobiFone'),
    ];
  }
  if (mayComeTomorrow(comparison)) {
    return [awaited(comparison, difference, internal.faceValue, [], 'expected in the next day’s file')];
  }
  return [unpaid(comparison)];
}

/**
 * Another day's file has the payment, and that file does not undo it. Money that this day's file gives back is a difference
 * of its own: that of a third day's file is named there.
 */
function paidElsewhere(comparison: Comparison, { day, line }: DatedLine): Finding[] {
  const { internal, compared, found } = comparison;
  const sale = internalMoney(internal);
  const detail = `in the file of ${day}`;
  const late = timing(comparison, day, sale, internal.faceValue, [line], detail);
  const given = minus(NOTHING, settledMoney(compared));
  if (isNothing(given)) return [late];
  const undone = 'succeeded here, undone at MobiFone';
  return [late, found('state_differs', given, internal.faceValue, compared, undone)];
}

/** A sale of this day that other days' files have as well: the money is in their accounts. */
function chargedElsewhereToo(comparison: Comparison, payment: SettlementLine): Finding[] {
  const { pair, settled, across, context, found } = comparison;
  const others = across.payments.filter(({ day }) => day !== context.day);
  if (others.length === 0 && pair.carriedOver) {
    const detail = 'the last day’s report has it in the last day’s file already';
    return [found('duplicate_charge', NOTHING, payment.amount, [payment], detail)];
  }
  return others.map(({ day, line }) => {
    const again = settled.all.some(({ reference }) => reference === line.reference);
    const kind = again ? 'duplicate_in_file' : 'duplicate_charge';
    return found(kind, NOTHING, line.amount, [line], `the file of ${day} has it as well`);
  });
}

function soldOnAnotherDay(comparison: Comparison): Finding[] {
  const { internal, pair, settled, across, compared, difference, found } = comparison;
  const [payment] = settled.payments;
  if (payment && settled.rollbacks.length === 0) return paidOnThisDay(comparison, payment);
  if (!isNothing(difference) || settled.rollbacks.length > 0) {
    const detail = 'succeeded here, undone at MobiFone';
    return [found('state_differs', difference, internal.faceValue, compared, detail)];
  }
  if (pair.carriedOver && across.payments.length === 0) return [unpaid(comparison)];
  return extraRegistrations(comparison);
}

/** Timing only if no other day has the sale: or it is billed twice, or nobody knows. */
function paidOnThisDay(comparison: Comparison, payment: SettlementLine): Finding[] {
  const { internal, pair, across, context, found } = comparison;
  const charged = minus(NOTHING, lineMoney(payment));
  const sale = `the purchase belongs to ${internal.day}`;
  const [first] = across.payments;
  if (first && first.day !== context.day) {
    const known = pair.elsewhere.flatMap(({ lines }) => lines);
    const again = known.some(({ reference }) => reference === payment.reference);
    const detail = `${sale}; the file of ${first.day} has it as well`;
    return [
      found(again ? 'duplicate_in_file' : 'duplicate_charge', charged, payment.amount, [payment], detail),
    ];
  }
  if (isAccountedFor(comparison)) {
    const sold = minus(NOTHING, internalMoney(internal));
    return [
      timing(comparison, internal.day, sold, payment.amount, [payment], sale),
      ...moneyFindings(internal, payment, context.rules, found),
      ...registrationFindings(comparison, payment),
    ];
  }
  if (beganAfterMidnight(comparison)) {
    const detail = `${sale}; expected to be missing in its file`;
    return [awaited(comparison, charged, payment.amount, [payment], detail)];
  }
  const detail = `${sale}; not all files from that day to this one are at hand`;
  return [found('other_day_unproven', charged, payment.amount, [payment], detail)];
}

/** A sale of the next day so early that MobiFone may have settled it in this day's file; the next day's is not there yet. */
function beganAfterMidnight({ internal, context }: Comparison): boolean {
  const nextDay = daysAfter(context.day, 1);
  if (internal.day !== nextDay || context.knownDays.has(nextDay)) return false;
  return internal.acceptedAt < localDayStart(nextDay) + context.cutOffWindow;
}

function unpaid({ internal, across: { registrations }, difference, found }: Comparison): Finding {
  const [registration] = registrations;
  if (!registration) return found('missing_there', difference, internal.faceValue, [], 'succeeded here');
  const detail = 'succeeded here, no charge at MobiFone';
  return found('registered_never_charged', difference, internal.faceValue, [registration.line], detail);
}
