import type { SearchAttributePair } from '@temporalio/common/lib/search-attributes';
import { localDay } from '../domain/local-time';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { notDecodable, type RunInfo } from './visibility-pages';
import { ownOrder } from './own-order';

type ListedRun = Pick<RunInfo, 'workflowId' | 'memo' | 'typedSearchAttributes'>;

/** What the API makes searchable of an order when it starts its purchase. */
export function searchableOrder(order: PurchaseOrder): SearchAttributePair[] {
  return [
    { key: SEARCH_ATTRIBUTES.purchaseId, value: order.purchaseId },
    { key: SEARCH_ATTRIBUTES.channel, value: order.channel },
    { key: SEARCH_ATTRIBUTES.packageCode, value: order.package.code },
    { key: SEARCH_ATTRIBUTES.paymentForm, value: order.paymentForm },
    { key: SEARCH_ATTRIBUTES.faceValue, value: order.faceValue },
    { key: SEARCH_ATTRIBUTES.discountAmount, value: order.discount.amount },
    { key: SEARCH_ATTRIBUTES.purchaseDay, value: localDay(new Date(order.acceptedAt)) },
  ];
}

/**
 * The order of a purchase that a search found. The order is sealed and what is searchable is not: whoever can write to Temporal
 * can have a purchase found, and counted, on another day or at another price.
 * @throws PayloadUnreadable if it has none, or one that says otherwise; an older purchase lacks some search attributes
 */
export function listedOrder(run: ListedRun): PurchaseOrder {
  const order = orderOnItsDay(run);
  const { typedSearchAttributes: told } = run;
  if (searchableOrder(order).some(({ key, value }) => (told.get(key) ?? value) !== value))
    throw new PayloadUnreadable('index_changed', NO_KEY);
  return order;
}

function orderOnItsDay(run: ListedRun): PurchaseOrder {
  const order = ownOrder(run);
  if (Number.isNaN(Date.parse(order.acceptedAt))) throw notDecodable(new RangeError('no time of acceptance'));
  return order;
}
