import type { Command } from 'commander';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import { reconciliationPolicy } from '../../reconciliation/schedule/policy';
import type { LocalDay } from '../../domain/local-time';
import { dayInFull, exitOf } from './day-words';
import { date } from '../terminal/argument-values';
import { withTemporal } from '../terminal/temporal';
import { say, sayJson, tell } from '../terminal/output';

/** `now`: what each morning does for yesterday, for any day and at once, by a worker. */
export function addNow(command: Command): void {
  command
    .description(
      'has a worker fetch a day’s files and reconcile it, even if it was reconciled before, and waits for the result',
    )
    .argument('<day>', 'the day in Vietnam, as 2026-11-23', date)
    .option('--json', 'as JSON, for machines')
    .action(now);
}

async function now(day: LocalDay, { json }: { json?: boolean }): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const days = new ReconciliationDays(client, { taskQueue: config.TEMPORAL_TASK_QUEUE });
    // Somebody waits: a file that is not there is told at once.
    const begun = await days.begin(day, { ...reconciliationPolicy(config), patience: 0 });
    if (!begun) tell(`${day} is being reconciled already; waiting for that run.`);
    await days.end(day);
    const run = await days.run(day);
    if (!run) throw new Error(`${day} is not known to Temporal any more.`);
    if (json) sayJson(run);
    else say(dayInFull(run));
    process.exitCode = exitOf(run);
  });
}
