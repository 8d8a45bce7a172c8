import { Option, type Command } from 'commander';
import { requireDayOver } from '../../reconciliation/day-over';
import { reconcile } from '../../reconciliation/reconcile';
import type { Report } from '../../reconciliation/report';
import { reportCsv, reportJson } from '../../reconciliation/report-files';
import { statementHtml } from '../../reconciliation/statement';
import type { StatementLanguage } from '../../reconciliation/statement-words';
import type { LocalDay } from '../../domain/local-time';
import { progressLine } from '../terminal/progress-line';
import { Applying, requireWords, type ApplyOptions } from './apply';
import { EXIT } from '../terminal/exit-codes';
import { date } from '../terminal/argument-values';
import { addComparisonOptions, settingsOf, type ComparisonOptions } from './comparison-options';
import { ARCHIVE_USES, withInternalSide, type Side, type SideOptions } from './internal-side';
import {
  carriedOverIn,
  checkDestinations,
  checkFiles,
  correctionFiles,
  dayFiles,
  type Destination,
  type FileOptions,
  filesOf,
  isStandardOutput,
  type Wanted,
  writeDocuments,
} from './files';
import { Watched } from './watched';
import { reportInWords } from './day-words';
import { explain, PURCHASE_SETTINGS } from '../terminal/help';
import { say } from '../terminal/output';

export interface RunOptions extends FileOptions, SideOptions, ApplyOptions, ComparisonOptions {
  date: LocalDay;
  carriedOver?: string;
  json?: Destination;
  csv?: Destination;
  statement?: Destination;
  language: StatementLanguage;
  quiet?: boolean;
}

/** `run`: compares one day. */
export function addRun(command: Command): void {
  explain(
    command,
    [
      'datacode reconcile --date 2026-11-23 --settlement 2026-11-23.csv --json report.json',
      "datacode reconcile --date 2026-11-23 --settlement - --json < 2026-11-23.csv | jq '.report.counts'",
    ],
    [
      ...PURCHASE_SETTINGS,
      'DISCOUNTS_FILE',
      'RECONCILIATION_RULES',
      'RECONCILIATION_SIGNING_KEY',
      'TEMPORAL_UI_URL',
    ],
  );
  addComparisonOptions(command)
    .description('compares a day with MobiFone’s settlement file')
    .requiredOption('--date <day>', 'the day in Vietnam, such as 2026-11-23', date)
    .requiredOption('--settlement <file>', 'MobiFone’s settlement file of the day; - is standard input')
    .option('--next-day <file>', 'the next day’s file, if there is one')
    .option('--last-day <file>', 'the last day’s file')
    .option(
      '--other-day <day=file>',
      'the file of a day further away that has, or lacks, a sale of this file; may be given several times',
      dayFiles,
      [],
    )
    .option(
      '--correction <file>',
      'a correction file, or day=file for another day’s; may be given several times',
      correctionFiles,
      [],
    )
    .option('--carried-over <report>', 'the last day’s report, written by --json')
    .option('--archive <folder>', 'read our purchases from this archive of `datacode export`')
    .addOption(
      new Option('--archive-use <how>', 'instead of Temporal, or behind it for purchases past retention')
        .choices(ARCHIVE_USES)
        .default('instead'),
    )
    .option('--json [file]', 'the signed report; to standard output without a file')
    .option('--csv [file]', 'one line a break; to standard output without a file')
    .option('--statement [file]', 'the statement as an HTML page; to standard output without a file')
    .option('--apply', 'propose corrections of the breaks, and do those that are confirmed')
    .option('--by <person>', 'the person who confirms the corrections; with --apply')
    .option('--yes', 'confirm every proposal; with --apply')
    .addOption(
      new Option('--language <name>', 'language of the statement').choices(['vi', 'en']).default('vi'),
    )
    .option('--quiet', 'no progress line and no summary')
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  const documents = (key?: string): Wanted<Report>[] => [
    { option: '--json', destination: options.json, document: (report) => reportJson(report, key) },
    { option: '--csv', destination: options.csv, document: reportCsv },
    {
      option: '--statement',
      destination: options.statement,
      document: (report) => statementHtml(report, options.language, key),
    },
  ];
  requireDayOver(options.date);
  requireWords(options, [options.json, options.csv, options.statement].some(isStandardOutput));
  await checkDestinations(documents());
  await checkFiles(options);
  await withInternalSide(options, async (side) => {
    const applying = options.apply ? await Applying.begin(side.temporal) : undefined;
    const report = await reported(options, side, applying);
    const printed = await writeDocuments(report, documents(side.config.RECONCILIATION_SIGNING_KEY));
    if (!printed && !options.quiet) say(...reportInWords(report));
    const refused = (await applying?.apply(report, options)) ?? false;
    process.exitCode = report.clean && !refused ? EXIT.done : EXIT.notAsWanted;
  });
}

async function reported(
  options: RunOptions,
  { internal, history, count, config }: Side,
  applying: Applying | undefined,
): Promise<Report> {
  const { date: day } = options;
  const line = progressLine(options.quiet ?? false);
  const watched = new Watched(line, line.isShown ? await count(day) : undefined);
  try {
    return await reconcile({
      day,
      internal: watched.side(internal),
      files: filesOf(options, config).map((file) => ({
        ...file,
        source: watched.source(file.source),
      })),
      history: watched.history(history),
      carriedOver: await carriedOverIn(options.carriedOver, day, config.RECONCILIATION_SIGNING_KEY),
      ...(applying ? { onPair: applying.see } : {}),
      settings: settingsOf(options, config),
    });
  } finally {
    line.clear();
  }
}
