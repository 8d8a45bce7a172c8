import { Client } from '@temporalio/client';
import { keyUsage, type KeyUsage } from '../../client/key-usage';
import { subscriberHashes } from '../../client/encryption';
import {
  giveUpMissingKeys,
  keyRingFile,
  makeKeyRing,
  noteKeysOf,
  olderCopy,
} from '../../encryption/key-ring-of-folder';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { webUiLinks } from '../../client/web-ui-links';
import { loadOperatorConfig } from '../../config';
import { keyRingOf } from '../../encryption/key-ring';
import {
  addKey,
  changeKeyRing,
  KeyRingEditFault,
  requireRetired,
  shredKey,
  useKey,
} from '../../encryption/key-ring-edits';
import { newKey, readKeyRing, type KeyRingFile } from '../../encryption/key-ring-file';
import { searchFor } from '../../operators/saved-searches';
import { EXIT } from '../terminal/exit-codes';
import { print, refuse, tell, type JsonOption } from '../terminal/output';
import { readSubscriberNumber } from '../terminal/ask';
import { webUiBase, withConnection } from '../terminal/temporal';

const FOLLOWED =
  'Every part that has this file follows within two seconds. One that cannot read it logs "key ring reload failed" and ' +
  'keeps the previous version.';

/** The configured ring, and its file. */
function ownRing(): { file: string; ring: KeyRingFile } {
  const file = keyRingFile(loadOperatorConfig());
  return { file, ring: readKeyRing(file) };
}

interface ChangeOptions extends JsonOption {
  /** Although keys that were in use are missing in the ring. */
  giveUpData?: boolean;
}

/**
 * Changes the configured ring, unless it is an older copy: who puts the newest one back would lose the change, and who does not,
 * the keys that it lacks. What makes it less of one, as to shred a key again, is done.
 * @returns the ring before
 */
async function changeOwnRing(
  change: (ring: KeyRingFile) => KeyRingFile,
  giveUpData = false,
): Promise<KeyRingFile> {
  const config = loadOperatorConfig();
  const file = keyRingFile(config);
  const before = await changeKeyRing(file, (ring) => {
    const after = change(ring);
    const [fault, ...others] = olderCopy(config, after);
    const isMended = others.length + 1 < olderCopy(config, ring).length;
    if (fault !== undefined && !isMended && !giveUpData) throw new KeyRingEditFault(`${fault} ${WITHOUT_IT}`);
    return after;
  });
  const now = readKeyRing(file);
  if (giveUpData) giveUpMissingKeys(config, now);
  noteKeysOf(config, now);
  return before;
}

const WITHOUT_IT =
  'Where it is lost, add --give-up-data to `keys add`, `use` or `rotate`: what needs the missing keys stays unreadable.';

export function list(options: JsonOption): void {
  const { file, ring } = ownRing();
  const { current, keys, shredded } = ring;
  const older = olderCopy(loadOperatorConfig(), ring);
  print(options, { file, current, keys: keys.map(withoutSecret), shredded, faults: older }, () => [
    file,
    ...keys.map(({ id, madeAt, retiredAt, binds }) => {
      const past = retiredAt ? `written with until ${retiredAt}` : 'read with only';
      return `  ${id}  made ${madeAt}  ${id === current ? 'current' : past}${binds ? '' : ', not bound to workflows'}`;
    }),
    ...shredded.map(({ id, shreddedAt, by, why }) => `  ${id}  shredded ${shreddedAt} by ${by}: ${why}`),
  ]);
  for (const fault of older) tell(fault);
}

function withoutSecret({ id, madeAt, retiredAt, binds = false }: KeyRingFile['keys'][number]) {
  return { id, madeAt, retiredAt: retiredAt ?? null, binds };
}

export async function create({
  giveUpData,
  ...options
}: JsonOption & { giveUpData: boolean }): Promise<void> {
  const config = loadOperatorConfig();
  const file = keyRingFile(config);
  const created = await makeKeyRing(config, giveUpData);
  print(options, { file, created }, () => (created ? [`Made ${file}.`] : []));
  if (created) tell('Keep a copy elsewhere: without it, encrypted data can never be read again.');
  else refuse(`${file} is there already; nothing was changed.`);
}

export async function addNewKey({ giveUpData, ...options }: ChangeOptions): Promise<void> {
  const file = keyRingFile(loadOperatorConfig());
  const key = newKey(new Date());
  const { id } = key;
  await changeOwnRing((ring) => addKey(ring, key), giveUpData);
  print(options, { file, id }, () => [
    `Added ${id}, for reading only.`,
    `When every machine has this ring: datacode keys use ${id}`,
  ]);
}

export async function beginPeriod(id: string, { giveUpData, ...options }: ChangeOptions): Promise<void> {
  const file = keyRingFile(loadOperatorConfig());
  const before = await changeOwnRing((ring) => useKey(ring, id, new Date()), giveUpData);
  printPeriod(options, file, id, before.current);
}

