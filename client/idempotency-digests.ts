import { createHash } from 'node:crypto';
import { idempotencyKeyHash, type KeyRing } from '../encryption/key-ring';
import { base32 } from './purchase-id';

/** The digests under which an `Idempotency-Key` may be stored; new ones are stored under the first. */
export type KeyDigests = (key: string) => readonly [current: string, ...earlier: string[]];

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
