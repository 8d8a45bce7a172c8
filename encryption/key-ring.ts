import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { KEY_BYTES, type KeyRingFile } from './key-ring-file';
import { PayloadUnreadable } from './payload-unreadable';
import type { Msisdn } from '../domain/msisdn';

/** A key of one period, by what is derived from it: the key itself is used for nothing else. */
export interface PeriodKey {
  id: string;
  /** For AES-256-GCM. */
  payloads: KeyObject;
  /** For the keyed hash of subscriber numbers. */
  subscribers: KeyObject;
}

/** The keys at hand. */
export interface KeyRing {
  /** The one that is written with. */
  current(): PeriodKey;
  /** @throws PayloadUnreadable when it is missing or was shredded */
  byId(id: string): PeriodKey;
  /** All that can be read with, the current one first. */
  all(): readonly PeriodKey[];
}

/** A key ring as it is now; see `followKeyRing` for one that is followed. */
export function keyRingOf(file: KeyRingFile): KeyRing {
  const keys = new Map(file.keys.map(({ id, key }) => [id, derived(id, Buffer.from(key, 'base64'))]));
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

/** A ring for those who do without encryption: it reads nothing that is encrypted, and says so. */
export const NO_KEYS: Pick<KeyRing, 'byId'> = {
  byId: (id) => {
    throw new PayloadUnreadable('key_missing', id);
  },
};

/**
 * What a subscriber's purchases of a period can be found by: nobody without the key can tell the number from it, nor
 * find it by trying all numbers. It is shredded with its period.
 */
export function subscriberHash({ subscribers }: PeriodKey, number: Msisdn): string {
  return `sub_${createHmac('sha256', subscribers).update(number).digest('hex').slice(0, 32)}`;
}

/** One purpose, one key (RFC 5869), so that neither use says anything of the other. */
function derived(id: string, secret: Buffer): PeriodKey {
  const subkey = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `datacode/1 ${purpose}`, KEY_BYTES)));
  return { id, payloads: subkey('payloads'), subscribers: subkey('subscribers') };
}
