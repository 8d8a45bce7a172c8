import { createHash } from 'node:crypto';
import { idempotencyKeyHash, type KeyRing } from '../encryption/key-ring';
import { base32 } from './purchase-id';

/** The digests under which an `Idempotency-Key` may be stored; new ones are stored under the first. */
export type KeyDigests = (key: string) => readonly [current: string, ...earlier: string[]];

/** What stands before what a claim or a count of sales digests, by the same keys of the ring. */
export const DIGESTED_CLAIM = 'claim ';
export const DIGESTED_COUNT = 'count ';
/** What stands before an `Idempotency-Key` that begins like one of these three. */
const DIGESTED_KEY = 'key ';

/**
 * The texts by whose digests an `Idempotency-Key` may be stored; new ones are stored by the first. None is that of a claim or a
 * count: else whoever orders with such keys and sees the ids at Temporal would find the numbers that were sold to by trying. Older
 * versions stored every key as it is.
 */
export function digestedKey(key: string): readonly [current: string, ...earlier: string[]] {
  const isLikeAnother = [DIGESTED_CLAIM, DIGESTED_COUNT, DIGESTED_KEY].some((text) => key.startsWith(text));
  return isLikeAnother ? [DIGESTED_KEY + key, key] : [key];
}

/** Without a key ring; whoever sees it can find a key that is a telephone number by trying all numbers. */
export function unkeyedDigest(key: string): string {
  return base32(createHash('sha256').update(key).digest());
}

/**
 * Under every key of the ring, the current one first. Processes of one ring agree; a period that was shredded is forgotten.
 * @param wasOff whether encryption was off before, so that digests may be unkeyed; older versions had no others
 */
export function keyedDigests(ring: Pick<KeyRing, 'current' | 'all'>, wasOff: boolean): KeyDigests {
  return (key) => {
    const [, ...earlier] = ring.all();
    const mayBeUnkeyed = wasOff || ring.all().some(({ binds }) => !binds);
    return [
      base32(idempotencyKeyHash(ring.current(), key)),
      ...earlier.map((period) => base32(idempotencyKeyHash(period, key))),
      ...(mayBeUnkeyed ? [unkeyedDigest(key)] : []),
    ];
  };
}
