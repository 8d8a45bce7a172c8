import { PURCHASE_STATE_NAMES, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { RunInfo } from './visibility-pages';

/**
 * The state that a purchase's workflow last made searchable.
 * @throws PayloadUnreadable if it is no state of ours: search attributes are never encrypted, and anyone can write one
 */
export function searchableState({
  typedSearchAttributes: attributes,
}: Pick<RunInfo, 'typedSearchAttributes'>): PurchaseState {
  const told = attributes.get(SEARCH_ATTRIBUTES.purchaseState) ?? 'accepted';
  const state = PURCHASE_STATE_NAMES.find((name) => name === told);
  if (!state) throw new PayloadUnreadable('not_decodable', NO_KEY);
  return state;
}
