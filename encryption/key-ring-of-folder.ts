import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Following } from '../runtime/followed-file';
import { temporalTarget, type ConnectionConfig } from '../runtime/configuration/temporal-target';
import { UnusableFile } from '../runtime/json-file';
import { followKeyRing, NO_KEYS, type KeyRing } from './key-ring';
import { createKeyRing, readKeyRing, type KeyRingFile } from './key-ring-file';
import { giveUpKeys, leaveTrace, noteKeys, olderCopyFaults } from './keys-in-use';

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
 * @returns what is to be logged where the ring is an older copy of the one that was in use; a missing key stops only what needs it
 * @throws UnusableFile if the key ring that was in use here is gone, or cannot be used
 * @throws FileNotWritten
 */
export async function ensureKeyRing(
  settings: KeyRingSettings & ConnectionConfig,
): Promise<readonly string[]> {
  if (!settings.ENCRYPTION) return [];
  const file = keyRingFile(settings);
  const { embedded } = temporalTarget(settings);
  if (existsSync(file)) await leaveTrace(traceBeside(file), file, true);
  else if (embedded || wasInUse(settings)) await makeKeyRing(settings, false);
  if (embedded) await leaveTrace(traceInFolder(settings), file);
  return existsSync(file) ? olderCopy(settings, readKeyRing(file)) : [];
}

/** What to say of a ring that lacks keys which were in use here, or has shredded ones again; nothing of the newest one. */
export function olderCopy(settings: KeyRingSettings, ring: KeyRingFile): string[] {
  return olderCopyFaults(tracesOf(settings), ring).map(
    (fault) => `${keyRingFile(settings)} ${fault}: it is an older copy. Put the newest copy back.`,
  );
}

/** Notes that nobody misses the keys any more that the ring lacks. */
export function giveUpMissingKeys(settings: KeyRingSettings, ring: KeyRingFile): void {
  giveUpKeys(tracesOf(settings), ring);
}

/** Notes the keys of a ring, so that a later start knows of each that is missing. */
export function noteKeysOf(settings: KeyRingSettings, ring: KeyRingFile): void {
  noteKeys(tracesOf(settings), ring);
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
  await leaveTrace(traceBeside(file), file, true);
  const ring = readKeyRing(file);
  if (givesUpData && isMade) giveUpMissingKeys(settings, ring);
  noteKeysOf(settings, ring);
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
  return tracesOf(settings).some(existsSync);
}

function tracesOf(settings: KeyRingSettings): readonly string[] {
  return [...new Set([traceBeside(keyRingFile(settings)), traceInFolder(settings)])];
}

function traceBeside(file: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, `${name}.in-use`);
}

function traceInFolder({ DATA_DIR }: Pick<KeyRingSettings, 'DATA_DIR'>): string {
  return path.join(DATA_DIR, 'encryption-keys.in-use');
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
  const ring = followKeyRing(file, following, (read) => noteKeysOf(settings, read));
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
