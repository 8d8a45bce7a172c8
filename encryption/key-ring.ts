import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { followFile, type Following } from '../runtime/followed-file';
import { UnusableFile } from '../runtime/json-file';
import { KEY_BYTES, readKeyRing, type KeyRingFile, type RingKey } from './key-ring-file';
import { PayloadUnreadable } from './payload-unreadable';
import type { Msisdn } from '../domain/msisdn';

/** A key of one period, by what is derived from it: the key itself is used for nothing else. */
export interface PeriodKey {
  id: string;
  /** For AES-256-GCM. */
  payloads: KeyObject;
  /** For the keyed hash of subscriber numbers. */
  subscribers: KeyObject;
  /** For the cursors of the API's lists. */
  cursors: KeyObject;
  /** For the keyed hash of `Idempotency-Key`s, which may be a subscriber's number. */
  idempotencyKeys: KeyObject;
  /** Whether its payloads are bound to their workflows; older keys have payloads that are not. */
  binds: boolean;
}

/** The available keys. */
export interface KeyRing {
  /** The key that new data is written with. */
  current(): PeriodKey;
  /** @throws PayloadUnreadable when it is missing or was shredded */
  byId(id: string): PeriodKey;
  /** All keys for reading, the current one first. */
  all(): readonly PeriodKey[];
}

/**
 * The key ring of a file, reloaded when the file changes, so that keys can be rotated and shredded at run time. An older copy
 * of it is not taken over: what was written under the newest key could not be read any more, or what was shredded could.
 * @param onRead gets each ring that is taken over
 * @throws UnusableFile when the file cannot be used at first
 */
export function followKeyRing(
  file: string,
  following: Following,
  onRead: (ring: KeyRingFile) => void = () => undefined,
): KeyRing {
  let before: KeyRingFile | undefined;
  const read = (path: string): KeyRing => {
    const found = readKeyRing(path);
    if (before) refuseOlder(path, before, found);
    before = found;
    onRead(found);
    return keyRingOf(found);
  };
  const now = followFile(file, read, following);
  return {
    current: () => now().current(),
    byId: (id) => now().byId(id),
    all: () => now().all(),
  };
}

/** @throws UnusableFile when the ring cannot be a later state of the one before */
function refuseOlder(file: string, before: KeyRingFile, found: KeyRingFile): void {
  const known = new Set([...found.keys, ...found.shredded].map(({ id }) => id));
  const lost = before.keys.find(({ id }) => !known.has(id));
  const alive = new Set(found.keys.map(({ id }) => id));
  const risen = before.shredded.find(({ id }) => alive.has(id));
  if (!lost && !risen) return;
  const fault = lost
    ? `lacks the key ${lost.id}, which is in use and was not shredded`
    : `has the key ${risen?.id} again, which was shredded`;
  throw new UnusableFile(
    `${file} ${fault}: it is an older copy. Put the newest one back; to have this one all the same, restart every part.`,
  );
}

/** A key ring that stays as it is now. */
export function keyRingOf(file: KeyRingFile): KeyRing {
  const keys = new Map(file.keys.map((key) => [key.id, derived(key)]));
  const shredded = new Set(file.shredded.map(({ id }) => id));
  const byId = (id: string): PeriodKey => {
    const key = keys.get(id);
    if (key) return key;
    throw new PayloadUnreadable(shredded.has(id) ? 'key_shredded' : 'key_missing', id);
  };
  const current = byId(file.current);
  return {
    current: () => current,
    byId,
    all: () => [current, ...[...keys.values()].filter(({ id }) => id !== file.current)],
  };
}

/** The ring where encryption is off: every read of encrypted data fails with the reason. */
export const NO_KEYS: Pick<KeyRing, 'byId'> = {
  byId: (id) => {
    throw new PayloadUnreadable('key_missing', id);
  },
};

/**
 * Keyed hash by which a subscriber's purchases of a period are found. Without the key the number cannot be derived from
 * it, not even by trying all numbers. Shredding the period's key makes it useless.
 */
export function subscriberHash({ subscribers }: PeriodKey, number: Msisdn): string {
  return `sub_${createHmac('sha256', subscribers).update(number).digest('hex').slice(0, 32)}`;
}

/** Keyed hash that identifies an `Idempotency-Key` among those of a period. */
export function idempotencyKeyHash({ idempotencyKeys }: PeriodKey, key: string): Buffer {
  return createHmac('sha256', idempotencyKeys).update(key).digest();
}

/** One purpose, one key (RFC 5869), so that neither use says anything of the other. */
function derived({ id, key, binds = false }: RingKey): PeriodKey {
  const secret = Buffer.from(key, 'base64');
  const subkey = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `datacode/1 ${purpose}`, KEY_BYTES)));
  return {
    id,
    payloads: subkey('payloads'),
    subscribers: subkey('subscribers'),
    cursors: subkey('list cursors'),
    idempotencyKeys: subkey('idempotency keys'),
    binds,
  };
}
