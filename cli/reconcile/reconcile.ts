import type { Command } from 'commander';
import { addCases } from '../cases';
import { addList, addNow, addShow } from './days';
import { addRun } from './run';

/** `reconcile`: compares our purchases with MobiFone's settlement files. */
export function addReconcile(command: Command): void {
  command
    .description('compares our purchases with MobiFone’s settlement files')
    .addHelpText('after', '\nWithout a command it runs: the options are in `run --help`.');
  addRun(command.command('run'));
  addList(command.command('list'));
  addShow(command.command('show'));
  addNow(command.command('now'));
  addCases(command.command('cases', { hidden: true })); // its name until 2026-11-28
}
