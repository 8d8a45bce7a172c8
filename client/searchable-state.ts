import { isNameIn } from '../domain/own-entry';
import { ATTENTION_REASONS, type AttentionReason } from '../domain/purchase/attention';
import { PURCHASE_STATES, type PurchaseState } from '../domain/purchase/states';
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
  return stateOf(attributes.get(SEARCH_ATTRIBUTES.purchaseState) ?? 'accepted');
}

/** Why a purchase's workflow last called for a person; null where it did not. @throws PayloadUnreadable */
export function searchableReason({
  typedSearchAttributes: attributes,
}: Pick<RunInfo, 'typedSearchAttributes'>): AttentionReason | null {
  const told = attributes.get(SEARCH_ATTRIBUTES.attentionReason);
  return told === undefined ? null : attentionReasonOf(told);
}

/** @throws PayloadUnreadable if a search attribute's value is no state of ours */
export function stateOf(told: unknown): PurchaseState {
  if (!isNameIn(PURCHASE_STATES, told)) throw new PayloadUnreadable('not_decodable', NO_KEY);
  return told;
}

/** @throws PayloadUnreadable if a search attribute's value is no reason of ours */
export function attentionReasonOf(told: unknown): AttentionReason {
  if (!isNameIn(ATTENTION_REASONS, told)) throw new PayloadUnreadable('not_decodable', NO_KEY);
  return told;
}
