import { createHash, randomBytes } from 'node:crypto';
import { DEFAULT_SCOPES, type Scope, type StoredScope } from '../domain/scopes';

/** What the registry stores of a channel's API key: enough to recognise it, not to use it. */
export interface ChannelKey {
  /** SHA-256 of the key, hexadecimal. A key has 192 random bits, so a slow hash would add nothing. */
  hash: string;
  /** The key's beginning up to its random part, `dck_test_`. */
  prefix: string;
  lastFour: string;
  /** What it may do; `DEFAULT_SCOPES` unless given. */
  scopes?: readonly StoredScope[] | undefined;
  /** ISO 8601; it works for ever unless given. */
  expiresAt?: string | undefined;
  /** For people: what or whom it is for. */
  label?: string | undefined;
}

/** Whether the key has the scope. */
export function mayDo(key: ChannelKey, scope: Scope): boolean {
  return (key.scopes ?? DEFAULT_SCOPES).includes(scope);
}

export function isExpired(key: ChannelKey, at: Date): key is ChannelKey & { expiresAt: string } {
  return key.expiresAt !== undefined && Date.parse(key.expiresAt) <= at.getTime();
}

const RANDOM_BYTES = 24;

/** How keys begin with which nothing is sold at MobiFone itself, such as those of the demo channels. */
export const TEST_KEY_PREFIX = 'dck_test_';

/** A new key for a channel. The clear text is for the channel alone. */
export function newChannelKey(prefix: typeof TEST_KEY_PREFIX | 'dck_live_'): string {
  for (;;) {
    const key = `${prefix}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
    if (!describeKey(key).lastFour.startsWith('-')) return key; // commands are given the last four, and read a dash as an option
  }
}

/** What the registry stores of a key. */
export function describeKey(key: string): ChannelKey {
  return {
    hash: hashKey(key).toString('hex'),
    prefix: /^[a-z]+_[a-z]+_/.exec(key)?.[0] ?? '',
    lastFour: key.slice(-4),
  };
}

/** All hashes are of one length, so that keys can be compared in constant time. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** A new secret for signing a channel's notices, in the form of the Standard Webhooks specification. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(RANDOM_BYTES).toString('base64')}`;
}
