import { open, readdir } from 'node:fs/promises';
import type { PurchaseId } from '../domain/identifiers';
import { calendarDay, type LocalDay } from '../domain/local-time';
import { ArchiveFault, dayFiles } from './archive-files';
import { findInIndex } from './archive-index';
import type { ArchivedPurchase } from './archived-purchase';
import { placedLines } from './lines';
import { readManifest, type Manifest } from './manifest';
import { requireUnchanged, unchangedBytes } from './sealed-file';

/** Reads an archive. Every file is checked against its day's sealed manifest before it is used. */
export class Archive {
  private readonly manifests = new Map<LocalDay, Promise<Manifest | undefined>>();
  private readonly checked = new Map<string, Promise<void>>();
  private listed: Promise<LocalDay[]> | undefined;

  /** @param key the key that manifests must be sealed with; without it only their digests are checked */
  constructor(
    readonly folder: string,
    private readonly key: string | undefined,
  ) {}

  /** Undefined when the archive does not have the day. */
  manifest(day: LocalDay): Promise<Manifest | undefined> {
    const known = this.manifests.get(day) ?? readManifest(dayFiles(this.folder, day).manifest, day, this.key);
    this.manifests.set(day, known);
    return known;
  }

  /**
   * The day's purchases in the order of acceptance; none when the archive does not have the day.
   * @throws ArchiveFault also after the last one, when the file was changed while it was read
   */
  async *purchasesOf(day: LocalDay): AsyncGenerator<ArchivedPurchase> {
    const { purchases } = dayFiles(this.folder, day);
    const manifest = await this.manifest(day);
    if (!manifest || !(await this.isUsable(day, purchases))) return;
    for await (const { text } of placedLines(unchangedBytes(purchases, manifest)))
      yield JSON.parse(text) as ArchivedPurchase; // as we wrote it, or the reading fails
  }

  /** Finds a purchase of any day; the earliest, if an order was repeated past retention. */
  async find(id: PurchaseId): Promise<ArchivedPurchase | undefined> {
    for (const day of await this.days()) {
      const found = await this.findOn(day, id);
      if (found) return found;
    }
    return undefined;
  }

  async findOn(day: LocalDay, id: PurchaseId): Promise<ArchivedPurchase | undefined> {
    const { index, purchases } = dayFiles(this.folder, day);
    if (!(await this.isUsable(day, index))) return undefined;
    const place = await findInIndex(index, id);
    if (!place) return undefined;
    await this.isUsable(day, purchases);
    return readPlace(purchases, place.offset, place.length);
  }

  private days(): Promise<LocalDay[]> {
    this.listed ??= readdir(this.folder).then(
      (names) => names.flatMap((name) => calendarDay(name) ?? []).toSorted(),
      (fault: NodeJS.ErrnoException) => {
        throw new ArchiveFault(this.folder, `cannot be read as an archive (${fault.code ?? fault.message}).`);
      },
    );
    return this.listed;
  }

  /** @throws ArchiveFault when the file was changed since it was exported */
  private async isUsable(day: LocalDay, file: string): Promise<boolean> {
    const manifest = await this.manifest(day);
    if (!manifest) return false;
    const check = this.checked.get(file) ?? requireUnchanged(file, manifest);
    this.checked.set(file, check);
    await check;
    return true;
  }
}

async function readPlace(file: string, offset: number, length: number): Promise<ArchivedPurchase> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return JSON.parse(buffer.toString()) as ArchivedPurchase; // unchanged since we wrote it
  } finally {
    await handle.close();
  }
}
