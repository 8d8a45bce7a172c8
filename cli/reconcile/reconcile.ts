import type { Command } from 'commander';
import { addCases } from '../cases';
import { addList } from './list';
import { addNow } from './now';
import { addRun } from './run';
import { addShow } from './show';

/** `reconcile`: our purchases and MobiFone's settlement files; without a command it runs. */
export function addReconcile(command: Command): void {
  command
    .description('reconciles our purchases with MobiFone’s settlement files')
    .addHelpText('after', '\nWithout a command it runs: its options are in `run --help`.');
  addRun(command.command('run', { isDefault: true }));
  addList(command.command('list'));
  addShow(command.command('show'));
  addNow(command.command('now'));
  addCases(command.command('cases', { hidden: true })); // its name until 2026-11-28
}
