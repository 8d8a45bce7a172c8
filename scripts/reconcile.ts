import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { loadDiscountRules } from '../catalogue/load';
import { temporalTarget } from '../client/connection';
import { TemporalHistoryReader } from '../client/reconciliation/history-reader';
import { VisibilityOurSide } from '../client/reconciliation/our-side';
import { reconcile } from '../client/reconciliation/reconcile';
import type { FileRole, Report } from '../client/reconciliation/report';
import { reportCsv, reportJson } from '../client/reconciliation/report-files';
import { THOUSANDS_RULES, type ThousandsRule } from '../client/reconciliation/settlement-fields';
import { SettlementFile } from '../client/reconciliation/settlement-file';
import { SETTLEMENT_ENCODINGS, type SettlementEncoding } from '../client/reconciliation/settlement-text';
import { statementHtml } from '../client/reconciliation/statement';
import type { StatementLanguage } from '../client/reconciliation/statement-words';
import { loadOperatorConfig } from '../config';
import type { LocalDay } from '../domain/local-time';

/** How long to try to reach Temporal, ms. */
const CONNECT_TIMEOUT = 10_000;
const EXIT = { clean: 0, breaks: 1, couldNotRun: 2 } as const;

interface Options {
  date: LocalDay;
  settlement: string;
  nextDay?: string;
  lastDay?: string;
  correction: string[];
  encoding?: SettlementEncoding;
  thousands: ThousandsRule;
  tolerance: number;
  cutOffMinutes: number;
  json?: string;
  csv?: string;
  statement?: string;
  language: StatementLanguage;
}

async function run(options: Options): Promise<void> {
  const config = loadOperatorConfig();
  const { connectionOptions, namespace, embedded } = temporalTarget(config);
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_TIMEOUT });
  try {
    const client = new Client({ connection, namespace });
    const webUi = embedded ? `http://127.0.0.1:${config.TEMPORAL_UI_PORT}` : (config.TEMPORAL_UI_URL ?? null);
    const report = await reconcile({
      day: options.date,
      ours: new VisibilityOurSide(client),
      files: filesOf(options),
      history: new TemporalHistoryReader(client, webUi),
      settings: {
        cutOffMinutes: options.cutOffMinutes,
        tolerance: options.tolerance,
        rules: loadDiscountRules(config.DISCOUNTS_FILE),
      },
    });
    const key = config.RECONCILIATION_SIGNING_KEY;
    if (options.json) await writeFile(options.json, reportJson(report, key));
    if (options.csv) await writeFile(options.csv, reportCsv(report));
    if (options.statement) await writeFile(options.statement, statementHtml(report, options.language, key));
    process.stdout.write(`${inWords(report)}\n`);
    process.exitCode = report.clean ? EXIT.clean : EXIT.breaks;
  } finally {
    await connection.close();
  }
}

function filesOf(options: Options): { role: FileRole; source: SettlementFile }[] {
  const { settlement, correction, lastDay, nextDay, encoding, thousands } = options;
  const named: [FileRole, string][] = [
    ['day', settlement],
    ...correction.map((file): [FileRole, string] => ['correction', file]),
    ...(lastDay ? [['last_day', lastDay] satisfies [FileRole, string]] : []),
    ...(nextDay ? [['next_day', nextDay] satisfies [FileRole, string]] : []),
  ];
  const reading = { thousands, ...(encoding ? { encoding } : {}) };
  return named.map(([role, file]) => ({ role, source: new SettlementFile(bytesOf(file), reading) }));
}

/** Opened when it is read, so that a missing file is told in its turn. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Uint8Array>; // without an encoding its chunks are bytes
}

function inWords({ day, clean, totals, counts, files }: Report): string {
  const bad = files.reduce((sum, { badLines }) => sum + badLines.length, 0);
  const { ours, theirs, difference } = totals;
  return [
    `${day}: ${clean ? 'clean' : 'not clean'}`,
    `  ours ${ours.count} sales, ${ours.gross} gross, ${ours.discount} discount, ${ours.payable} payable`,
    `  theirs ${theirs.count} sales, ${theirs.gross} gross, ${theirs.discount} discount, ${theirs.payable} payable`,
    `  difference ${difference.gross} gross, ${difference.discount} discount, ${difference.payable} payable`,
    ...Object.entries(counts).map(([kind, count]) => `  ${count} ${kind}`),
    ...(bad > 0 ? [`  ${bad} bad line(s)`] : []),
  ].join('\n');
}

function date(text: string): LocalDay {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(NaN);
  if (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return text as LocalDay; // just checked
  throw new InvalidArgumentError('It must be a day, as 2026-11-23.');
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 0 or more.');
}

const several = (file: string, before: string[]): string[] => [...before, file];

const program = new Command('reconcile')
  .description(
    'Compares a day with MobiFone’s settlement file. Exits 0 when clean, 1 with breaks, 2 when it could not run.',
  )
  .requiredOption('--date <day>', 'the day in Vietnam, as 2026-11-23', date)
  .requiredOption('--settlement <file>', 'MobiFone’s settlement file of the day')
  .option('--next-day <file>', 'the next day’s file, if it is there')
  .option('--last-day <file>', 'the last day’s file')
  .option('--correction <file>', 'a correction file; may be given several times', several, [])
  .addOption(
    new Option('--encoding <name>', 'of a file without a byte order mark').choices(SETTLEMENT_ENCODINGS),
  )
  .addOption(
    new Option('--thousands <rule>', 'separators in amounts').choices(THOUSANDS_RULES).default('refuse'),
  )
  .option('--tolerance <dong>', 'amounts that differ by no more are let pass', whole, 0)
  .option('--cut-off-minutes <minutes>', 'how near to midnight a line may be awaited', whole, 30)
  .option('--json <file>', 'writes the signed report')
  .option('--csv <file>', 'writes one line a break')
  .option('--statement <file>', 'writes the statement as an HTML page')
  .addOption(new Option('--language <name>', 'of the statement').choices(['vi', 'en']).default('vi'))
  .exitOverride()
  .action(run);

program.parseAsync().catch((fault: unknown) => {
  if (fault instanceof CommanderError) {
    process.exitCode = fault.exitCode === 0 ? EXIT.clean : EXIT.couldNotRun; // commander has said what is wrong
    return;
  }
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = EXIT.couldNotRun;
});
