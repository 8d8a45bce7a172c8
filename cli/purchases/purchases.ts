import type { Command } from 'commander';
import { addCancel, addRetry, addSettle } from './act';
import { addBatch } from './batch';
import { addList } from './list';
import { addPause, addPauses, addResume } from './pauses';
import { addShow } from './show';

/** `purchases`: what operators see and do; every act keeps who did it and why in the history. */
export function addPurchases(command: Command): void {
  command.description('what operators see and do; every act keeps who did it and why in the history');
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
