import type { Command } from 'commander';
import { ReconciliationDays, type DayRun } from '../../reconciliation/schedule/days';
import { reconciliationPolicy } from '../../reconciliation/schedule/policy';
import type { LocalDay } from '../../domain/local-time';
import { date } from '../terminal/argument-values';
import { TEMPORAL_SETTINGS, verb } from '../terminal/help';
import { print, tell, tellUnreadable, type JsonOption } from '../terminal/output';
import { withTemporal, type Temporal } from '../terminal/temporal';
import { dayInFull, dayLine, exitOf } from './day-words';

const DAY_ARGUMENT = ['<day>', 'a day in Vietnam, such as 2026-11-23', date] as const;

/** `list` and `show` say how days were reconciled; `now` does for any day what each morning does for yesterday. */
export function addDays(command: Command): void {
  verb(
    command.command('list'),
    'lists the days that a worker has reconciled',
    ["datacode reconcile list --from 2026-11-01 --json | jq '.[].standing'"],
    TEMPORAL_SETTINGS,
  )
    .option('--from <day>', 'from this day', date)
    .option('--to <day>', 'to this day', date)
    .action(list);
  verb(
    command.command('show'),
    'shows the result of a day’s latest run, and exits as that run did',
    ['datacode reconcile show 2026-11-23'],
    TEMPORAL_SETTINGS,
  )
    .argument(...DAY_ARGUMENT)
    .action(show);
  verb(
    command.command('now'),
    'lets a worker fetch a day’s files and reconcile it, again if need be, and waits for the result',
    ['datacode reconcile now 2026-11-23'],
    TEMPORAL_SETTINGS,
  )
    .argument(...DAY_ARGUMENT)
    .action(now);
}

function daysOf({ client, config }: Temporal): ReconciliationDays {
  return new ReconciliationDays(client, { taskQueue: config.TEMPORAL_TASK_QUEUE });
}

async function list(options: JsonOption & { from?: LocalDay; to?: LocalDay }): Promise<void> {
  await withTemporal(async (temporal) => {
    const strange: string[] = [];
    const onStrange = ({ workflowId }: { workflowId: string }) => strange.push(workflowId);
    const runs = await daysOf(temporal).list(options, onStrange);
    print(options, runs, () => runs.map(dayLine));
    tellUnreadable(strange);
    if (runs.length === 0 && !options.json) tell('No day was reconciled.');
  });
}

async function show(day: LocalDay, options: JsonOption): Promise<void> {
  await withTemporal(async (temporal) => {
    const run = await daysOf(temporal).run(day);
    if (!run) {
      throw new Error(
        `${day} was not reconciled, or Temporal no longer keeps it. \`datacode reconcile now ${day}\` reconciles it.`,
      );
    }
    printRun(options, run);
  });
}

async function now(day: LocalDay, options: JsonOption): Promise<void> {
  await withTemporal(async (temporal) => {
    const days = daysOf(temporal);
    // Somebody waits for the result: a missing file is reported at once.
    const begun = await days.begin(day, { ...reconciliationPolicy(temporal.config), patience: 0 });
    if (!begun) tell(`${day} is being reconciled already; waiting for that run.`);
    await days.end(day);
    const run = await days.run(day);
    if (!run) throw new Error(`Temporal no longer keeps the run of ${day}.`);
    printRun(options, run);
  });
}

function printRun(options: JsonOption, run: DayRun): void {
  print(options, run, () => dayInFull(run));
  process.exitCode = exitOf(run);
}
