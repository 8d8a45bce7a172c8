import { Option, type Command } from 'commander';
import { loadOperatorConfig, mobifoneBaseUrl, mobifoneCredentials, mobifoneFaults } from '../../config';
import { PAYMENT_FORMS } from '../../domain/catalogue/packages';
import { DIALECTS } from '../../mobifone/dialects';
import { writeJsonFile } from '../../runtime/json-file';
import { whenStopIsAsked } from '../../runtime/process';
import { callerPath } from '../terminal/caller-path';
import { duration } from '../terminal/argument-values';
import { verb } from '../terminal/help';
import { print, tell } from '../terminal/output';
import { EXIT } from '../terminal/exit-codes';
import * as read from './options';
import { PROBES } from './probes';
import {
  askForConsent,
  costInWords,
  leftoversInWords,
  progressInWords,
  recordOf,
  resultInWords,
} from './report';
import { GatewayCheck, type CheckResult, type CheckSetup } from './run';

/** `gateway check`: finds out by real commands which promises the gateway keeps. */
export function addCheck(command: Command): void {
  command.addHelpText('after', '\nEverything registered is rolled back, also after Ctrl-C.');
  verb(
    command,
    'probes with real commands which promises (docs/gateway-promises.md) MobiFone’s gateway keeps',
    [
      'datacode gateway check --msisdn 0901234567 --only token,check',
      'datacode gateway check --msisdn 0901234567 --yes --json | jq .settings',
    ],
    [
      'MOBIFONE_BASE_URL',
      'MOBIFONE_CLIENT_ID',
      'MOBIFONE_CLIENT_SECRET',
      'MOBIFONE_DIALECT',
      'MOBIFONE_CALL_TIMEOUT',
      'PACKAGES_FILE',
    ],
  )
    .option('--base-url <url>', 'the gateway; MOBIFONE_BASE_URL by default', read.gatewayUrl)
    .requiredOption(
      '--msisdn <numbers>',
      'numbers to sell to, separated by commas; no other number is used',
      read.numbers,
    )
    .option('--refused-msisdn <number>', 'a number that MobiFone is expected to refuse (P2)', read.oneNumber)
    .option('--package <code>', 'package to sell; the cheapest of the payment form by default')
    .addOption(new Option('--form <form>', 'payment form').choices(PAYMENT_FORMS).default('postpaid'))
    .option(
      '--max-lag <time>',
      'how long to wait for an inquiry, or for a command that was cut off',
      duration,
      duration('2m'),
    )
    .option('--only <probes>', 'only these probes, separated by commas', read.probeIds)
    .option('--sms', 'send SMS too, which cost money and reach a person')
    .option('--limits', 'send a few requests at once too, to provoke a 429')
    .option('--profile <file>', 'write the record, with every request and answer, to this file as JSON')
    .option('--yes', 'agree to the costs without being asked')
    .action(check);
}

async function check(options: read.CheckOptions): Promise<void> {
  const setup = setupOf(options);
  tell(...costInWords(setup.probes, setup.terms));
  if (options.yes !== true) await askForConsent();
  const gateway = new GatewayCheck(setup);
  const interrupted = new AbortController();
  whenStopIsAsked(
    () => {
      tell('', 'Interrupted: undoing what was registered. Once more to leave at once.');
      interrupted.abort();
    },
    () => {
      tell(...leftoversInWords(gateway.leftovers()));
      process.exit(EXIT.interrupted);
    },
  );
  try {
    const startedAt = new Date();
    const result = await gateway.run(interrupted.signal, (finding) => tell(progressInWords(finding)));
    const record = recordOf(result, setup, startedAt);
    print(options, record, () => resultInWords(result));
    process.exitCode = exitCodeOf(result);
    if (options.profile) await writeJsonFile(callerPath(options.profile), record);
  } catch (fault) {
    const leftovers = gateway.leftovers();
    if (leftovers.length > 0) tell(...leftoversInWords(leftovers));
    throw fault;
  } finally {
    gateway.close();
  }
}

function setupOf(options: read.CheckOptions): CheckSetup {
  const { baseUrl } = options;
  const environment = { ...process.env, ...(baseUrl ? { MOBIFONE_BASE_URL: baseUrl.href } : {}) };
  const config = loadOperatorConfig(environment, mobifoneFaults);
  return {
    baseUrl: mobifoneBaseUrl(config),
    dialect: DIALECTS[config.MOBIFONE_DIALECT],
    credentials: mobifoneCredentials(config),
    callTimeoutMs: config.MOBIFONE_CALL_TIMEOUT,
    terms: read.termsOf(options, config, new Date()),
    maxLagMs: options.maxLag,
    probes: read.chosenProbes(PROBES, options),
  };
}

function exitCodeOf({ findings, leftovers, wasInterrupted }: CheckResult): number {
  if (wasInterrupted) return EXIT.couldNotRun;
  const isWhole = leftovers.length === 0 && findings.every(({ result }) => result !== 'does_not_hold');
  return isWhole ? EXIT.done : EXIT.notAsWanted;
}
