import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { followKeyRing } from '../encryption/key-ring';
import { createKeyRing } from '../encryption/key-ring-file';
import { NO_KEYS, subscriberHash, type KeyRing } from '../encryption/key-ring';
import { UnusableFile } from '../runtime/json-file';
import { replaceFile } from '../runtime/whole-file';
import { PayloadEncryption } from '../encryption/payload-encryption';
import type { PayloadUnreadable } from '../encryption/payload-unreadable';
import type { Msisdn } from '../domain/msisdn';
import { temporalTarget, type ConnectionConfig } from './connection';

/** What of the configuration says whether and with which keys payloads are encrypted. */
export interface EncryptionSettings {
  DATA_DIR: string;
  ENCRYPTION: boolean;
  ENCRYPTION_KEYS_FILE?: string | undefined;
}

/** What there is to tell while keys are used. */
export interface EncryptionListener {
  /** Told once of each changed key ring that cannot be used; the one before stays in force. */
  onUnusable?: (fault: unknown) => void;
  /** Told of each payload that cannot be read, before the read fails. */
  onUnreadable?: (fault: PayloadUnreadable) => void;
}

/** What every client and every worker takes, so that all of them read what any of them wrote. */
export interface Encryption {
  dataConverter: DataConverter;
  /** What the data converter encrypts and decrypts by. */
  codec: PayloadCodec;
  /** What a new purchase is found by; nothing without encryption. */
  subscriberHash: (number: Msisdn) => string | undefined;
}

/** Where the key ring is. */
export function keyRingFile(settings: Pick<EncryptionSettings, 'DATA_DIR' | 'ENCRYPTION_KEYS_FILE'>): string {
  return settings.ENCRYPTION_KEYS_FILE ?? path.join(settings.DATA_DIR, 'encryption-keys.json');
}

/**
 * Makes a key ring for the embedded server where there never was one; for an outside server one must be brought. A ring
 * that is gone is not made anew: what is written under another would be lost as soon as the right one is back.
 * @throws UnusableFile when the ring of this folder is gone
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
  await replaceFile(trace, `What is kept here is encrypted under ${file}.\n`);
}

function ringIsGone(file: string): string {
  return (
    `${file} is gone, and what is kept here is encrypted under it: bring its copy back. If there is none, ` +
    '`npx datacode keys create` makes another; what was encrypted is then lost.'
  );
}

/**
 * Payloads, failure messages and stack traces encrypted under the key ring's current key, and read with any of its
 * keys. With `ENCRYPTION=off` everything is written in clear; what was encrypted before is read as long as the key ring is there.
 * @throws UnusableFile when encryption is on and the key ring cannot be used
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
    return { dataConverter: { payloadCodecs: [codec] }, codec, subscriberHash: () => undefined };
  }
  const ring = followKeyRing(file, { onUnusable });
  const codec = new PayloadEncryption(ring, ring, told);
  return {
    codec,
    dataConverter: {
      payloadCodecs: [codec],
      failureConverterPath: require.resolve('../encryption/failure-converter'),
    },
    subscriberHash: (number) => subscriberHash(ring.current(), number),
  };
}

/** Every hash that purchases of this number may have, one for each key. */
export function subscriberHashes(ring: Pick<KeyRing, 'all'>, number: Msisdn): string[] {
  return ring.all().map((key) => subscriberHash(key, number));
}
