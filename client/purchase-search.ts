import type { AttentionReason } from '../domain/purchase/attention';
import type { ChannelName, PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { PackageCode } from '../domain/catalogue/packages';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import type { PurchaseOutcome, PurchaseState } from '../domain/purchase/states';

/** What purchases are looked for by; all of it together. */
export interface PurchaseFilters {
  state?: PurchaseState | undefined;
  outcome?: PurchaseOutcome | undefined;
  package?: PackageCode | undefined;
  /** The day of the acceptance in Vietnam. */
  day?: LocalDay | undefined;
  needsAttention?: boolean | undefined;
}

/** Which part of a list is wanted. */
export interface PageWish {
  limit: number;
  /** Of the page before; none begins the list. */
  cursor?: string | undefined;
}

/** A purchase as Temporal's index tells it: no worker is needed to read it, and a change takes a moment to show. */
export interface FoundPurchase {
  order: PurchaseOrder;
  state: PurchaseState;
  outcome: PurchaseOutcome | null;
  needsAttention: boolean;
  /** Null while nobody is needed; for operators, channels are not told. */
  attentionReason?: AttentionReason | null;
}

export type PurchaseListing =
  | {
      kind: 'page';
      purchases: readonly FoundPurchase[];
      /** Purchases of the page besides, whose key is missing or shredded. */
      unreadable?: number;
      nextCursor: string | null;
    }
  /** The cursor is torn, or of a list with other filters or of another channel. */
  | { kind: 'foreign_cursor' };

/** Finds a channel's purchases, and never another's (I9); every method throws `TemporalUnavailable`. */
export interface PurchaseSearch {
  /**
   * One page, running purchases first, then the closed ones from the latest end on. A purchase that ends while the
   * list is read may be seen twice; none is left out.
   */
  list(channel: ChannelName, filters: PurchaseFilters, page: PageWish): Promise<PurchaseListing>;
  /** The purchase that has our id, if it is the channel's. */
  findById(channel: ChannelName, id: PurchaseId): Promise<FoundPurchase | undefined>;
}
