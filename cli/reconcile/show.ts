import type { Command } from 'commander';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import type { LocalDay } from '../../domain/local-time';
import { dayInFull, exitOf } from './day-words';
import { date } from '../terminal/argument-values';
import { withTemporal } from '../terminal/temporal';
import { say, sayJson } from '../terminal/output';

/** `show`: what became of a day, as its latest run left it. */
export function addShow(command: Command): void {
  command
    .description('shows what reconciling a day came to; exits as that run')
    .argument('<day>', 'the day in Vietnam, as 2026-11-23', date)
    .option('--json', 'as JSON, for machines')
    .action(show);
}

async function show(day: LocalDay, { json }: { json?: boolean }): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const run = await new ReconciliationDays(client, { taskQueue: config.TEMPORAL_TASK_QUEUE }).run(day);
    if (!run) {
      throw new Error(
        `${day} was not reconciled, or longer ago than Temporal keeps. \`now ${day}\` reconciles it.`,
      );
    }
    if (json) sayJson(run);
    else say(dayInFull(run));
    process.exitCode = exitOf(run);
  });
}
