import type { Command } from 'commander';
import { duration } from '../terminal/argument-values';
import { PURCHASE_SETTINGS, TEMPORAL_SETTINGS, verb } from '../terminal/help';
import { addNewKey, beginPeriod, create, hash, list, rotate, shred } from './ring';
import { readableText } from '../purchases/attribution';

/** Of what changes a ring. */
const GIVE_UP = [
  '--give-up-data',
  'although the ring is an older copy, and what is encrypted with the keys that it lacks is then lost',
  false,
] as const;

const RING_SETTINGS = ['ENCRYPTION_KEYS_FILE', 'DATA_DIR'] as const;

/** `keys`: the key ring that payloads are encrypted with. */
export function addKeys(command: Command): void {
  command.description('lists, adds, rotates and destroys the keys that payloads are encrypted with');
  const add = (
    name: string,
    does: string,
    example: string,
    settings: Parameters<typeof verb>[3] = RING_SETTINGS,
  ): Command => verb(command.command(name), does, [`datacode keys ${name}${example}`], settings);

  add('list', 'lists the keys by period', ' --json | jq .current').action(list);
  add('create', 'makes a key ring where there is none', '')
    .option('--give-up-data', 'although what is encrypted with the ring that is gone is then lost', false)
    .action(create);
  add(
    'add',
    'adds a key for reading only; copy the ring to every machine, then `use` the key',
    ' --json | jq -r .id',
  )
    .option(...GIVE_UP)
    .action(addNewKey);
  add('use', 'begins a period: encrypts with a key of the ring from now on', ' 2026-12-4be1c2')
    .argument('<id>', 'the key, as `datacode keys list` prints it')
    .option(...GIVE_UP)
    .action(beginPeriod);
  add(
    'rotate',
    'adds a key and begins a period with it, for a ring that all parts share',
    ' --if-older-than 30d',
  )
    .option('--if-older-than <time>', 'only when the current key is older, such as 30d', duration)
    .option(...GIVE_UP)
    .action(rotate);
  add(
    'shred',
    'destroys the key of a period, and with it all that was written in it; without --yes it only says what that is',
    " 2026-10-4be1c2 --by lan --why 'retention of October'",
    [...RING_SETTINGS, ...TEMPORAL_SETTINGS.filter((name) => name !== 'DATA_DIR')],
  )
    .argument('<id>', 'the key, as `datacode keys list` prints it')
    .requiredOption('--by <person>', 'who acts', readableText)
    .requiredOption('--why <reason>', 'the reason, such as the request that it answers', readableText)
    .option(
      '--nothing-left',
      'also where the namespace has nothing that any key of the ring encrypted, since retention has removed it all',
      false,
    )
    .option('--yes', 'destroy it; without this nothing is changed', false)
    .action(shred);
  add(
    'hash',
    'reads a subscriber’s number from standard input and prints the search for its purchases',
    ' < number.txt',
    [...PURCHASE_SETTINGS, 'TEMPORAL_UI_URL'],
  ).action(hash);
}
