import { Command } from 'commander';
import { TemporalUnavailable } from '../../client/purchases';
import { addCancel, addRetry, addSettle } from './act';
import { addBatch } from './batch';
import { addList } from './list';
import { addPause, addPauses, addResume } from './pauses';
import { addShow } from './show';
import { runCommand } from '../terminal/run-command';

const program = new Command('datacode-ops')
  .description('What operators see and do, for people at a terminal and for scripts.')
  .addHelpText(
    'after',
    '\nEvery act keeps who did it and why in the history. Exits 0 when done, 1 when refused, 2 when it could not run.',
  )
  .exitOverride();

// Each command is a file's affair, which gives it its options and its action.
addList(program.command('list'));
addShow(program.command('show'));
addSettle(program.command('settle'));
addRetry(program.command('retry'));
addCancel(program.command('cancel'));
addPause(program.command('pause'));
addResume(program.command('resume'));
addPauses(program.command('pauses'));
addBatch(program.command('batch'));

void runCommand(program, { words: inWords });

function inWords(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  if (!(fault instanceof TemporalUnavailable)) return fault.message;
  const because = fault.cause instanceof Error ? ` (${fault.cause.message})` : '';
  return `${fault.message}${because}: it is not known whether it was done. Does a worker run? Look by \`show\` or \`pauses\`.`;
}
