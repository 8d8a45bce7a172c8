import { existsSync } from 'node:fs';
import type { PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import { parsedJson } from '../runtime/json-file';
import { compareText } from '../runtime/text-order';
import { acceptedAt, ARCHIVE_FORMAT, isFinal, type ArchivedPurchase } from './archived-purchase';
import { placedLines } from './lines';

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
export type JournalLine =
  { format: string; day: string } | { allListed: true } | { purchase: ArchivedPurchase };

/** The places of a journal's purchases: all of a journal that is held in memory. */
export class JournalPlaces {
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
