import { createHash } from 'node:crypto';
import type { BatchRecord } from '../domain/batch/protocol';
import {
  batchNoticeId,
  purchaseId,
  type BatchId,
  type ChannelName,
  type ExternalId,
  type NoticeId,
  type PurchaseId,
} from '../domain/identifiers';

/** 26 base32 characters are 130 bits, so ids do not collide. */
const LENGTH = 26;

/**
 * Our id of a purchase. It is derived from the order, never random: the id stays the same even after the workflow was
 * deleted, so MobiFone always recognises repeated commands (I1, I8).
 */
export function derivePurchaseId(channel: ChannelName, id: ExternalId): PurchaseId {
  return purchaseId(`pur_${derivedCharacters(`${channel}:${id}`)}`);
}

/**
 * The id of the notice that a batch is over: derived likewise, so that it is known before. A batch under an id that was used
 * before retention is another one, with a notice of its own.
 * @param acceptedAt not for one that was accepted by a build of before, which has no `noticeId` in its record
 */
export function batchNoticeIdOf(channel: ChannelName, id: BatchId, acceptedAt?: string): NoticeId {
  const batch = `batch:${channel}:${id}`;
  return batchNoticeId(derivedCharacters(acceptedAt === undefined ? batch : `${batch}:${acceptedAt}`));
}

/** The same of a batch by its record. */
export function noticeIdOf({ channel, batchId, noticeId }: NoticedBatch): NoticeId {
  return noticeId ?? batchNoticeIdOf(channel, batchId);
}

export type NoticedBatch = Pick<BatchRecord, 'channel' | 'batchId' | 'noticeId'>;

/** 26 base32 characters that are the same for the same text. */
export function derivedCharacters(text: string): string {
  return base32(createHash('sha256').update(text).digest()).slice(0, LENGTH);
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Bytes as lower-case base32 (RFC 4648) without padding; left-over bits are dropped. */
export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let text = '';
  for (let at = 0; at + 5 <= bits.length; at += 5) {
    text += ALPHABET.charAt(parseInt(bits.slice(at, at + 5), 2));
  }
  return text;
}
