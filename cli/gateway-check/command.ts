import { Option, type Command } from 'commander';
import { loadOperatorConfig, mobifoneBaseUrl } from '../../config';
import { PAYMENT_FORMS } from '../../domain/catalogue/packages';
import { DIALECTS } from '../../mobifone/dialects';
import { writeJsonFile } from '../../runtime/json-file';
import { whenStopIsAsked } from '../../runtime/process';
import { callerPath } from '../terminal/caller-path';
import { say, sayJson, tell } from '../terminal/output';
import { askForConsent, costInWords } from './consent';
import { EXIT } from '../terminal/exit-codes';
import * as read from './options';
import { PROBES } from './probes';
import { leftoversInWords, progressInWords, recordOf, resultInWords } from './report';
import { GatewayCheck, type CheckResult, type CheckSetup } from './run';

/** `gateway check`: which promises the gateway keeps, tried by real commands. */
export function addCheck(command: Command): void {
  command
    .description(
      'probes with real commands which of the promises in docs/gateway-promises.md MobiFone’s gateway keeps.',
    )
    .option('--base-url <url>', 'the gateway; MOBIFONE_BASE_URL unless given', read.gatewayUrl)
    .requiredOption(
      '--msisdn <numbers>',
      'numbers to sell to, with commas between; no other is touched',
      read.numbers,
    )
    .option('--refused-msisdn <number>', 'a number that MobiFone is expected to refuse (P2)', read.oneNumber)
    .option('--package <code>', 'what is sold; the cheapest package of the form unless given')
    .addOption(new Option('--form <form>', 'payment form').choices(PAYMENT_FORMS).default('postpaid'))
    .option(
      '--max-lag <time>',
      'how long an inquiry or a cut command is waited for',
      read.time,
      read.time('2m'),
    )
    .option('--only <probes>', 'these probes alone, with commas between', read.probeIds)
    .option('--sms', 'also send SMS, which cost money and reach a person')
    .option('--limits', 'also send a few requests at once, to see a 429')
    .option('--profile <file>', 'write the whole record, with every request and answer, to this file as JSON')
    .option('--json', 'print that record instead of words')
    .option('--yes', 'agree to the costs without being asked')
    .addHelpText(
      'after',
      '\nCredentials are MOBIFONE_CLIENT_ID and MOBIFONE_CLIENT_SECRET. Everything registered is rolled back, also after Ctrl-C.\nExits 0 when all that was probed holds, 1 when something does not or is left at MobiFone, 2 when it could not run.',
    )
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
      process.exit(EXIT.couldNotRun);
    },
  );
  try {
    const startedAt = new Date();
    const result = await gateway.run(interrupted.signal, (finding) => tell(progressInWords(finding)));
    const record = recordOf(result, setup, startedAt);
    if (options.json) sayJson(record);
    else say(...resultInWords(result));
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
  const config = loadOperatorConfig({
    ...process.env,
    ...(baseUrl ? { MOBIFONE_BASE_URL: baseUrl.href } : {}),
  });
  return {
    baseUrl: mobifoneBaseUrl(config),
    dialect: DIALECTS[config.MOBIFONE_DIALECT],
    credentials: { clientId: config.MOBIFONE_CLIENT_ID, clientSecret: config.MOBIFONE_CLIENT_SECRET },
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
