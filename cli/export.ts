import { InvalidArgumentError, type Command } from 'commander';
import { withArchiveLock } from '../archive/archive-files';
import { REAL_DISK } from '../archive/disk';
import { exportDay, type DayExport } from '../archive/export-day';
import { EXPORT_FORMATS, type ExportFormat, type Manifest } from '../archive/manifest';
import { TemporalPurchaseSource } from '../archive/temporal-source';
import { daysAfter, localDay, type LocalDay } from '../domain/local-time';
import { makeFolder } from '../runtime/folder';
import { date } from './terminal/argument-values';
import { callerPath } from './terminal/caller-path';
import { CommandFault } from './terminal/command-fault';
import { EXIT } from './terminal/exit-codes';
import { PURCHASE_SETTINGS, verb } from './terminal/help';
import { print, say, type JsonOption } from './terminal/output';
import { progressLine } from './terminal/progress-line';
import { withTemporal } from './terminal/temporal';

interface Options extends JsonOption {
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
  await makeFolder(archive);
  const all: DayExport[] = [];
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
        all.push(done);
        if (!done.manifest.complete) process.exitCode = EXIT.notAsWanted;
        if (!options.json) say(inWords(done)); // day by day: an export may take hours
      }
    }),
  );
  const results = all.map(({ manifest, kept }) => ({ ...manifest, kept }));
  print(options, results, () => []); // in words day by day, above
}

/** A day that was exported, in one line. */
function inWords({ manifest, kept }: DayExport): string {
  const { day, counts, sold } = manifest;
  const completeness = kept ? 'complete already' : whatIsMissing(manifest).join('; ') || 'complete';
  return `${day}: ${counts.purchases} purchases, ${sold.count} sold for ${sold.faceValue}, ${sold.discount} discount, ${sold.payable} payable; ${completeness}`;
}

function whatIsMissing({ day, counts, allListed }: Manifest): string[] {
  return [
    ...(counts.open > 0 ? [`${counts.open} still open: run it again when they are over`] : []),
    ...(counts.unreadable > 0
      ? [`${counts.unreadable} could not be read: run it again with the key of their payloads`]
      : []),
    ...(allListed
      ? []
      : [`the day is not known to be whole: ${day} is not over, or Temporal’s retention has passed it`]),
  ];
}

/** @throws CommandFault when these days cannot be exported */
function daysOf({ from, to }: Options): LocalDay[] {
  if (from > to) throw new CommandFault(`--from ${from} is after --to ${to}.`);
  const today = localDay(new Date());
  if (to > today) throw new CommandFault(`--to ${to} is in the future; today is ${today}.`);
  const days: LocalDay[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1)) days.push(day);
  return days;
}

function formats(text: string): ExportFormat[] {
  const wanted = text.split(',').map((name) => name.trim());
  const known = EXPORT_FORMATS.filter((format) => wanted.includes(format));
  if (known.length !== new Set(wanted).size || !known.includes('ndjson')) {
    throw new InvalidArgumentError(
      'It must be ndjson or ndjson,csv: later runs and reconciliation read the NDJSON.',
    );
  }
  return known;
}

/** `export`: purchases with all their steps into an archive, a folder a day. */
export function addExport(command: Command): void {
  verb(
    command,
    'exports purchases with all their steps into an archive, one folder a day; it may be stopped and run again',
    [
      'datacode export --from 2026-11-01 --to 2026-11-30 --out archive',
      "datacode export --from 2026-11-23 --to 2026-11-23 --json | jq '.[].counts'",
    ],
    [...PURCHASE_SETTINGS, 'RECONCILIATION_SIGNING_KEY'],
  )
    .requiredOption('--from <day>', 'first day in Vietnam, such as 2026-11-01', date)
    .requiredOption('--to <day>', 'last day, such as 2026-11-30', date)
    .option('--out <folder>', 'the archive', 'datacode-archive')
    .option('--format <names>', 'ndjson, or ndjson,csv', formats, [...EXPORT_FORMATS])
    .option('--full-numbers', 'write subscriber numbers unmasked into the CSV files', false)
    .option('--refresh', 'export days again that are complete already', false)
    .option('--quiet', 'no progress line', false)
    .action(run);
}
