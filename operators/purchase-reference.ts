import type { Client } from '@temporalio/client';
import {
  CHANNEL_NAME_PATTERN,
  channelName,
  EXTERNAL_ID_PATTERN,
  externalId,
  isPurchaseId,
  type ChannelName,
  type ExternalId,
} from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { readPage } from '../client/purchase-search';
import { equals } from '../client/visibility-query';
import { searchFor } from './saved-searches';

/** A purchase by what identifies it (design decision 1). */
export interface PurchaseName {
  channel: ChannelName;
  externalId: ExternalId;
}

/** A purchase is named in a way that we do not know. */
export class UnknownReference extends Error {
  override readonly name = 'UnknownReference';
}

/**
 * The purchase that somebody means, by our id (`pur_…`), by `channel/externalId`, or by the id of its workflow.
 * @returns nothing when no purchase has our id
 * @throws UnknownReference when it is none of these; TemporalUnavailable
 */
export async function purchaseMeant(client: Client, text: string): Promise<PurchaseName | undefined> {
  if (isPurchaseId(text)) {
    const query = searchFor([], { query: equals(SEARCH_ATTRIBUTES.purchaseId, text) });
    const { purchases } = await readPage(client, query, 1);
    return purchases[0]?.order;
  }
  const [channel = '', id = '', ...more] = text.replace(/^purchase:([^:]*):/, '$1/').split('/');
  if (more.length === 0 && CHANNEL_NAME_PATTERN.test(channel) && EXTERNAL_ID_PATTERN.test(id)) {
    return { channel: channelName(channel), externalId: externalId(id) };
  }
  throw new UnknownReference(
    `"${text}" names no purchase: give pur_…, <channel>/<external id>, or the workflow's id purchase:<channel>:<external id>.`,
  );
}
