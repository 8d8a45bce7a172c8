import { localDayStart } from '../domain/local-time';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import { transactionId } from '../domain/identifiers';
import type { Finding, Found } from './breaks';
import type { Comparison, Pair } from './comparison';
import { NOTHING } from './money';

/** A postpaid sale needs one registration beside its charge: without it the subscriber paid for nothing. */
export function registrationFindings(comparison: Comparison, payment: SettlementLine): Finding[] {
  const { internal, pair, across, found } = comparison;
  if (payment.kind === 'registration') return []; // prepaid at MobiFone: the payment is the registration
  const [registration] = across.registrations;
  if (!registration) {
    const files = [pair.lines, ...pair.elsewhere.map(({ lines }) => lines)].flat();
    const reversed = files.find(({ kind, state }) => kind === 'registration' && state === 'reversed');
    const missing = mayBeInUnknownFile(comparison)
      ? 'its registration is not in this file; the last day’s file, which may have it, is not at hand'
      : 'its registration is missing';
    const detail = reversed ? 'its registration is undone' : missing;
    const lines = reversed ? [payment, reversed] : [payment];
    return [found('charged_not_registered', NOTHING, internal.faceValue, lines, detail)];
  }
  return [...priceFindings(comparison, registration.line), ...extraRegistrations(comparison)];
}

/** Only a case sends a second registration; any other is none of ours. Where no case could be looked for, it may be either. */
export function secondRegistration({ purchaseId, lines, registeredAgain }: Pair, found: Found): Finding[] {
  const id = transactionId(purchaseId, 'registration-2');
  const second = lines.filter((line) => line.transactionId === id);
  if (second.length === 0 || registeredAgain) return [];
  const atStake = Math.max(...second.map(({ amount }) => amount));
  if (registeredAgain === undefined) {
    const detail = 'no case could be looked for';
    return [found('second_registration_unproven', NOTHING, atStake, second, detail)];
  }
  const detail = 'no case here registered the package again';
  return [found('second_registration_unknown', NOTHING, atStake, second, detail)];
}

/** Registrations of a sale in this day's file beside the one that the sale has. */
export function extraRegistrations({ across, context, found }: Comparison): Finding[] {
  return across.registrations
    .slice(1)
    .filter(({ day }) => day === context.day)
    .map(({ line }) =>
      found('registered_never_charged', NOTHING, line.amount, [line], 'registered once more'),
    );
}

function priceFindings({ internal, found }: Comparison, registration: SettlementLine): Finding[] {
  const off = Math.abs(registration.amount - internal.faceValue);
  if (off === 0) return [];
  const detail = `${internal.faceValue} here, ${registration.amount} in MobiFone’s registration; the charge is compared apart`;
  return [found('amount_differs', NOTHING, off, [registration], detail)];
}

/** A registration just after midnight may be in the file of the day before, one of the day before in a file that is not at hand. */
function mayBeInUnknownFile({ internal, context }: Comparison): boolean {
  const firstDay = internal.acceptedAt - context.cutOffWindow < localDayStart(internal.day);
  return firstDay && ![...context.knownDays].some((day) => day < internal.day);
}
