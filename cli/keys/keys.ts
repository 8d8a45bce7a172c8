import { InvalidArgumentError, type Command } from 'commander';
import ms, { type StringValue } from 'ms';
import { addNewKey, beginPeriod, create, list, rotate } from './ring';
import { hash } from './hash';
import { shred } from './shred';

/** A time such as 30d, milliseconds. */
function age(text: string): number {
  const milliseconds = ms(text as StringValue); // ms checks the text itself and answers undefined or NaN
  if (Number.isFinite(milliseconds) && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError('Give a time such as 30d.');
}

/** `keys`: the key ring that payloads are encrypted with. */
export function addKeys(command: Command): void {
  command.description('the key ring that payloads are encrypted with');
  command.command('list').description('lists the keys, by period').option('--json', 'as JSON').action(list);
  command.command('create').description('makes a key ring where there is none').action(create);
  command
    .command('add')
    .description('adds a key to read with only: bring the ring to every machine, then `use` it')
    .action(addNewKey);
  command
    .command('use')
    .description('begins a period with a key of the ring')
    .argument('<id>')
    .action(beginPeriod);
  command
    .command('rotate')
    .description('adds a key and begins a period with it: for a ring that all parts share')
    .option('--if-older-than <time>', 'only when the current key is older, for a timer: 30d', age)
    .action(rotate);
  command
    .command('shred')
    .description(
      'destroys the key of a period, and with it all that was written in it; tells what that is first',
    )
    .argument('<id>')
    .requiredOption('--by <person>', 'who does it')
    .requiredOption('--why <reason>', 'why, such as the request it answers')
    .option('--yes', 'do it; without it nothing is changed', false)
    .action(shred);
  command
    .command('hash')
    .description('reads a subscriber’s number from standard input and prints the search for its purchases')
    .action(hash);
}
