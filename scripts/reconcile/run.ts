import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { loadDiscountRules } from '../../catalogue/load';
import { TemporalHistoryReader } from '../../client/reconciliation/history-reader';
import { VisibilityOurSide } from '../../client/reconciliation/our-side';
import { reconcile } from '../../client/reconciliation/reconcile';
import { reportCsv, reportJson } from '../../client/reconciliation/report-files';
import { THOUSANDS_RULES } from '../../client/reconciliation/settlement-fields';
import { SETTLEMENT_ENCODINGS } from '../../client/reconciliation/settlement-text';
import { statementHtml } from '../../client/reconciliation/statement';
import type { StatementLanguage } from '../../client/reconciliation/statement-words';
import type { LocalDay } from '../../domain/local-time';
import { EXIT } from './exit-codes';
import { date, several, whole } from './options';
import { filesOf, type FileOptions } from './settlement-files';
import { withTemporal } from './temporal';
import { inWords } from './words';

interface Options extends FileOptions {
  date: LocalDay;
  tolerance: number;
  cutOffMinutes: number;
  json?: string;
  csv?: string;
  statement?: string;
  language: StatementLanguage;
}

/** `run`, the command's main work: compares one day. */
export function addRun(command: Command): void {
  command
    .description('compares a day with MobiFone’s settlement file')
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
    .action(run);
}

async function run(options: Options): Promise<void> {
  await withTemporal(async ({ client, config, webUiUrl }) => {
    const report = await reconcile({
      day: options.date,
      ours: new VisibilityOurSide(client),
      files: filesOf(options),
      history: new TemporalHistoryReader(client, webUiUrl),
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
  });
}
