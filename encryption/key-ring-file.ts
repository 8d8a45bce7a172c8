import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { z } from 'zod';
import { jsonText, readJsonFile, UnusableFile } from '../runtime/json-file';
import { createFile } from '../runtime/whole-file';

/** AES-256 takes 32 bytes; the subkeys of a period are derived from as many. */
export const KEY_BYTES = 32;

const keyIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be small letters, digits and hyphens, 64 at most');
const momentSchema = z.iso.datetime('must be a moment such as 2026-11-25T07:00:00.000Z');

const keySchema = z.strictObject({
  id: keyIdSchema,
  key: z
    .base64('must be base64')
    .refine(
      (text) => Buffer.from(text, 'base64').length === KEY_BYTES,
      `must be ${KEY_BYTES} bytes in base64`,
    ),
  madeAt: momentSchema,
  /** When it was last replaced as the current key. */
  retiredAt: momentSchema.optional(),
  /** Whether its payloads are bound to their workflows; absent in keys from before there was that. */
  binds: z.boolean().optional(),
});

/** Record of a key that was destroyed on purpose; a lost key has none. */
const shreddedSchema = z.strictObject({
  id: keyIdSchema,
  madeAt: momentSchema,
  shreddedAt: momentSchema,
  by: z.string().min(1),
  why: z.string().min(1),
});

/** The key ring as its file holds it: keys of all periods, the one that is written with, and those that are no more. */
export const keyRingFileSchema = z
  .strictObject({
    current: keyIdSchema,
    keys: z.array(keySchema).min(1, 'must hold a key'),
    shredded: z.array(shreddedSchema).default([]),
  })
  .superRefine(({ current, keys, shredded }, context) => {
    if (!keys.some(({ id }) => id === current)) {
      context.addIssue({ code: 'custom', path: ['current'], message: `there is no key "${current}"` });
    }
    const ids = [...keys, ...shredded].map(({ id }) => id);
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice !== undefined) {
      context.addIssue({ code: 'custom', path: ['keys'], message: `"${twice}" is there more than once` });
    }
  });

export type KeyRingFile = z.output<typeof keyRingFileSchema>;
export type RingKey = z.output<typeof keySchema>;

const WHEN_MISSING =
  'restore it from its copy, bring the one of the other parts here, or set ENCRYPTION_KEYS_FILE. ' +
  'Only where nothing was ever encrypted, make one by `npx datacode keys create`. ' +
  'Where there never was one, ENCRYPTION=off does without, with every subscriber’s number in clear at Temporal.';

/**
 * Reads a key ring.
 * @throws UnusableFile when there is none, it is faulty, or others than its owner may read it
 */
export function readKeyRing(file: string): KeyRingFile {
  const ring = readJsonFile(file, keyRingFileSchema, WHEN_MISSING);
  refuseOthers(file);
  return ring;
}

/**
 * Makes a key ring with one key where there is none yet; of several processes at once one makes it.
 * @returns whether it was made by this call
 * @throws FileNotWritten
 */
export function createKeyRing(file: string, now: Date): Promise<boolean> {
  const key = newKey(now);
  const ring: KeyRingFile = { current: key.id, keys: [key], shredded: [] };
  return createFile(file, jsonText(ring));
}

/** A new key. Its id is the month of its creation, to recognise the period, and a random part. */
export function newKey(now: Date): RingKey {
  return {
    id: `${now.toISOString().slice(0, 7)}-${randomBytes(3).toString('hex')}`,
    key: randomBytes(KEY_BYTES).toString('base64'),
    madeAt: now.toISOString(),
    binds: true,
  };
}

/** A file of ours must be ours alone; the rights of one that was mounted for us are its mounter's affair. */
function refuseOthers(file: string): void {
  const { mode, uid } = statSync(file);
  if (process.getuid === undefined || uid !== process.getuid()) return;
  if ((mode & 0o077) === 0) return;
  throw new UnusableFile(`${file} holds keys and may be read by others: \`chmod 600 ${file}\`.`);
}
