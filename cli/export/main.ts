import { Command, InvalidArgumentError } from 'commander';
import { withArchiveLock } from '../../archive/archive-lock';
import { REAL_DISK } from '../../archive/disk';
import { exportDay, type DayExport } from '../../archive/export-day';
import { EXPORT_FORMATS, type ExportFormat } from '../../archive/manifest';
import { TemporalPurchaseSource } from '../../archive/temporal-source';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import { callerPath } from '../terminal/caller-path';
import { progressLine } from '../terminal/progress-line';
import { runCommand } from '../terminal/run-command';
import { date } from '../reconcile/options';
import { withTemporal } from '../reconcile/temporal';
import { inWords } from './words';

const EXIT = { complete: 0, incomplete: 1 } as const;

interface Options {
  from: LocalDay;
  to: LocalDay;
  out: string;
  format: ExportFormat[];
  fullNumbers: boolean;
  refresh: boolean;
  quiet: boolean;
}

async function run(options: Options): Promise<void> {
  const days = daysOf(options);
  const archive = callerPath(options.out);
  await REAL_DISK.makeFolder(archive);
  await withArchiveLock(archive, () =>
    withTemporal(async ({ client, config }) => {
      const line = progressLine(options.quiet);
      const source = new TemporalPurchaseSource(client);
      for (const day of days) {
        const done = await exportDay(day, {
          archive,
          source,
          formats: options.format,
          numbersInCsv: options.fullNumbers ? 'full' : 'masked',
          refresh: options.refresh,
          key: config.RECONCILIATION_SIGNING_KEY,
          disk: REAL_DISK,
          now: () => new Date(),
          progress: ({ listed, read }) => line.show(() => `${day}: ${listed} purchases listed, ${read} read`),
        });
        line.clear();
        tell(done);
      }
    }),
  );
}

function tell(done: DayExport): void {
  process.stdout.write(`${inWords(done)}\n`);
  if (!done.manifest.complete) process.exitCode = EXIT.incomplete;
}

/** @throws CommanderError when they are no days to export */
function daysOf({ from, to }: Options): LocalDay[] {
  if (from > to) program.error(`error: --from ${from} is after --to ${to}.`);
  const today = localDay(new Date());
  if (to > today) program.error(`error: --to ${to} is to come; today is ${today}.`);
  const days: LocalDay[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1)) days.push(day);
  return days;
}

function formats(text: string): ExportFormat[] {
  const wanted = text.split(',').map((name) => name.trim());
  const known = EXPORT_FORMATS.filter((format) => wanted.includes(format));
  if (known.length !== new Set(wanted).size || !known.includes('ndjson')) {
    throw new InvalidArgumentError(
      'It must be ndjson or ndjson,csv: the NDJSON is what later runs and reconciliation read.',
    );
  }
  return known;
}

const program = new Command('datacode-export')
  .description(
    'Exports purchases with all their steps into an archive, a folder a day. It may be stopped at any moment and run again.',
  )
  .requiredOption('--from <day>', 'the first day in Vietnam, as 2026-11-01', date)
  .requiredOption('--to <day>', 'the last day, as 2026-11-30', date)
  .option('--out <folder>', 'the archive', 'datacode-archive')
  .option('--format <names>', 'ndjson, or ndjson,csv', formats, [...EXPORT_FORMATS])
  .option('--full-numbers', 'subscriber numbers in clear in the CSV files', false)
  .option('--refresh', 'looks at days that are complete once more', false)
  .option('--quiet', 'no progress line', false)
  .addHelpText(
    'after',
    '\nExits 0 when every day is complete, 1 when one is not yet or not wholly readable, 2 when it could not run.',
  )
  .exitOverride()
  .action(run);

void runCommand(program);
