import { open, type FileHandle } from 'node:fs/promises';
import type { LocalDay } from '../domain/local-time';
import { ARCHIVE_FORMAT, type ArchivedPurchase } from './archived-purchase';
import type { Disk, GrowingFile } from './disk';
import { JournalPlaces, type JournalLine } from './journal-places';

/**
 * What was read of a day so far, one line a purchase, only ever added to: it is the checkpoint. A run that was killed
 * leaves whole lines and at most one torn one, which is cut off.
 */
export class DayJournal {
  private constructor(
    private readonly places: JournalPlaces,
    private readonly growing: GrowingFile,
    private readonly reading: FileHandle,
  ) {}

  static async open(file: string, day: LocalDay, disk: Disk): Promise<DayJournal> {
    const places = await JournalPlaces.of(file, day);
    const growing = await disk.grow(file, 'keep');
    const journal = new DayJournal(places, growing, await open(file, 'r'));
    try {
      await disk.truncate(file, places.size);
      if (places.size === 0) await journal.write([{ format: ARCHIVE_FORMAT, day }]);
      return journal;
    } catch (fault) {
      await journal.close();
      throw fault;
    }
  }

  get allListed(): boolean {
    return this.places.allListed;
  }

  /** Whether all that can be known of this run is here already. */
  hasFinal(runId: string): boolean {
    return this.places.ofRun(runId)?.final === true;
  }

  has(runId: string): boolean {
    return this.places.ofRun(runId) !== undefined;
  }

  async add(purchases: readonly ArchivedPurchase[]): Promise<void> {
    if (purchases.length > 0) await this.write(purchases.map((purchase) => ({ purchase })));
  }

  async noteAllListed(): Promise<void> {
    if (!this.allListed) await this.write([{ allListed: true }]);
  }

  /** Comes back when what is here would outlive a power cut. */
  sync(): Promise<void> {
    return this.growing.sync();
  }

  /** The day's purchases in the order of the archive; of each the latest run. */
  async *purchases(): AsyncGenerator<ArchivedPurchase> {
    for (const { offset, length } of this.places.inOrder()) {
      const { buffer } = await this.reading.read(Buffer.alloc(length), 0, length, offset);
      const { purchase } = JSON.parse(buffer.toString()) as { purchase: ArchivedPurchase }; // a line of ours
      yield purchase;
    }
  }

  async close(): Promise<void> {
    await this.growing.close();
    await this.reading.close();
  }

  private async write(lines: readonly JournalLine[]): Promise<void> {
    const texts = lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`));
    await this.growing.append(Buffer.concat(texts));
    for (const [index, line] of lines.entries()) this.places.take(line, (texts[index]?.length ?? 1) - 1);
  }
}
