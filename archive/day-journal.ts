import { existsSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import { acceptedAt, ARCHIVE_FORMAT, isFinal, type ArchivedPurchase } from './archived-purchase';
import type { Disk, GrowingFile } from './disk';
import { placedLines } from './lines';
import { parsedJson } from '../runtime/json-file';
import { compareText } from '../runtime/text-order';

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

/** Where a purchase is in a journal, and what decides about its place in the day. */
interface Place {
  purchaseId: PurchaseId;
  acceptedAt: number;
  runStartedAt: number;
  final: boolean;
  offset: number;
  length: number;
}

/** A line of a journal: what it is a journal of, that the day is listed in whole, or a purchase. */
type JournalLine = { format: string; day: string } | { allListed: true } | { purchase: ArchivedPurchase };

/** The places of a journal's purchases: all of a journal that is held in memory. */
class JournalPlaces {
  /** Every purchase of the day is known: it was listed after its end, before retention took any. */
  allListed = false;
  /** Bytes of the journal that can be used. */
  size = 0;
  private readonly byRun = new Map<string, Place>();

  /** Takes the lines that are whole and sound, up to the first that is not: a kill may have torn it. */
  static async of(file: string, day: LocalDay): Promise<JournalPlaces> {
    const places = new JournalPlaces();
    if (!existsSync(file)) return places;
    for await (const { text, length, whole } of placedLines(file)) {
      const line = whole ? (parsedJson(text) as JournalLine | undefined) : undefined; // only `DayJournal` writes here
      if (!line) return places;
      const begins = 'format' in line && line.format === ARCHIVE_FORMAT && line.day === day;
      if (places.size === 0 && !begins) return places; // another version's: it is begun anew
      places.take(line, length);
    }
    return places;
  }

  /** @param length bytes of the line, its end not counted */
  take(line: JournalLine, length: number): void {
    if ('allListed' in line) this.allListed = true;
    if ('purchase' in line) {
      const { purchase } = line;
      this.byRun.set(purchase.run.runId, {
        purchaseId: purchase.purchaseId,
        acceptedAt: acceptedAt(purchase),
        runStartedAt: Date.parse(purchase.run.startedAt),
        final: isFinal(purchase),
        offset: this.size,
        length,
      });
    }
    this.size += length + 1;
  }

  ofRun(runId: string): Pick<Place, 'final'> | undefined {
    return this.byRun.get(runId);
  }

  /** By acceptance and id; of each purchase the latest run. */
  inOrder(): Place[] {
    const latest = new Map<PurchaseId, Place>();
    for (const place of this.byRun.values()) {
      const known = latest.get(place.purchaseId);
      if (!known || known.runStartedAt < place.runStartedAt) latest.set(place.purchaseId, place);
    }
    return [...latest.values()].sort(
      (one, other) => one.acceptedAt - other.acceptedAt || compareText(one.purchaseId, other.purchaseId),
    );
  }
}
