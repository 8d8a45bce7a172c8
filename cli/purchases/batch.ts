import { Argument, type Command } from 'commander';
import {
  itemsOf,
  openItems,
  runBatch,
  type BatchPace,
  type BatchPlan,
  type BatchResult,
} from '../../operators/batch';
import { BatchFiles, isBatchId, newBatchId } from '../../operators/batch-files';
import { Operations } from '../../operators/operations';
import { loadOperatorConfig } from '../../config';
import { actInWords, OPERATOR_ACT_NAMES, type OperatorAct } from '../../domain/purchase/operator-acts';
import { countTo } from '../terminal/argument-values';
import { CommandFault } from '../terminal/command-fault';
import { EXIT } from '../terminal/exit-codes';
import { PURCHASE_SETTINGS, verb } from '../terminal/help';
import { print, say, type JsonOption } from '../terminal/output';
import { progressLine } from '../terminal/progress-line';
import { withTemporal } from '../terminal/temporal';
import { attributionOf, withAttribution, type AttributionOptions } from './attribution';
import { queryOf, withSearch, type SearchOptions } from './list';

interface BatchOptions extends SearchOptions, AttributionOptions, JsonOption {
  confirm?: string;
  yes?: boolean;
  perSecond: number;
}

const AT_ONCE = 5;
const MAX_PER_SECOND = 999;
/** How many purchases a dry run names. */
const NAMED = 20;

/** `batch`: an act on every purchase that a search finds; nothing is changed until the dry run is confirmed. */
export function addBatch(command: Command): void {
  command.addHelpText(
    'after',
    '\nThe plan of a dry run and the result of each purchase are kept in DATA_DIR/batches.',
  );
  const add = verb(
    command,
    'does an act to every purchase that a search finds, after a dry run that lists them',
    [
      'datacode purchases batch retry --needs-attention --older-than 10m',
      "datacode purchases batch retry --confirm batch-0123456789 --by lan --why 'MobiFone is back'",
    ],
    PURCHASE_SETTINGS,
  );
  withAttribution(withSearch(add))
    .addArgument(new Argument('<act>', 'what is done to each').choices(OPERATOR_ACT_NAMES))
    .option(
      '--confirm <batch>',
      'execute the plan of this dry run; repeat it to continue after an interruption',
    )
    .option('--yes', 'execute without a dry run')
    .option('--per-second <count>', 'maximum purchases per second', countTo(MAX_PER_SECOND), 10)
    .action(batch);
}

async function batch(act: OperatorAct, options: BatchOptions): Promise<void> {
  const config = loadOperatorConfig();
  const pace: BatchPace = { atOnce: AT_ONCE, perSecond: options.perSecond };
  if (options.confirm !== undefined) {
    if (!isBatchId(options.confirm))
      throw new CommandFault(`"${options.confirm}" is not the id of a batch, as a dry run prints it.`);
    const files = new BatchFiles(config.DATA_DIR, options.confirm);
    const plan = files.read();
    if (!plan)
      throw new CommandFault(`${files.plan} is not there: confirm a batch with the DATA_DIR of its dry run.`);
    if (plan.act !== act) throw new CommandFault(`${plan.id} is a dry run of ${plan.act}, not of ${act}.`);
    return execute(plan, files, options, pace);
  }
  const plan = await look(act, options, pace);
  const files = new BatchFiles(config.DATA_DIR, plan.id);
  await files.write(plan);
  if (!options.yes) return print(options, plan, () => [...planInWords(plan), ...confirmationOf(plan)]);
  if (!options.json) say(...planInWords(plan));
  await execute(plan, files, options, pace);
}

function confirmationOf(plan: BatchPlan): string[] {
  if (openItems(plan).length === 0) return [];
  const command = `datacode purchases batch ${plan.act} --confirm ${plan.id} --by … --why …`;
  return ['', 'Nothing was changed. To do it:', `  ${command}`];
}

async function look(act: OperatorAct, options: BatchOptions, pace: BatchPace): Promise<BatchPlan> {
  const query = await queryOf(options);
  return withTemporal(async ({ client }) => {
    const found = await itemsOf(client, act, query, options.limit, pace);
    return { id: newBatchId(), act, query, madeAt: new Date().toISOString(), ...found };
  });
}

function planInWords(plan: BatchPlan): string[] {
  const { id, act, query, items, left = 0 } = plan;
  const open = openItems(plan);
  return [
    `${id}: ${act} – ${actInWords(act)}`,
    `  ${query}`,
    `  ${items.length} purchase(s) found; ${open.length} would be touched, ${items.length - open.length} refused`,
    ...(left > 0 ? [`  ${left} more are found and not in this batch: raise --limit`] : []),
    ...items.slice(0, NAMED).map(({ channel, externalId, state, obstacle }) => {
      const refusal = obstacle === null ? '' : `  would be refused: ${obstacle}`;
      return `  ${channel}/${externalId}  ${state}${refusal}`;
    }),
    ...(items.length > NAMED ? [`  … and ${items.length - NAMED} more`] : []),
  ];
}

async function execute(
  plan: BatchPlan,
  files: BatchFiles,
  options: AttributionOptions & JsonOption,
  pace: BatchPace,
): Promise<void> {
  const attribution = await attributionOf(options);
  const done = files.done();
  const counts: Record<BatchResult['kind'], number> = {
    applied: 0,
    not_applied: 0,
    refused: 0,
    not_found: 0,
    failed: 0,
  };
  const all = openItems(plan).length;
  let finished = done.size;
  const line = progressLine(false);
  await withTemporal(({ client }) =>
    runBatch(new Operations(client), plan, attribution, done, pace, (result) => {
      files.append(result);
      counts[result.kind] += 1;
      finished += 1;
      line.show(() => `${finished}/${all}`);
    }),
  );
  line.clear();
  print(
    options,
    { id: plan.id, act: plan.act, doneBefore: done.size, ...counts, results: files.results },
    () => {
      const kinds = Object.entries(counts).filter(([, count]) => count > 0);
      const summary = kinds.map(([kind, count]) => `${count} ${kind.replace('_', ' ')}`).join(', ');
      return [
        ...(done.size > 0 ? [`${done.size} of ${all} were answered before.`] : []),
        `${plan.id}: ${summary || 'nothing was left to do'}`,
        `  ${files.results}`,
        ...(counts.failed > 0 ? [`  run it again for those that failed: --confirm ${plan.id}`] : []),
      ];
    },
  );
  const { applied: _, ...notApplied } = counts;
  if (Object.values(notApplied).some((count) => count > 0)) process.exitCode = EXIT.notAsWanted;
}
