import { daysAfter, localDayStart, type LocalDay } from '../domain/local-time';
import { INDEXED_AFTER_MS } from '../domain/search-attributes';
import { ArchiveFault, dayFiles, type DayFiles } from './archive-files';
import type { ArchivedPurchase } from './archived-purchase';
import { DayJournal } from './day-journal';
import type { Disk } from './disk';
import { placedLines } from './lines';
import { EXPORT_FORMATS, readManifest, type ExportFormat, type Manifest, type NumberStyle } from './manifest';
import { requireUnchanged, unchangedBytes } from './sealed-file';
import { writeDay } from './write-day';

/** How many histories are read at once. */
const READ_AT_ONCE = 16;
/** Purchases that are taken over from an earlier export in one write. */
const TAKEN_AT_ONCE = 256;
/** Purchases that are read between two times that the journal is made safe against a power cut. */
const SYNC_EVERY = 1024;

/** A purchase of the day that is listed: which it is, and how it is read with all its steps. */
export interface ListedPurchase {
  /** Of the run: what was read of a closed run is never read again. */
  runId: string;
  /** Nothing when it is forgotten since it was listed. */
  read(): Promise<ArchivedPurchase | undefined>;
}

/** Where purchases are exported from. */
export interface PurchaseSource {
  /** The day's purchases, in any order, each once: by its latest run. */
  purchasesOf(day: LocalDay): AsyncIterable<ListedPurchase>;
  /** Purchases that were closed before this moment may be forgotten, ms; undefined when nobody can tell. */
  keptSince(): Promise<number | undefined>;
}

export interface Exporting {
  archive: string;
  source: PurchaseSource;
  formats: readonly ExportFormat[];
  numbersInCsv: NumberStyle;
  /** Looks at days that are complete again, such as after a reset of closed purchases. */
  refresh: boolean;
  /** Seals the manifests; those that are there must be sealed with it. */
  key: string | undefined;
  disk: Disk;
  now: () => Date;
  progress: (done: Progress) => void;
}

export interface Progress {
  day: LocalDay;
  /** Purchases listed so far, and those of them that had to be read. */
  listed: number;
  read: number;
}

export interface DayExport {
  manifest: Manifest;
  /** Whether the day was complete already and left as it was. */
  kept: boolean;
}

/**
 * Exports a day, from where the last run of it came to. What was read of a closed purchase is never read again; the
 * same purchases give the same files, however often it was killed on the way.
 * @throws ArchiveFault when the day is there and was changed since; Error when its folder or journal is another user's
 */
export async function exportDay(day: LocalDay, work: Exporting): Promise<DayExport> {
  const { archive, disk, key } = work;
  const files = dayFiles(archive, day);
  await disk.makeFolder(files.folder);
  const standing = await readManifest(files.manifest, day, key);
  if (standing?.complete && !work.refresh && isAsWanted(standing, work)) {
    await disk.remove(files.journal); // a run that was killed at its very end leaves it
    return { manifest: standing, kept: true };
  }
  const journal = await DayJournal.open(files.journal, day, disk);
  try {
    if (standing) await takeOver(standing, files, journal, disk);
    if (!standing?.complete || work.refresh) await readAll(day, journal, work);
    await journal.sync();
    const manifest = await writeDay(journal, files, {
      day,
      formats: EXPORT_FORMATS.filter((one) => work.formats.includes(one) || standing?.formats.includes(one)),
      numbersInCsv: work.formats.includes('csv') ? work.numbersInCsv : (standing?.numbersInCsv ?? 'masked'),
      exportedAt: work.now(),
      key,
      disk,
    });
    await disk.remove(files.journal);
    return { manifest, kept: false };
  } finally {
    await journal.close();
  }
}

function isAsWanted(standing: Manifest, { formats, numbersInCsv }: Exporting): boolean {
  if (!formats.every((format) => standing.formats.includes(format))) return false;
  return !formats.includes('csv') || standing.numbersInCsv === numbersInCsv;
}

/** What an earlier export has of the day; so that the journal has all of it when the old files are replaced. */
async function takeOver(standing: Manifest, files: DayFiles, journal: DayJournal, disk: Disk): Promise<void> {
  await requireUnchanged(files.purchases, standing);
  try {
    let batch: ArchivedPurchase[] = [];
    for await (const { text } of placedLines(unchangedBytes(files.purchases, standing))) {
      const purchase = JSON.parse(text) as ArchivedPurchase; // as we wrote it, or the reading fails
      if (!journal.has(purchase.run.runId)) batch.push(purchase);
      if (batch.length < TAKEN_AT_ONCE) continue;
      await journal.add(batch);
      batch = [];
    }
    await journal.add(batch);
  } catch (fault) {
    if (fault instanceof ArchiveFault) await disk.remove(files.journal); // it may hold what was never exported
    throw fault;
  }
  if (standing.allListed) await journal.noteAllListed();
}

async function readAll(day: LocalDay, journal: DayJournal, work: Exporting): Promise<void> {
  const begun = work.now().getTime();
  let listed = 0;
  let read = 0;
  let batch: ListedPurchase[] = [];
  const readBatch = async () => {
    const purchases = await Promise.all(batch.map((one) => one.read()));
    await journal.add(purchases.filter((purchase) => purchase !== undefined));
    read += batch.length;
    batch = [];
    if (read % SYNC_EVERY === 0) await journal.sync();
    work.progress({ day, listed, read });
  };
  for await (const one of work.source.purchasesOf(day)) {
    listed += 1;
    if (journal.hasFinal(one.runId)) continue;
    batch.push(one);
    if (batch.length === READ_AT_ONCE) await readBatch();
  }
  if (batch.length > 0) await readBatch();
  const keptSince = await work.source.keptSince();
  const ended = begun >= localDayStart(daysAfter(day, 1)) + INDEXED_AFTER_MS;
  if (ended && (keptSince === undefined || keptSince <= localDayStart(day))) await journal.noteAllListed();
  work.progress({ day, listed, read });
}
