import type { Command } from 'commander';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import type { LocalDay } from '../../domain/local-time';
import { date } from '../terminal/argument-values';
import { dayLine } from './day-words';
import { withTemporal } from '../terminal/temporal';
import { say, sayJson } from '../terminal/output';

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
    if (json) sayJson(runs);
    else say(...(runs.length === 0 ? ['No day was reconciled.'] : runs.map(dayLine)));
  });
}
