import { Command } from 'commander';
import { ignoreLostReader } from '../../runtime/process';
import { addCases } from './cases';
import { addList } from './list';
import { addNow } from './now';
import { addRun } from './run';
import { addShow } from './show';
import { runCommand } from '../terminal/run-command';

const program = new Command('datacode-reconcile')
  .description('Reconciles our purchases with MobiFone’s settlement files.')
  .addHelpText(
    'after',
    '\nWithout a command it runs: its options are in `run --help`.\nExits 0 when clean, 1 with breaks, 2 when it could not run.',
  )
  .exitOverride();

// Each command is a file of its own, which gives it its options and its action.
addRun(program.command('run', { isDefault: true }));
addList(program.command('list'));
addShow(program.command('show'));
addNow(program.command('now'));
addCases(program.command('cases'));

ignoreLostReader();
void runCommand(program);
