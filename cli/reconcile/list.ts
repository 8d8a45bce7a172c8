import type { Command } from 'commander';
import { ReconciliationDays, type DayRun } from '../../reconciliation/schedule/days';
import type { LocalDay } from '../../domain/local-time';
import { date } from './options';
import { dayLine } from './day-words';
import { withTemporal } from './temporal';

interface Options {
  from?: LocalDay;
  to?: LocalDay;
  json?: boolean;
}

/** `list`: the days that were reconciled by themselves or by `now`, as long as Temporal keeps them. */
export function addList(command: Command): void {
  command
    .description('lists the days that were reconciled, a line each')
    .option('--from <day>', 'from this day', date)
    .option('--to <day>', 'to this day', date)
    .option('--json', 'as JSON, for machines')
    .action(list);
}

async function list({ from, to, json }: Options): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const days = new ReconciliationDays(client, { taskQueue: config.TEMPORAL_TASK_QUEUE });
    const runs = await days.list(from, to);
    process.stdout.write(json ? `${JSON.stringify(runs, null, 2)}\n` : inLines(runs));
  });
}

function inLines(runs: readonly DayRun[]): string {
  if (runs.length === 0) return 'No day was reconciled.\n';
  return runs.map((run) => `${dayLine(run)}\n`).join('');
}
