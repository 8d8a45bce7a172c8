import { keyRingFile } from '../../client/encryption';
import { loadOperatorConfig } from '../../config';
import { addKey, useKey } from '../../encryption/key-ring-edits';
import { createKeyRing, newKey, readKeyRing, type KeyRingFile } from '../../encryption/key-ring-file';
import { writeJsonFile } from '../../runtime/json-file';
import { refuse, say, sayJson } from '../terminal/output';

const FOLLOWED = 'Every part that has this file follows it within a second or two.';

/** The ring of the configuration, and where it is. */
export function ownRing(): { file: string; ring: KeyRingFile } {
  const file = keyRingFile(loadOperatorConfig());
  return { file, ring: readKeyRing(file) };
}

export function list({ json }: { json?: boolean }): void {
  const { file, ring } = ownRing();
  if (json)
    return sayJson({ file, current: ring.current, keys: ring.keys.map(listed), shredded: ring.shredded });
  say(file);
  for (const { id, madeAt, retiredAt } of ring.keys) {
    const use =
      id === ring.current ? 'current' : retiredAt ? `written with until ${retiredAt}` : 'read with only';
    say(`  ${id}  made ${madeAt}  ${use}`);
  }
  for (const { id, shreddedAt, by, why } of ring.shredded)
    say(`  ${id}  shredded ${shreddedAt} by ${by}: ${why}`);
}

/** The secret stays in the ring. */
function listed({ id, madeAt, retiredAt }: KeyRingFile['keys'][number]) {
  return { id, madeAt, retiredAt: retiredAt ?? null };
}

export async function create(): Promise<void> {
  const file = keyRingFile(loadOperatorConfig());
  if (await createKeyRing(file, new Date())) {
    return say(
      `Made ${file}.`,
      'Keep a copy elsewhere: without it, nothing that is encrypted can be read again.',
    );
  }
  refuse(`${file} is there already; nothing was changed.`);
}

export async function addNewKey(): Promise<void> {
  const { file, ring } = ownRing();
  const key = newKey(new Date());
  await writeJsonFile(file, addKey(ring, key));
  say(
    `Added ${key.id}, which is read with only.`,
    `When every machine has this ring: datacode keys use ${key.id}`,
  );
}

export async function beginPeriod(id: string): Promise<void> {
  const { file, ring } = ownRing();
  await writeJsonFile(file, useKey(ring, id, new Date()));
  say(`Written under ${id} from now on; ${ring.current} is read with.`, FOLLOWED);
}

export async function rotate({ ifOlderThan }: { ifOlderThan?: number }): Promise<void> {
  const { file, ring } = ownRing();
  const now = new Date();
  const current = ring.keys.find(({ id }) => id === ring.current);
  const age = now.getTime() - Date.parse(current?.madeAt ?? '');
  if (ifOlderThan !== undefined && age < ifOlderThan)
    return say(`${ring.current} is young enough; it stays.`);
  const key = newKey(now);
  await writeJsonFile(file, useKey(addKey(ring, key), key.id, now));
  say(
    `Written under ${key.id} from now on; ${ring.current} is read with.`,
    FOLLOWED,
    'Keep a copy of the ring.',
  );
}
