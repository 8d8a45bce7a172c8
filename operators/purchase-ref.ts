import type { Client } from '@temporalio/client';
import {
  CHANNEL_NAME_PATTERN,
  channelName,
  EXTERNAL_ID_PATTERN,
  externalId,
  isPurchaseId,
  type PurchaseId,
  type ChannelName,
  type ExternalId,
} from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import { purchaseWithId } from '../client/purchase-search';
import { equals } from '../client/visibility-query';
import { searchFor } from './saved-searches';

/** What identifies a purchase (design decision 1). */
export interface PurchaseName {
  channel: ChannelName;
  externalId: ExternalId;
}

/** The text does not name a purchase. */
export class UnknownPurchaseRef extends Error {
  override readonly name = 'UnknownPurchaseRef';
}

/**
 * Finds a purchase by our id (`pur_…`), by `channel/externalId`, or by the id of its workflow.
 * @returns undefined when no purchase has our id; of the other two, existence is not checked
 * @throws UnknownPurchaseRef when the text has none of these forms; TemporalUnavailable; PurchaseUnreadable
 */
export async function resolvePurchase(
  client: Client,
  purchaseRef: string,
): Promise<PurchaseName | undefined> {
  if (isPurchaseId(purchaseRef)) return orderOfPurchase(client, purchaseRef);
  const [channel = '', id = '', ...more] = purchaseRef.replace(/^purchase:([^:]*):/, '$1/').split('/');
  if (more.length === 0 && CHANNEL_NAME_PATTERN.test(channel) && EXTERNAL_ID_PATTERN.test(id)) {
    return { channel: channelName(channel), externalId: externalId(id) };
  }
  throw new UnknownPurchaseRef(
    `"${purchaseRef}" does not name a purchase: give pur_…, <channel>/<external id>, or the workflow's id purchase:<channel>:<external id>.`,
  );
}

/** The order of a purchase, with its number. @throws TemporalUnavailable; PurchaseUnreadable */
export async function orderOfPurchase(client: Client, id: PurchaseId): Promise<PurchaseOrder | undefined> {
  const query = searchFor([], { query: equals(SEARCH_ATTRIBUTES.purchaseId, id) });
  return (await purchaseWithId(client, query, id))?.order;
}
