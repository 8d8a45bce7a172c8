import { Argument, InvalidArgumentError, type Command } from 'commander';
import {
  itemsOf,
  openItems,
  runBatch,
  type BatchPace,
  type BatchPlan,
  type BatchResult,
} from '../../operators/batch';
import { Operations } from '../../operators/operations';
import { loadOperatorConfig } from '../../config';
import { actInWords, OPERATOR_ACT_NAMES, type OperatorAct } from '../../domain/purchase/operator-acts';
import { withTemporal } from '../terminal/temporal';
import { BatchFiles, newBatchId } from './batch-files';
import { EXIT } from '../terminal/exit-codes';
import { queryOf, withSearch, type SearchOptions } from './list';
import { say } from '../terminal/output';
import { CommandFault } from '../terminal/command-fault';
import { whoAndWhy, withStatement, type StatementOptions } from './who-and-why';

interface BatchOptions extends SearchOptions, StatementOptions {
  confirm?: string;
  yes?: boolean;
  perSecond: number;
}

const AT_ONCE = 5;
/** How many purchases a dry run names. */
const NAMED = 20;

/** `batch`: an act over all that a search finds; nothing is touched until the dry run is confirmed. */
export function addBatch(command: Command): void {
  withStatement(withSearch(command))
    .description('does an act to all that a search finds; at first only says what it would touch')
    .addArgument(new Argument('<act>', 'what is done to each').choices(OPERATOR_ACT_NAMES))
    .option(
      '--confirm <batch>',
      'does what the dry run of this id found; again, to go on where it was cut off',
    )
    .option('--yes', 'does it without a dry run')
    .option('--per-second <count>', 'purchases a second at most', perSecond, 10)
    .addHelpText(
      'after',
      '\nWhat a dry run found is kept in the data folder, and what came of each purchase beside it.',
    )
    .action(batch);
}

async function batch(act: OperatorAct, options: BatchOptions): Promise<void> {
  const config = loadOperatorConfig();
  const pace: BatchPace = { atOnce: AT_ONCE, perSecond: options.perSecond };
  if (options.confirm !== undefined) {
    const files = new BatchFiles(config, options.confirm);
    const plan = files.read();
    if (plan.act !== act) throw new CommandFault(`${plan.id} was made to ${plan.act}, not to ${act}.`);
    return execute(plan, files, options, pace);
  }
  const plan = await look(act, options, pace);
  const files = new BatchFiles(config, plan.id);
  await files.write(plan);
  tellPlan(plan);
  if (options.yes) return execute(plan, files, options, pace);
  if (openItems(plan).length > 0) {
    say(
      '',
      'Nothing was touched. To do it:',
      `  datacode purchases batch ${act} --confirm ${plan.id} --by … --why …`,
    );
  }
}

async function look(act: OperatorAct, options: BatchOptions, pace: BatchPace): Promise<BatchPlan> {
  const query = await queryOf(options);
  return withTemporal(async ({ client }) => {
    const items = await itemsOf(client, act, query, options.limit, pace);
    return { id: newBatchId(), act, query, madeAt: new Date().toISOString(), items };
  });
}

function tellPlan(plan: BatchPlan): void {
  const { id, act, query, items } = plan;
  const open = openItems(plan);
  say(`${id}: ${act} – ${actInWords(act)}`, `  ${query}`);
  say(
    `  ${items.length} purchase(s) found; ${open.length} would be touched, ${items.length - open.length} refused`,
  );
  for (const { channel, externalId, state, obstacle } of items.slice(0, NAMED)) {
    say(`  ${channel}/${externalId}  ${state}${obstacle === null ? '' : `  would be refused: ${obstacle}`}`);
  }
  if (items.length > NAMED) say(`  … and ${items.length - NAMED} more`);
}

async function execute(
  plan: BatchPlan,
  files: BatchFiles,
  options: StatementOptions,
  pace: BatchPace,
): Promise<void> {
  const stated = await whoAndWhy(options);
  const done = files.done();
  const counts: Record<BatchResult['kind'], number> = {
    applied: 0,
    not_applied: 0,
    refused: 0,
    not_found: 0,
    failed: 0,
  };
  const all = openItems(plan).length;
  let came = done.size;
  if (done.size > 0) say(`${done.size} of ${all} were answered before.`);
  await withTemporal(({ client }) =>
    runBatch(new Operations(client), plan, stated, done, pace, (result) => {
      files.append(result);
      counts[result.kind] += 1;
      came += 1;
      progress(`${came}/${all}`);
    }),
  );
  if (process.stderr.isTTY) process.stderr.write('\n');
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  say(
    `${plan.id}: ${told.map(([kind, count]) => `${count} ${kind.replace('_', ' ')}`).join(', ') || 'nothing was left to do'}`,
  );
  say(`  ${files.results}`);
  if (counts.failed > 0) say(`  run it again to do those that failed: --confirm ${plan.id}`);
  if (told.some(([kind]) => kind !== 'applied')) process.exitCode = EXIT.notAsWanted;
}

/** On a terminal, redrawn in its place; a log is spared. */
function progress(words: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${words}`);
}

function perSecond(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
}
