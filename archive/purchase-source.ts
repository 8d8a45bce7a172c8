import type { LocalDay } from '../domain/local-time';
import type { ArchivedPurchase } from './archived-purchase';

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
