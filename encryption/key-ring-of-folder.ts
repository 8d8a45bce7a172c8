import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Following } from '../runtime/followed-file';
import { temporalTarget, type ConnectionConfig } from '../runtime/configuration/temporal-target';
import { UnusableFile } from '../runtime/json-file';
import { FileNotWritten, replaceFile } from '../runtime/whole-file';
import { followKeyRing, NO_KEYS, type KeyRing } from './key-ring';
import { createKeyRing } from './key-ring-file';

/** The settings that say which key ring is used. */
export interface KeyRingSettings {
  DATA_DIR: string;
  ENCRYPTION: boolean;
  ENCRYPTION_MAY_END?: boolean | undefined;
  ENCRYPTION_KEYS_FILE?: string | undefined;
}

/** Path of the key ring file. */
export function keyRingFile(settings: Pick<KeyRingSettings, 'DATA_DIR' | 'ENCRYPTION_KEYS_FILE'>): string {
  return settings.ENCRYPTION_KEYS_FILE ?? path.join(settings.DATA_DIR, 'encryption-keys.json');
}

/**
 * Creates a key ring for the embedded server if there never was one; for an outside server the operator must provide
 * it. A lost key ring is not replaced: data written with a new one would be unreadable once the old one is restored.
 * @throws UnusableFile if the key ring that was in use here is gone
 * @throws FileNotWritten
 */
export async function ensureKeyRing(settings: KeyRingSettings & ConnectionConfig): Promise<void> {
  if (!settings.ENCRYPTION) return;
  const file = keyRingFile(settings);
  const { embedded } = temporalTarget(settings);
  if (existsSync(file)) await leaveTraceBeside(file);
  else if (embedded || wasInUse(settings)) await makeKeyRing(settings, false);
  if (embedded) await leaveTrace(traceInFolder(settings), file);
}

/**
 * Makes a key ring where there is none.
 * @param givesUpData whether that is wanted although the ring that was in use here is gone
 * @returns whether it was made by this call
 * @throws UnusableFile if the key ring that was in use here is gone, unless its data is given up
 * @throws FileNotWritten
 */
export async function makeKeyRing(settings: KeyRingSettings, givesUpData: boolean): Promise<boolean> {
  const file = keyRingFile(settings);
  const isGone = wasInUse(settings) && !existsSync(file); // in this order: who makes a ring leaves its trace afterwards
  if (isGone && !givesUpData) throw new UnusableFile(ringIsGone(file));
  const isMade = await createKeyRing(file, new Date());
  await leaveTraceBeside(file);
  return isMade;
}

function ringIsGone(file: string): string {
  return (
    `${file} is gone, and data is encrypted with it: restore it from a backup. If there is no backup, ` +
    '`npx datacode keys create --give-up-data` makes a new one; the encrypted data is then lost.'
  );
}

/** What stays when a ring is lost: one trace beside it, and one where the embedded server has its database. */
function wasInUse(settings: KeyRingSettings): boolean {
  return existsSync(traceBeside(keyRingFile(settings))) || existsSync(traceInFolder(settings));
}

function traceBeside(file: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, `${name}.in-use`);
}

function traceInFolder({ DATA_DIR }: Pick<KeyRingSettings, 'DATA_DIR'>): string {
  return path.join(DATA_DIR, 'encryption-keys.in-use');
}

/** A ring may be mounted to be read only: then its trace is where it was made. */
async function leaveTraceBeside(file: string): Promise<void> {
  try {
    await leaveTrace(traceBeside(file), file);
  } catch (fault) {
    if (!(fault instanceof FileNotWritten)) throw fault;
  }
}

async function leaveTrace(trace: string, file: string): Promise<void> {
  if (existsSync(trace)) return;
  await replaceFile(trace, `Data is encrypted with ${file}.\n`);
}

/**
 * The keys to read with and, where encryption is on, to write with: older encrypted data stays readable without it.
 * @throws UnusableFile if encryption is on and the key ring cannot be used, or is off where a ring is or was in use
 */
export function openKeyRing(
  settings: KeyRingSettings,
  following: Following = { onUnusable: () => undefined },
): { reading: Pick<KeyRing, 'byId'>; writing: KeyRing | undefined } {
  const file = keyRingFile(settings);
  if (!settings.ENCRYPTION) {
    refuseUnlessMeant(settings);
    return { reading: existsSync(file) ? followKeyRing(file, following) : NO_KEYS, writing: undefined };
  }
  const ring = followKeyRing(file, following);
  return { reading: ring, writing: ring };
}

/** One process that was configured otherwise than the rest would store numbers in clear, and have its sales refused. */
function refuseUnlessMeant(settings: KeyRingSettings): void {
  const file = keyRingFile(settings);
  if (settings.ENCRYPTION_MAY_END || !(existsSync(file) || wasInUse(settings))) return;
  throw new UnusableFile(
    `ENCRYPTION=false, and the key ring ${file} is or was in use: unset ENCRYPTION. To end encryption in all processes, ` +
      'set ENCRYPTION_MAY_END=true as well.',
  );
}
