import type { LocalDay } from '../domain/local-time';
import type { DayFiles } from './archive-files';
import { ARCHIVE_FORMAT } from './archived-purchase';
import { CsvFile } from './csv-file';
import type { DayJournal } from './day-journal';
import type { Disk } from './disk';
import { indexText, inOrder, type IndexPlace } from './archive-index';
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
 * withdrawn before and put in place last, so that a day with a manifest is always a whole one. A failure leaves the
 * journal, and nothing of a file that is not whole.
 */
export async function writeDay(journal: DayJournal, files: DayFiles, work: DayWriting): Promise<Manifest> {
  const begun: SealedFile[] = [];
  const begin: Begin = async (file) => {
    const sealed = await SealedFile.begin(file, work.disk);
    begun.push(sealed);
    return sealed;
  };
  try {
    return await write(journal, files, work, begin);
  } catch (fault) {
    for (const file of begun) await file.discard();
    throw fault;
  }
}

type Begin = (file: string) => Promise<SealedFile>;

async function write(
  journal: DayJournal,
  files: DayFiles,
  { day, formats, numbersInCsv, exportedAt, key, disk }: DayWriting,
  begin: Begin,
): Promise<Manifest> {
  const purchases = await begin(files.purchases);
  const index = await begin(files.index);
  const csv = formats.includes('csv') ? await beginCsv(files, numbersInCsv, begin) : undefined;
  const tally = new ManifestTally();
  const places: IndexPlace[] = [];
  for await (const purchase of journal.purchases()) {
    tally.add(purchase);
    const line = `${JSON.stringify(purchase)}\n`;
    const { purchaseId } = purchase;
    places.push({ purchaseId, offset: purchases.bytes, length: Buffer.byteLength(line) - 1 });
    await purchases.write(line, 1);
    await csv?.purchases.add(purchase);
    for (const row of stepRows(purchase)) await csv?.steps.add(row);
  }
  for (const place of inOrder(places)) await index.write(indexText(place), 1);
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
  const manifestFile = await begin(files.manifest);
  await manifestFile.write(sealedManifest(manifest, key), 1);
  await manifestFile.finish();
  await disk.remove(files.manifest);
  for (const file of [...made, manifestFile]) await file.putInPlace();
  return manifest;
}

async function beginCsv(files: DayFiles, numbers: NumberStyle, begin: Begin) {
  return {
    purchases: await CsvFile.begin(await begin(files.purchasesCsv), PURCHASE_COLUMNS, numbers),
    steps: await CsvFile.begin(await begin(files.stepsCsv), STEP_COLUMNS, numbers),
  };
}
