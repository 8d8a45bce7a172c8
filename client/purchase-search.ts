import type { Client } from '@temporalio/client';
import type { AttentionReason } from '../domain/purchase/attention';
import type { ChannelName, PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { PackageCode } from '../domain/catalogue/packages';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import { isOutcome, type PurchaseOutcome, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { PayloadUnreadable } from '../encryption/payload-unreadable';
import { openCursor, sealCursor } from './list-cursor';
import { latestRuns } from './purchase-runs';
import { endedFromOutside } from './run-status';
import { unavailable } from './temporal-answers';
import { decodeRuns, listPage, type RunInfo } from './visibility-pages';
import { equals, NEEDS_ATTENTION, NEEDS_NOBODY, purchasesOf } from './visibility-query';

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

/** The search by Temporal's visibility: the index that operators see in the Web UI. */
export class TemporalPurchaseSearch implements PurchaseSearch {
  constructor(private readonly client: Client) {}

  async list(channel: ChannelName, filters: PurchaseFilters, page: PageWish): Promise<PurchaseListing> {
    const query = purchasesOf(channel, ...conditionsOf(filters));
    const token = page.cursor === undefined ? undefined : openCursor(query, page.cursor);
    if (page.cursor !== undefined && !token) return { kind: 'foreign_cursor' };
    const { purchases, unreadable, nextToken } = await readPage(this.client, query, page.limit, token);
    const nextCursor = nextToken.length > 0 ? sealCursor(query, nextToken) : null;
    return { kind: 'page', purchases, unreadable: unreadable.length, nextCursor };
  }

  async findById(channel: ChannelName, id: PurchaseId): Promise<FoundPurchase | undefined> {
    const query = purchasesOf(channel, equals(SEARCH_ATTRIBUTES.purchaseId, id));
    const { purchases, unreadable } = await readPage(this.client, query, 1);
    if (unreadable.length > 0) throw unavailable(unreadable[0]);
    return purchases[0];
  }
}

function conditionsOf(filters: PurchaseFilters): string[] {
  const { purchaseState, purchaseOutcome, packageCode, purchaseDay } = SEARCH_ATTRIBUTES;
  return [
    ...(filters.state === undefined ? [] : [equals(purchaseState, filters.state)]),
    ...(filters.outcome === undefined ? [] : [equals(purchaseOutcome, filters.outcome)]),
    ...(filters.package === undefined ? [] : [equals(packageCode, filters.package)]),
    ...(filters.day === undefined ? [] : [equals(purchaseDay, filters.day)]),
    ...(filters.needsAttention === undefined
      ? []
      : [filters.needsAttention ? NEEDS_ATTENTION : NEEDS_NOBODY]),
  ];
}

/** One page of the purchases that a query finds. */
export interface PurchasePage {
  purchases: FoundPurchase[];
  /** The fault of each further purchase of the page, which cannot be decrypted. */
  unreadable: readonly PayloadUnreadable[];
  /** Token of the next page; empty at the end. */
  nextToken: Uint8Array;
}

/**
 * Reads one page of purchases. Runs that a reset has replaced are left out, so a page may hold fewer than `pageSize`.
 * @param token of the page; none begins the list
 * @throws TemporalUnavailable
 */
export async function readPage(
  client: Client,
  query: string,
  pageSize: number,
  token?: Uint8Array,
): Promise<PurchasePage> {
  const { executions, nextToken } = await listPage(client, query, { pageSize, token });
  const { read, unreadable } = await decodeRuns(client, await latestRuns(client, executions));
  return { purchases: read.map(foundPurchase), unreadable, nextToken };
}

function foundPurchase({ memo, typedSearchAttributes, status }: RunInfo): FoundPurchase {
  const reason = typedSearchAttributes.get(SEARCH_ATTRIBUTES.attentionReason);
  const state = (typedSearchAttributes.get(SEARCH_ATTRIBUTES.purchaseState) ?? 'accepted') as PurchaseState; // written by us only
  const cutOff = endedFromOutside(status.name);
  return {
    order: memo?.['order'] as PurchaseOrder, // written at the start, and by nothing else
    state,
    outcome: isOutcome(state) ? state : null,
    needsAttention: typedSearchAttributes.get(SEARCH_ATTRIBUTES.needsAttention) === true || cutOff,
    attentionReason: cutOff ? 'workflow_closed' : ((reason ?? null) as AttentionReason | null), // by us only
  };
}
