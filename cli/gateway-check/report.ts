import { maskMsisdn, type Msisdn } from '../../domain/msisdn';
import { withoutNumbers } from './exchanges';
import type { Finding, Result } from './findings';
import type { CheckResult, CheckSetup } from './run';
import type { Leftover } from './undo';

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
