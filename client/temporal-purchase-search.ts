import type { Client } from '@temporalio/client';
import type { ChannelName, PurchaseId } from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { openCursor, sealCursor } from './list-cursor';
import type {
  FoundPurchase,
  PageWish,
  PurchaseFilters,
  PurchaseListing,
  PurchaseSearch,
} from './purchase-search';
import { unavailable } from './temporal-answers';
import { readPage } from './visibility-pages';
import { equals, NEEDS_ATTENTION, NEEDS_NOBODY, purchasesOf } from './visibility-query';

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
