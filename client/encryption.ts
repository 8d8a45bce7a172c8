import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { followKeyRing } from '../encryption/key-ring';
import { createKeyRing } from '../encryption/key-ring-file';
import { NO_KEYS, subscriberHash, type KeyRing } from '../encryption/key-ring';
import { keyedDigests, unkeyedDigest, type KeyDigests } from './idempotency-digests';
import { UnusableFile } from '../runtime/json-file';
import { replaceFile } from '../runtime/whole-file';
import { PayloadEncryption } from '../encryption/payload-encryption';
import type { PayloadUnreadable } from '../encryption/payload-unreadable';
import type { Msisdn } from '../domain/msisdn';
import { temporalTarget, type ConnectionConfig } from './connection/target';
import { cursorKeysOf, type CursorKeys } from './list-cursor';

/** The settings of payload encryption. */
export interface EncryptionSettings {
  DATA_DIR: string;
  ENCRYPTION: boolean;
  ENCRYPTION_KEYS_FILE?: string | undefined;
  API_CURSOR_SECRET?: string | undefined;
  ENCRYPTION_CLEAR_TEXT_UNTIL?: Date | undefined;
}

export interface EncryptionListener {
  /** Called once for each changed key ring that cannot be used; the previous one stays in force. */
  onUnusable?: (fault: unknown) => void;
  /** Called for each payload that cannot be decrypted, before the read fails. */
  onUnreadable?: (fault: PayloadUnreadable) => void;
}

/** What every client and worker uses, so that each can read what another wrote. */
export interface Encryption {
  /** For clients: what is in clear is refused. */
  dataConverter: DataConverter;
  /** For workers: input in clear is refused by the workflow, so that no task fails. */
  workerDataConverter: DataConverter;
  /** For the codec server, which shows people what is in clear as it is. */
  codec: PayloadCodec;
  /** Whether what is written now is bound to its workflow. */
  binds: () => boolean;
  /** The digests under which an `Idempotency-Key` may be stored; new ones are stored under the first. */
  idempotencyDigests: KeyDigests;
  /** The hash that a new purchase is searched by; undefined without encryption. */
  subscriberHash: (number: Msisdn) => string | undefined;
  /** The keys of list cursors. */
  cursorKeys: CursorKeys;
}

/** Path of the key ring file. */
export function keyRingFile(settings: Pick<EncryptionSettings, 'DATA_DIR' | 'ENCRYPTION_KEYS_FILE'>): string {
  return settings.ENCRYPTION_KEYS_FILE ?? path.join(settings.DATA_DIR, 'encryption-keys.json');
}

/**
 * Creates a key ring for the embedded server if there never was one; for an outside server the operator must provide
 * it. A lost key ring is not replaced: data written with a new one would be unreadable once the old one is restored.
 * @throws UnusableFile if the key ring of this folder is gone
 * @throws FileNotWritten
 */
export async function ensureKeyRing(settings: EncryptionSettings & ConnectionConfig): Promise<void> {
  if (!settings.ENCRYPTION || !temporalTarget(settings).embedded) return;
  const file = keyRingFile(settings);
  const trace = path.join(settings.DATA_DIR, 'encryption-keys.in-use');
  if (!existsSync(file)) {
    if (existsSync(trace)) throw new UnusableFile(ringIsGone(file));
    await createKeyRing(file, new Date());
  }
  if (existsSync(trace)) return;
  await replaceFile(trace, `The data of this folder is encrypted with ${file}.\n`);
}

function ringIsGone(file: string): string {
  return (
    `${file} is gone, and the data of this folder is encrypted with it: restore it from a backup. If there is no backup, ` +
    '`npx datacode keys create` creates a new one; the encrypted data is then lost.'
  );
}

/**
 * Encrypts payloads, failure messages and stack traces with the key ring's current key, and decrypts with any of its
 * keys. With `ENCRYPTION=off` everything is written in clear; older encrypted data stays readable while the key ring exists.
 * @throws UnusableFile if encryption is on and the key ring cannot be used
 */
export function openEncryption(
  settings: EncryptionSettings,
  { onUnusable = () => undefined, onUnreadable }: EncryptionListener = {},
): Encryption {
  const file = keyRingFile(settings);
  const told = onUnreadable ? { onUnreadable } : {};
  if (!settings.ENCRYPTION) {
    const reading = existsSync(file) ? followKeyRing(file, { onUnusable }) : NO_KEYS;
    const codec = new PayloadEncryption(reading, undefined, told);
    const dataConverter = { payloadCodecs: [codec] };
    return {
      dataConverter,
      workerDataConverter: dataConverter,
      codec,
      binds: () => false,
      idempotencyDigests: (key) => [unkeyedDigest(key)],
      subscriberHash: () => undefined,
      cursorKeys: cursorKeysOf(settings.API_CURSOR_SECRET),
    };
  }
  const ring = followKeyRing(file, { onUnusable });
  const clearTextUntil = settings.ENCRYPTION_CLEAR_TEXT_UNTIL;
  const converter = (clearText: 'refuse' | 'replace'): DataConverter => ({
    payloadCodecs: [new PayloadEncryption(ring, ring, { ...told, clearText, clearTextUntil })],
    failureConverterPath: require.resolve('../encryption/failure-converter'),
  });
  return {
    dataConverter: converter('refuse'),
    workerDataConverter: converter('replace'),
    codec: new PayloadEncryption(ring, ring, told),
    binds: () => ring.current().binds,
    idempotencyDigests: keyedDigests(ring, clearTextUntil !== undefined),
    subscriberHash: (number) => subscriberHash(ring.current(), number),
    cursorKeys: () => ring.all().map(({ cursors }) => cursors),
  };
}

/** The possible hashes of this number, one for each key. */
export function subscriberHashes(ring: Pick<KeyRing, 'all'>, number: Msisdn): string[] {
  return ring.all().map((key) => subscriberHash(key, number));
}
