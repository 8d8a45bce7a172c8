import type { LocalDay } from '../../domain/local-time';
import type { DayFiles } from './archive-files';
import { ARCHIVE_FORMAT } from './archived-purchase';
import { CsvFile } from './csv-file';
import type { DayJournal } from './day-journal';
import type { Disk } from './disk';
import { indexText, IndexWriter } from './archive-index';
import {
  ManifestTally,
  sealedManifest,
  type ExportFormat,
  type Manifest,
  type NumberStyle,
} from './manifest';
import { PURCHASE_COLUMNS } from './purchase-columns';
import { SealedFile } from './sealed-file';
import { STEP_COLUMNS, stepRows } from './step-columns';

export interface DayWriting {
  day: LocalDay;
  formats: readonly ExportFormat[];
  numbersInCsv: NumberStyle;
  exportedAt: Date;
  key: string | undefined;
  disk: Disk;
}

/**
 * Makes the day's files from its journal. They are whole on the disk before the first is put in place; the manifest is
 * withdrawn before and put in place last, so that a day with a manifest is always a whole one.
 */
export async function writeDay(
  journal: DayJournal,
  files: DayFiles,
  { day, formats, numbersInCsv, exportedAt, key, disk }: DayWriting,
): Promise<Manifest> {
  const purchases = await SealedFile.begin(files.purchases, disk);
  const index = await SealedFile.begin(files.index, disk);
  const csv = formats.includes('csv') ? await beginCsv(files, numbersInCsv, disk) : undefined;
  const tally = new ManifestTally();
  const places = new IndexWriter();
  for await (const purchase of journal.purchases()) {
    tally.add(purchase);
    const line = `${JSON.stringify(purchase)}\n`;
    places.add(purchase.purchaseId, purchases.bytes, Buffer.byteLength(line) - 1);
    await purchases.write(line, 1);
    await csv?.purchases.add(purchase);
    for (const row of stepRows(purchase)) await csv?.steps.add(row);
  }
  for (const place of places.inOrder()) await index.write(indexText(place), 1);
  const made = [purchases, index, ...(csv ? [csv.purchases, csv.steps] : [])];
  const sealed: Manifest['files'] = [];
  for (const file of made) sealed.push(await file.finish());
  const { counts } = tally;
  const manifest: Manifest = {
    format: ARCHIVE_FORMAT,
    day,
    exportedAt: exportedAt.toISOString(),
    complete: journal.allListed && counts.open === 0 && counts.unreadable === 0,
    allListed: journal.allListed,
    formats: [...formats],
    numbersInCsv,
    ...tally.total(),
    files: sealed,
  };
  const manifestFile = await SealedFile.begin(files.manifest, disk);
  await manifestFile.write(sealedManifest(manifest, key), 1);
  await manifestFile.finish();
  await disk.remove(files.manifest);
  for (const file of [...made, manifestFile]) await file.putInPlace();
  return manifest;
}

async function beginCsv(files: DayFiles, numbers: NumberStyle, disk: Disk) {
  return {
    purchases: await CsvFile.begin(files.purchasesCsv, PURCHASE_COLUMNS, numbers, disk),
    steps: await CsvFile.begin(files.stepsCsv, STEP_COLUMNS, numbers, disk),
  };
}
