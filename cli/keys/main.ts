import { Command, InvalidArgumentError } from 'commander';
import ms, { type StringValue } from 'ms';
import { KeyRingEditFault } from '../../encryption/key-ring-edits';
import { addNewKey, beginPeriod, create, list, rotate } from './ring';
import { hash } from './hash';
import { EXIT } from './exit';
import { shred } from './shred';
import { runCommand } from '../terminal/run-command';

/** A time such as 30d, milliseconds. */
function age(text: string): number {
  const milliseconds = ms(text as StringValue); // ms checks the text itself and answers undefined or NaN
  if (Number.isFinite(milliseconds) && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError('Give a time such as 30d.');
}

const program = new Command('keys')
  .description(
    'The key ring that payloads are encrypted with. Exits 0 when done, 1 when refused, 2 when it could not run.',
  )
  .exitOverride();

program.command('list').description('lists the keys, by period').action(list);
program.command('create').description('makes a key ring where there is none').action(create);
program
  .command('add')
  .description('adds a key to read with only: bring the ring to every machine, then `use` it')
  .action(addNewKey);
program
  .command('use')
  .description('begins a period with a key of the ring')
  .argument('<id>')
  .action(beginPeriod);
program
  .command('rotate')
  .description('adds a key and begins a period with it: for a ring that all parts share')
  .option('--if-older-than <time>', 'only when the current key is older, for a timer: 30d', age)
  .action(rotate);
program
  .command('shred')
  .description(
    'destroys the key of a period, and with it all that was written in it; tells what that is first',
  )
  .argument('<id>')
  .requiredOption('--by <person>', 'who does it')
  .requiredOption('--why <reason>', 'why, such as the request it answers')
  .option('--yes', 'do it; without it nothing is changed', false)
  .action(shred);
program
  .command('hash')
  .description('reads a subscriber’s number from standard input and prints the search for its purchases')
  .action(hash);

void runCommand(program, {
  exitCode: (fault) => (fault instanceof KeyRingEditFault ? EXIT.refused : EXIT.couldNotRun),
});
