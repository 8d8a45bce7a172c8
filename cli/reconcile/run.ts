import { Option, type Command } from 'commander';
import { requireDayOver } from '../../reconciliation/day-over';
import { reconcile } from '../../reconciliation/reconcile';
import type { Report } from '../../reconciliation/report';
import { BreakSpool } from '../../reconciliation/break-spool';
import { badLinesCsv } from '../../reconciliation/report-csv';
import { reportJson } from '../../reconciliation/report-files';
import { statementHtml } from '../../reconciliation/statement';
import { loadParties } from '../../reconciliation/statement-parties';
import { statementWorkbook } from '../../reconciliation/statement-workbook';
import { LISTED_BREAKS } from '../../reconciliation/break-list';
import { BREAK_KIND_NAMES } from '../../domain/reconciliation/breaks';
import { readableText } from '../purchases/attribution';
import { callerPath } from '../terminal/caller-path';
import type { StatementLanguage } from '../../reconciliation/statement-words';
import type { LocalDay } from '../../domain/local-time';
import { progressLine } from '../terminal/progress-line';
import { Applying, requireWords, type ApplyOptions } from './apply';
import { EXIT } from '../terminal/exit-codes';
import { date, several, whole } from '../terminal/argument-values';
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
import { owedBefore } from './opening';
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
  workbook?: Destination;
  badLines?: Destination;
  parties?: string;
  for: 'agent' | 'mobifone';
  opening?: string;
  paid?: number;
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
      'PACKAGES_FILE',
      'RECONCILIATION_RULES',
      'RECONCILIATION_SIGNING_KEY',
      'TEMPORAL_UI_URL',
    ],
  );
  addComparisonOptions(command)
    .description('compares a day with MobiFone’s settlement file')
    .requiredOption('--date <day>', 'the day in Vietnam, such as 2026-11-23', date)
    .requiredOption(
      '--settlement <file>',
      'MobiFone’s settlement file of the day; - is standard input; several times for a day of several files',
      several,
    )
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
    .option(
      '--bad-lines [file]',
      'every line that could not be used, as CSV; to standard output without a file',
    )
    .option('--statement [file]', 'the statement as an HTML page; to standard output without a file')
    .option('--workbook [file]', 'the figures of the statement as .xlsx; to standard output without a file')
    .option('--parties <file>', 'who signs the statement: contract, names, tax codes, representatives')
    .addOption(
      new Option(
        '--for <receiver>',
        'of the statement: MobiFone sees full numbers, and no figures by channel',
      )
        .choices(['agent', 'mobifone'])
        .default('agent'),
    )
    .option(
      '--opening <dong>',
      'what the agent owed before the day, for the statement: an amount, or the account up to the day before (period --json)',
    )
    .option('--paid <dong>', 'what the agent paid on the day, for the statement', whole)
    .option('--apply', 'propose corrections of the breaks, and do those that are confirmed')
    .option('--by <person>', 'the person who confirms the corrections; with --apply', readableText)
    .option('--yes', 'confirm every proposal; with --apply')
    .addOption(
      new Option('--language <name>', 'language of the statement').choices(['vi', 'en']).default('vi'),
    )
    .option('--quiet', 'no progress line and no summary')
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  const { json, csv, statement, workbook, badLines, parties } = options;
  requireDayOver(options.date);
  requireWords(options, [json, csv, statement, workbook, badLines].some(isStandardOutput));
  if (parties !== undefined) loadParties(callerPath(parties)); // refused before any work is done
  await checkDestinations(documents(options));
  await checkFiles(options);
  await withInternalSide(options, (side) =>
    BreakSpool.during(async (spool) => {
      const applying = options.apply ? await Applying.begin(side.temporal) : undefined;
      const files = filesOf(options, side.config);
      const numbers = new Map<string, string>();
      const key = side.config.RECONCILIATION_SIGNING_KEY;
      const opening = await owedBefore(options.opening, options.date, key);
      const report = await reported(options, side, { files, spool, applying, numbers });
      const beside = { key, opening, spool, files, numbers };
      const printed = await writeDocuments(report, documents(options, beside));
      if (!printed && !options.quiet) say(...reportInWords(report));
      const refused = (await applying?.apply(report, options)) ?? false;
      process.exitCode = report.clean && !refused ? EXIT.done : EXIT.notAsWanted;
    }),
  );
}

interface Read {
  files: ReturnType<typeof filesOf>;
  spool: BreakSpool;
  /** Full subscriber numbers by purchase, of the breaks that a statement may show. */
  numbers: Map<string, string>;
}

/** What the documents say beside the report. */
interface Beside extends Read {
  key: string | undefined;
  opening: number | undefined;
}

/** @param from absent while only the destinations are checked */
function documents(options: RunOptions, from?: Beside): Wanted<Report>[] {
  const { json, csv, statement, workbook, badLines, language } = options;
  const bad = () => from?.files.map(({ role, source }) => ({ role, badLines: source.allBadLines() })) ?? [];
  return [
    { option: '--json', destination: json, document: (report) => reportJson(report, from?.key) },
    { option: '--csv', destination: csv, document: () => from?.spool.csv() ?? '' },
    { option: '--bad-lines', destination: badLines, document: () => badLinesCsv(bad()) },
    {
      option: '--statement',
      destination: statement,
      document: (report) =>
        statementHtml(report, language, from?.key, {
          parties: options.parties === undefined ? undefined : loadParties(callerPath(options.parties)),
          receiver: options.for,
          numbers: from?.numbers ?? new Map(),
          opening: from?.opening,
          paid: options.paid,
        }),
    },
    {
      option: '--workbook',
      destination: workbook,
      document: (report) => statementWorkbook(report, language, from?.key),
    },
  ];
}

async function reported(
  options: RunOptions,
  { internal, history, count, config }: Side,
  { files, spool, applying, numbers }: Read & { applying: Applying | undefined },
): Promise<Report> {
  const { date: day } = options;
  const line = progressLine(options.quiet ?? false);
  const watched = new Watched(line, line.isShown ? await count(day) : undefined);
  try {
    return await reconcile({
      day,
      internal: watched.side(internal),
      files: files.map((file) => ({ ...file, source: watched.source(file.source) })),
      history: watched.history(history),
      carriedOver: await carriedOverIn(options.carriedOver, day, config.RECONCILIATION_SIGNING_KEY),
      onBreak: (row, subscriber) => {
        if (
          subscriber &&
          options.for === 'mobifone' &&
          numbers.size < LISTED_BREAKS * BREAK_KIND_NAMES.length
        ) {
          numbers.set(row.purchaseId, subscriber);
        }
        return spool.add(row);
      },
      ...(applying ? { onPair: applying.see } : {}),
      settings: settingsOf(options, config),
    });
  } finally {
    line.clear();
  }
}
