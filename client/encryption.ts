import type { DataConverter } from '@temporalio/common';
import { subscriberHash, type KeyRing } from '../encryption/key-ring';
import { openKeyRing, type KeyRingSettings } from '../encryption/key-ring-of-folder';
import { keyedDigests, unkeyedDigest, type KeyDigests } from './idempotency-digests';
import { PayloadEncryption } from '../encryption/payload-encryption';
import type { PayloadUnreadable } from '../encryption/payload-unreadable';
import type { Msisdn } from '../domain/msisdn';
import { cursorKeysOf, type CursorKeys } from './list-cursor';

/** The settings of payload encryption. */
export interface EncryptionSettings extends KeyRingSettings {
  API_CURSOR_SECRET?: string | undefined;
  ENCRYPTION_CLEAR_TEXT_UNTIL?: Date | undefined;
}

export interface EncryptionListener {
  /** Called for a changed key ring that cannot be used, and again each minute; the previous one stays in force. */
  onUnusable?: ((fault: unknown) => void) | undefined;
  /** Called when it can be used again. */
  onUsable?: (() => void) | undefined;
  /** Called for each payload that cannot be decrypted, before the read fails. */
  onUnreadable?: (fault: PayloadUnreadable) => void;
}

/** What every client and worker uses, so that each can read what another wrote. */
export interface Encryption {
  /** For clients: what is in clear is refused, and what a person typed, save where a history has an update or a signal. */
  dataConverter: DataConverter;
  /** For workers: input in clear is refused by the workflow, so that no task fails. */
  workerDataConverter: DataConverter;
  /** Whether what is written now is bound to its workflow. */
  binds: () => boolean;
  /** The digests under which an `Idempotency-Key` may be stored; new ones are stored under the first. */
  idempotencyDigests: KeyDigests;
  /** The hash that a new purchase is searched by; undefined without encryption. */
  subscriberHash: (number: Msisdn) => string | undefined;
  /** The hashes that a purchase may be searched by, one for each key; none without encryption. */
  subscriberHashes: (number: Msisdn) => readonly string[];
  /** The keys of list cursors. */
  cursorKeys: CursorKeys;
}

/**
 * Encrypts payloads, failure messages and stack traces with the key ring's current key, and decrypts with any of its
 * keys. With `ENCRYPTION=off` everything is written in clear; older encrypted data stays readable while the key ring exists.
 * @throws UnusableFile if encryption is on and the key ring cannot be used
 */
export function openEncryption(
  settings: EncryptionSettings,
  { onUnusable = () => undefined, onUsable, onUnreadable }: EncryptionListener = {},
): Encryption {
  const { reading, writing: ring } = openKeyRing(settings, { onUnusable, onUsable });
  const told = onUnreadable ? { onUnreadable } : {};
  if (!ring) {
    const converter = (typed: 'read' | 'refuse'): DataConverter => ({
      payloadCodecs: [new PayloadEncryption(reading, undefined, { ...told, typed })],
    });
    return {
      dataConverter: converter('refuse'),
      workerDataConverter: converter('read'),
      binds: () => false,
      idempotencyDigests: (key) => [unkeyedDigest(key)],
      subscriberHash: () => undefined,
      subscriberHashes: () => [],
      cursorKeys: cursorKeysOf(settings.API_CURSOR_SECRET),
    };
  }
  const clearTextUntil = settings.ENCRYPTION_CLEAR_TEXT_UNTIL;
  const converter = (clearText: 'refuse' | 'replace'): DataConverter => ({
    payloadCodecs: [
      new PayloadEncryption(ring, ring, {
        ...told,
        clearText,
        clearTextUntil,
        typed: clearText === 'replace' ? 'read' : 'refuse',
      }),
    ],
    failureConverterPath: require.resolve('../encryption/failure-converter'),
  });
  return {
    dataConverter: converter('refuse'),
    workerDataConverter: converter('replace'),
    binds: () => ring.current().binds,
    idempotencyDigests: keyedDigests(ring, clearTextUntil !== undefined),
    subscriberHash: (number) => subscriberHash(ring.current(), number),
    subscriberHashes: (number) => subscriberHashes(ring, number),
    cursorKeys: () => ring.all().map(({ cursors }) => cursors),
  };
}

/** The possible hashes of this number, one for each key. */
export function subscriberHashes(ring: Pick<KeyRing, 'all'>, number: Msisdn): string[] {
  return ring.all().map((key) => subscriberHash(key, number));
}
