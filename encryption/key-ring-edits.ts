import { rewriteJsonFile } from '../runtime/json-file';
import { changeAlone } from '../runtime/lock-file';
import { readKeyRing, type KeyRingFile, type RingKey } from './key-ring-file';

/** A key ring cannot be changed as requested; the message says why. */
export class KeyRingEditFault extends Error {
  override readonly name = 'KeyRingEditFault';
}

/**
 * Changes the ring of a file as it is at that moment, by one process of this machine at a time: else a key that was written with
 * could be gone.
 * @param change the ring as it is to be; the same one changes nothing
 * @returns the ring before
 * @throws KeyRingEditFault, ChangedByAnother, UnusableFile, FileNotWritten
 */
export async function changeKeyRing(
  file: string,
  change: (ring: KeyRingFile) => KeyRingFile,
): Promise<KeyRingFile> {
  return changeAlone(file, async () => {
    const before = readKeyRing(file);
    const after = change(before);
    if (after !== before) await rewriteJsonFile(file, after);
    return before;
  });
}

/** Adds a key for reading only, so that every machine can have it before any writes with it. */
export function addKey(file: KeyRingFile, key: RingKey): KeyRingFile {
  return { ...file, keys: [...file.keys, key] };
}

/**
 * Makes this key the one for new data: a new period begins.
 * @throws KeyRingEditFault when there is no such key
 */
export function useKey(file: KeyRingFile, id: string, now: Date): KeyRingFile {
  requireKey(file, id);
  if (file.current === id) return file;
  const keys = file.keys.map((key): RingKey => {
    const { retiredAt: _used, ...unretired } = key;
    if (key.id === id) return unretired;
    return key.id === file.current ? { ...key, retiredAt: now.toISOString() } : key;
  });
  return { ...file, current: id, keys };
}

/** Who destroys a key, why and when. */
export interface Shredding {
  by: string;
  why: string;
  at: Date;
}

/**
 * Destroys a key; who and why are kept with its id, so that the loss of its data is known to be on purpose.
 * @throws KeyRingEditFault when there is no such key, or it is the current one
 */
export function shredKey(file: KeyRingFile, id: string, { by, why, at }: Shredding): KeyRingFile {
  const { madeAt } = requireRetired(file, id);
  const tombstone = { id, madeAt, shreddedAt: at.toISOString(), by, why };
  return {
    ...file,
    keys: file.keys.filter((key) => key.id !== id),
    shredded: [...file.shredded, tombstone],
  };
}

/** @throws KeyRingEditFault when there is no such key, or it is the current one */
export function requireRetired(file: KeyRingFile, id: string): RingKey {
  const key = requireKey(file, id);
  if (file.current !== id) return key;
  throw new KeyRingEditFault(
    `"${id}" is the current key: rotate first, so that nothing more is written under it.`,
  );
}

function requireKey(file: KeyRingFile, id: string): RingKey {
  const key = file.keys.find((each) => each.id === id);
  if (key) return key;
  const shredded = file.shredded.some((each) => each.id === id);
  throw new KeyRingEditFault(
    shredded
      ? `"${id}" was shredded already.`
      : `There is no key "${id}"; there are: ${file.keys.map((each) => each.id).join(', ')}.`,
  );
}
