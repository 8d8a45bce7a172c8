import { existsSync } from 'node:fs';
import path from 'node:path';
import { temporalTarget, type ConnectionConfig } from '../runtime/configuration/temporal-target';
import { UnusableFile } from '../runtime/json-file';
import { replaceFile } from '../runtime/whole-file';
import { followKeyRing, NO_KEYS, type KeyRing } from './key-ring';
import { createKeyRing } from './key-ring-file';

/** The settings that say which key ring is used. */
export interface KeyRingSettings {
  DATA_DIR: string;
  ENCRYPTION: boolean;
  ENCRYPTION_KEYS_FILE?: string | undefined;
}

/** Path of the key ring file. */
export function keyRingFile(settings: Pick<KeyRingSettings, 'DATA_DIR' | 'ENCRYPTION_KEYS_FILE'>): string {
  return settings.ENCRYPTION_KEYS_FILE ?? path.join(settings.DATA_DIR, 'encryption-keys.json');
}

/**
 * Creates a key ring for the embedded server if there never was one; for an outside server the operator must provide
 * it. A lost key ring is not replaced: data written with a new one would be unreadable once the old one is restored.
 * @throws UnusableFile if the key ring of this folder is gone
 * @throws FileNotWritten
 */
export async function ensureKeyRing(settings: KeyRingSettings & ConnectionConfig): Promise<void> {
  if (!settings.ENCRYPTION || !temporalTarget(settings).embedded) return;
  const file = keyRingFile(settings);
  const trace = traceOf(settings);
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
    '`npx datacode keys create --give-up-data` makes a new one; the encrypted data is then lost.'
  );
}

function traceOf({ DATA_DIR }: Pick<KeyRingSettings, 'DATA_DIR'>): string {
  return path.join(DATA_DIR, 'encryption-keys.in-use');
}

/**
 * Makes a key ring where there is none.
 * @param givesUpData whether that is wanted although the data of this folder is encrypted with a ring that is gone
 * @returns whether it was made by this call
 * @throws UnusableFile if the key ring of this folder is gone, unless its data is given up
 * @throws FileNotWritten
 */
export async function makeKeyRing(settings: KeyRingSettings, givesUpData: boolean): Promise<boolean> {
  const file = keyRingFile(settings);
  const isGone = !existsSync(file) && existsSync(traceOf(settings));
  if (isGone && !givesUpData) throw new UnusableFile(ringIsGone(file));
  return createKeyRing(file, new Date());
}

/**
 * The keys to read with and, where encryption is on, to write with: older encrypted data stays readable without it.
 * @param onUnusable called once for each changed key ring that cannot be used; the previous one stays in force
 * @throws UnusableFile if encryption is on and the key ring cannot be used
 */
export function openKeyRing(
  settings: KeyRingSettings,
  onUnusable: (fault: unknown) => void = () => undefined,
): { reading: Pick<KeyRing, 'byId'>; writing: KeyRing | undefined } {
  const file = keyRingFile(settings);
  if (!settings.ENCRYPTION) {
    return { reading: existsSync(file) ? followKeyRing(file, { onUnusable }) : NO_KEYS, writing: undefined };
  }
  const ring = followKeyRing(file, { onUnusable });
  return { reading: ring, writing: ring };
}
