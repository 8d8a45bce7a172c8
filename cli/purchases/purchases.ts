import type { Command } from 'commander';
import { addCancel, addRetry, addSettle } from './act';
import { addBatch } from './batch';
import { addList } from './list';
import { addPause, addPauses, addResume } from './pauses';
import { addShow } from './show';

/** `purchases`: what operators see and do. */
export function addPurchases(command: Command): void {
  command.description(
    'lists, shows and settles purchases, and pauses sales; the history records who acted and why',
  );
  addList(command.command('list'));
  addShow(command.command('show'));
  addSettle(command.command('settle'));
  addRetry(command.command('retry'));
  addCancel(command.command('cancel'));
  addPause(command.command('pause'));
  addResume(command.command('resume'));
  addPauses(command.command('pauses'));
  addBatch(command.command('batch'));
}