export async function rotate(options: ChangeOptions & { ifOlderThan?: number }): Promise<void> {
  const { ifOlderThan, giveUpData } = options;
  const file = keyRingFile(loadOperatorConfig());
  const now = new Date();
  const key = newKey(now);
  let isDue = true;
  const { current } = await changeOwnRing((ring) => {
    const madeAt = ring.keys.find(({ id }) => id === ring.current)?.madeAt ?? '';
    isDue = ifOlderThan === undefined || now.getTime() - Date.parse(madeAt) >= ifOlderThan;
    return isDue ? useKey(addKey(ring, key), key.id, now) : ring;
  }, giveUpData);
  if (!isDue) {
    return print(options, { file, current, previous: null }, () => [
      `${current} is not older; nothing was changed.`,
    ]);
  }
  printPeriod(options, file, key.id, current);
  tell('Keep a copy of the ring.');
}

function printPeriod(options: JsonOption, file: string, current: string, previous: string): void {
  print(options, { file, current, previous }, () => [
    `${current} encrypts from now on; ${previous} is kept for reading.`,
  ]);
  tell(FOLLOWED);
}

/** Prints the search for a subscriber's purchases, and its link. Neither holds the number. */
export async function hash(options: JsonOption): Promise<void> {
  const ring = keyRingOf(ownRing().ring);
  const query = searchFor([], { subscriber: subscriberHashes(ring, await readSubscriberNumber()) });
  const config = loadOperatorConfig();
  const webUiLink = webUiLinks(webUiBase(config), temporalTarget(config).namespace)?.search(query) ?? null;
  print(options, { query, webUiLink }, () => [query, ...(webUiLink === null ? [] : [webUiLink])]);
}

interface ShredOptions extends JsonOption {
  by: string;
  why: string;
  yes: boolean;
  nothingLeft: boolean;
}

/** Destroys a period's key, unless something that is running still needs it, or the namespace is not the ring's. */
export async function shred(id: string, options: ShredOptions): Promise<void> {
  const { by, why, yes, nothingLeft, json = false } = options;
  const { ring } = ownRing();
  const { madeAt, retiredAt } = requireRetired(ring, id);
  const asked =
    retiredAt === undefined
      ? undefined
      : await askTemporal({ id, madeAt: new Date(madeAt), retiredAt: new Date(retiredAt) }, ring);
  const objections = asked ? objectionsTo(asked, nothingLeft) : [];
  const isShredded = yes && objections.length === 0;
  if (isShredded) await changeOwnRing((now) => shredKey(now, id, { by, why, at: new Date() }));
  if (objections.length > 0) process.exitCode = EXIT.notAsWanted;
  const { usage = null, ...place } = asked ?? {};
  print({ json }, { id, shredded: isShredded, ...place, usage }, () => [
    ...(asked ? [`Asked the namespace "${asked.namespace}" of ${asked.server}.`] : []),
    ...(objections.length > 0
      ? [`${id} was not shredded; nothing was changed.`, ...objections]
      : [
          ...(usage
            ? [`${usage.closed} closed workflow(s) of its period are at Temporal; they become unreadable.`]
            : []),
          isShredded ? `Shredded ${id}.` : 'Nothing was changed. Add --yes to shred it; it cannot be undone.',
        ]),
  ]);
  if (isShredded) tell('Destroy it in every copy of the ring as well: the data is readable with any copy.');
}

/** What a Temporal server says of a key's period, and which server and namespace were asked. */
interface Asked {
  server: string;
  namespace: string;
  usage: KeyUsage;
}

function askTemporal(
  key: { id: string; madeAt: Date; retiredAt: Date },
  { keys }: KeyRingFile,
): Promise<Asked> {
  const config = loadOperatorConfig();
  const { address } = temporalTarget(config).connectionOptions;
  const ids = new Set(keys.map(({ id }) => id));
  return withConnection(config, async (connection, namespace) => ({
    server: address,
    namespace,
    usage: await keyUsage(new Client({ connection, namespace }), key, ids),
  }));
}

function objectionsTo({ usage }: Asked, nothingLeft: boolean): string[] {
  if (isNeeded(usage)) return ['It is still needed:', ...needs(usage)];
  if (usage.isOfRing || nothingLeft) return [];
  return [
    'Nothing there was encrypted with any key of this ring, so it may be the wrong server or namespace: set TEMPORAL_ADDRESS ' +
      'and TEMPORAL_NAMESPACE as the workers have them.',
    'If it is the right one, and retention has removed everything: add --nothing-left.',
  ];
}

const MOST_NAMED = 5;

function isNeeded({ running, later, schedules, pauses, blocks }: KeyUsage): boolean {
  return running > 0 || later.length > 0 || schedules.length > 0 || pauses || blocks;
}

function needs({ running, runningQuery, later, schedules, pauses, blocks }: KeyUsage): string[] {
  return [
    ...(running > 0 ? [`  ${running} running workflow(s), which would be stuck: ${runningQuery}`] : []),
    ...(later.length > 0
      ? [
          `  ${later.length} running workflow(s) that were begun under it after its period, by a process that had not read the changed ring: ` +
            later.slice(0, MOST_NAMED).join(', '),
        ]
      : []),
    ...(schedules.length > 0
      ? [`  schedules: ${schedules.join(', ')}; delete them, a worker makes them again at its next start.`]
      : []),
    ...(pauses
      ? [
          '  the list of pauses: terminate the workflow `control`, which ends no pause, then pause or resume anything.',
        ]
      : []),
    ...(blocks
      ? [
          '  the list of blocked numbers: terminate the workflow `blocks`, which unblocks nobody, then add or remove a number.',
        ]
      : []),
  ];
}
