import { createHash } from 'node:crypto';
import { purchaseId, type ChannelName, type ExternalId, type PurchaseId } from '../domain/identifiers';
import { base32 } from './base32';

/** 26 base32 characters are 130 bits: no two orders of any channel meet. */
const LENGTH = 26;

/**
 * Our id of a purchase. It is derived, never random: the same order has the same id even after its workflow was
 * deleted, so MobiFone recognises every command of it for ever (I1, I8).
 */
export function derivePurchaseId(channel: ChannelName, id: ExternalId): PurchaseId {
  const digest = createHash('sha256').update(`${channel}:${id}`).digest();
  return purchaseId(`pur_${base32(digest).slice(0, LENGTH)}`);
}
