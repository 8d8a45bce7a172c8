import { maskMsisdn, type Msisdn } from '../../domain/msisdn';
import { formatVndGsm7 } from '../../domain/vnd';
import { ask, canAsk } from '../terminal/ask';
import { CommandFault } from '../terminal/command-fault';
import { withoutNumbers } from './recorded-wire';
import type { CheckResult, CheckSetup } from './run';
import type { Terms } from './trial-sales';
import type { Leftover } from './undo';
import type { Finding, Result, Probe } from './probe';

/** What the probes send at most, a line each. */
export function costInWords(probes: readonly Probe[], terms: Terms): string[] {
  const costs = probes.map((probe) => ({ probe, cost: probe.cost(terms) }));
  const sum = (of: 'registrations' | 'charges' | 'messages') =>
    costs.reduce((total, { cost }) => total + (cost[of] ?? 0), 0);
  const lines = costs.flatMap(({ probe, cost }) => {
    const parts = [
      ...(cost.registrations ? [`${cost.registrations} registrations`] : []),
      ...(cost.charges ? [`${cost.charges} charges`] : []),
      ...(cost.messages ? [`${cost.messages} SMS`] : []),
      ...(cost.other ? [cost.other] : []),
    ];
    return parts.length > 0 ? [`  ${probe.id.padEnd(6)} ${parts.join(', ')}`] : [];
  });
  const { packageCode, amount, paymentForm, numbers } = terms;
  return [
    `The check sends real commands for ${numbers.map(maskMsisdn).join(', ')}. At most, by probe:`,
    ...lines,
    `Together at most ${sum('registrations')} registrations and ${sum('charges')} charges of ${packageCode} (${formatVndGsm7(amount)} each, ${paymentForm}) and ${sum('messages')} SMS.`,
    'Each registration is rolled back, with its charges; what cannot be rolled back is listed at the end.',
  ];
}

/**
 * Asks at the terminal whether to go on.
 * @throws CommandFault when the answer is not “yes”, or there is no terminal
 */
export async function askForConsent(): Promise<void> {
  if (!canAsk()) {
    throw new CommandFault(
      'Nothing was sent. There is no terminal to ask at: give --yes to agree to these costs.',
    );
  }
  const answer = await ask('Type yes to go on:');
  if (answer?.toLowerCase() !== 'yes') throw new CommandFault('Nothing was sent.');
}

const WORDS: Readonly<Record<Result, string>> = {
  holds: 'holds',
  does_not_hold: 'DOES NOT HOLD',
  measured: 'measured',
  not_probed: 'could not be probed',
};

/** One line, for whoever waits. */
export function progressInWords({ id, result }: Finding): string {
  return `  ${id.padEnd(6)} ${WORDS[result]}`;
}

/** What was found, the settings that follow, and what is left at MobiFone. */
export function resultInWords({ findings, settings, leftovers, wasInterrupted }: CheckResult): string[] {
  return [
    ...findings.flatMap(({ id, title, result, because }) => [
      `${id.padEnd(6)} ${WORDS[result]}: ${title}`,
      ...because.map((line) => `         ${line}`),
    ]),
    ...(wasInterrupted ? ['', 'Interrupted: the other probes were not run.'] : []),
    '',
    'Settings that follow:',
    `  MOBIFONE_PROMISES=${settings.MOBIFONE_PROMISES}`,
    ...(settings.MOBIFONE_FINAL_AFTER ? [`  MOBIFONE_FINAL_AFTER=${settings.MOBIFONE_FINAL_AFTER}`] : []),
    ...settings.because.map((line) => `  ${line}`),
    '',
    ...leftoversInWords(leftovers),
  ];
}

export function leftoversInWords(leftovers: readonly Leftover[]): string[] {
  if (leftovers.length === 0) return ['Everything that was registered has been rolled back.'];
  return [
    'Left at MobiFone:',
    ...leftovers.map(({ kind, msisdn, registrationId, charges, why }) => {
      const what = kind === 'stands' ? 'stands, to be undone by hand' : 'to be looked at once more';
      const charged = charges.length > 0 ? `, charges ${charges.join(', ')}` : '';
      return `  ${msisdn} ${registrationId}${charged}: ${what} (${why})`;
    }),
  ];
}

/** The whole check for records, as JSON: every request and answer, with the numbers masked wherever they stand. */
export function recordOf(result: CheckResult, setup: CheckSetup, checkedAt: Date): object {
  const { numbers, refusedNumber, paymentForm, packageCode, amount } = setup.terms;
  const named: Msisdn[] = [...numbers, ...(refusedNumber ? [refusedNumber] : [])];
  const { origin, pathname } = new URL(setup.baseUrl);
  const record = {
    checkedAt: checkedAt.toISOString(),
    gateway: `${origin}${pathname}`,
    numbers: named.map(maskMsisdn),
    paymentForm,
    packageCode,
    amount,
    maxLagMs: setup.maxLagMs,
    ...result,
  };
  return JSON.parse(withoutNumbers(JSON.stringify(record), named)) as object; // of an object
}
