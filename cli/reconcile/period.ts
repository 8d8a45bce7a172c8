import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Option, type Command } from 'commander';
import type { Config } from '../../config';
import { daysAfter, firstOfMonth, localDay, type LocalDay } from '../../domain/local-time';
import { requireDayOver } from '../../reconciliation/day-over';
import type { PeriodAccount } from '../../reconciliation/period/account';
import { accountCsv, accountJson } from '../../reconciliation/period/account-files';
import { PeriodFiles } from '../../reconciliation/period/files';
import { periodAccount } from '../../reconciliation/period/period';
import { sourceFromSettings } from '../../reconciliation/sources/from-settings';
import { date } from '../terminal/argument-values';
import { temporaryFolder } from '../../runtime/temporary-folder';
import { callerPath } from '../terminal/caller-path';
import { CommandFault } from '../terminal/command-fault';
import { EXIT } from '../terminal/exit-codes';
import { explain, PURCHASE_SETTINGS } from '../terminal/help';
import { say } from '../terminal/output';
import { progressLine } from '../terminal/progress-line';
import { addComparisonOptions, settingsOf, type ComparisonOptions } from './comparison-options';
import { checkDestinations, readingOf, writeDocuments, type Destination, type Wanted } from './files';
import { ARCHIVE_USES, withInternalSide, type Side, type SideOptions } from './internal-side';
import { openingIn } from './opening';
import { accountInWords } from './period-words';

interface PeriodOptions extends ComparisonOptions, SideOptions {
  from?: LocalDay;
  to?: LocalDay;
  source?: string;
  opening?: string;
  json?: Destination;
  csv?: Destination;
  quiet?: boolean;
}

/** `period`: the account of several days, with balances. */
export function addPeriod(command: Command): void {
  explain(
    addComparisonOptions(command),
    [
      'datacode reconcile period',
      'datacode reconcile period --from 2026-11-01 --to 2026-11-30 --source /srv/mobifone/settlement-{date}.csv --json november.json',
      'datacode reconcile period --from 2026-12-01 --opening november.json',
    ],
    [
      ...PURCHASE_SETTINGS,
      'DISCOUNTS_FILE',
      'RECONCILIATION_SOURCE',
      'RECONCILIATION_SOURCE_TOKEN',
      'RECONCILIATION_RULES',
      'RECONCILIATION_SIGNING_KEY',
    ],
  );
  command
    .description(
      'accounts for a period day by day: opening balance, movements, closing balance, and every difference',
    )
    .option('--from <day>', 'the first day; the first of the month of the last day unless given', date)
    .option('--to <day>', 'the last day; yesterday unless given', date)
    .option(
      '--source <address>',
      'MobiFone’s files, with {date} and perhaps {kind}; RECONCILIATION_SOURCE unless given',
    )
    .option(
      '--opening <account>',
      'the account before, written by --json, whose closing balances this one opens with',
    )
    .option('--archive <folder>', 'read our purchases from this archive of `datacode export`')
    .addOption(
      new Option('--archive-use <how>', 'instead of Temporal, or behind it for purchases past retention')
        .choices(ARCHIVE_USES)
        .default('instead'),
    )
    .option('--json [file]', 'the signed account; to standard output without a file')
    .option('--csv [file]', 'one line a day; to standard output without a file')
    .option('--quiet', 'no progress line and no summary')
    .action(run);
}

async function run(options: PeriodOptions): Promise<void> {
  const to = options.to ?? daysAfter(localDay(new Date()), -1);
  const from = options.from ?? firstOfMonth(to);
  requireDayOver(to);
  if (from > to) throw new CommandFault(`--from ${from} is after --to ${to}.`);
  const documents = (key?: string): Wanted<PeriodAccount>[] => [
    { option: '--json', destination: options.json, document: (account) => accountJson(account, key) },
    { option: '--csv', destination: options.csv, document: accountCsv },
  ];
  await checkDestinations(documents());
  await withInternalSide(options, async (side) => {
    const account = await accounted(from, to, options, side);
    const printed = await writeDocuments(account, documents(side.config.RECONCILIATION_SIGNING_KEY));
    if (!printed && !options.quiet) say(...accountInWords(account));
    process.exitCode = account.clean ? EXIT.done : EXIT.notAsWanted;
  });
}

async function accounted(
  from: LocalDay,
  to: LocalDay,
  options: PeriodOptions,
  { internal, history, config }: Side,
): Promise<PeriodAccount> {
  const folder = await temporaryFolder('period');
  const line = progressLine(options.quiet ?? false);
  try {
    const key = config.RECONCILIATION_SIGNING_KEY;
    const opening = options.opening === undefined ? undefined : await openingIn(options.opening, from, key);
    const source = sourceFromSettings({
      ...config,
      RECONCILIATION_SOURCE: addressOf(options.source, config),
    });
    const files = new PeriodFiles(source, folder, readingOf(options, config), new AbortController().signal);
    return await periodAccount({
      from,
      to,
      internal,
      filesOf: files.filesOf,
      settings: settingsOf(options, config),
      history,
      ...(opening ? { opening } : {}),
      onDay: (day) => line.show(() => `comparing ${day}`),
    });
  } finally {
    line.clear();
    await rm(folder, { recursive: true, force: true }); // it holds subscribers' numbers
  }
}

/** A path is an address too. */
function addressOf(given: string | undefined, { RECONCILIATION_SOURCE }: Config): string {
  const address = given ?? RECONCILIATION_SOURCE;
  if (address === undefined)
    throw new CommandFault('--source or RECONCILIATION_SOURCE must say where the files are.');
  return URL.canParse(address)
    ? address
    : pathToFileURL(callerPath(address)).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
}
