import { loadavg, cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { openEncryption } from '../../client/encryption';
import { loadConfig } from '../../config';
import { readDemoChannel } from '../../sandbox/demo-channels';
import { apiPorts, HOST } from '../../dev/cluster/layout';
import { HISTORY_SHARDS } from '../../dev/cluster/settings';
import { SIZING_FIGURES_FILE, type ClusterFigures } from '../../docs/sizing/figures';
import { historyFigures } from '../history-figures';
import { makeLoad, type Sell } from '../load';
import { percentiles, type Percentiles } from '../percentiles';
import { sagaByApi } from '../sellers';
import { untilRunning } from '../until-running';
import { databaseFigures } from './database-figures';
import { clusterProcesses, processorSeconds } from './processes';

interface Options {
  purchases: number;
  atOnce: number;
  write: boolean;
}

const positive = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('a whole number above 0 is wanted');
};

/** `npm run bench:cluster`: what a purchase takes of the running cluster. Exit codes: 0 measured, 1 not. */
new Command('bench:cluster')
  .description(
    'sells through the APIs of a running `npm run cluster` and tells what a purchase takes of each part',
  )
  .option('--purchases <number>', 'how many are sold', positive, 1_000)
  .option('--at-once <number>', 'how many of them at once', positive, 50)
  .option('--write', `writes the figures to ${SIZING_FIGURES_FILE}, of which docs/sizing.md is made`, false)
  .action(async (options: Options) => {
    const figures = await measure(options);
    if (options.write) writeFileSync(SIZING_FIGURES_FILE, `${JSON.stringify(figures, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  })
  .parseAsync()
  .catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exitCode = 1;
  });

async function measure({ purchases, atOnce }: Options): Promise<ClusterFigures> {
  const config = loadConfig();
  const processes = clusterProcesses(config);
  const channel = readDemoChannel(config.DATA_DIR, 'demo');
  const sell = inTurn(
    apiPorts(config).map((port) => sagaByApi({ apiUrl: `http://${HOST}:${port}`, channel })),
  );
  await makeLoad(sell, { atOnce, seconds: 0 }); // what is done once is not a purchase's
  const before = { processor: processorSeconds(processes), database: await databaseFigures(config) };
  const { sold, perSecond } = await makeLoad(sell, { atOnce, seconds: Infinity, most: purchases });
  await withTemporal((client) => untilRunning(client, 0));
  const after = { processor: processorSeconds(processes), database: await databaseFigures(config) };
  const each = (from: number, to: number): number => Math.round(((to - from) / purchases) * 100) / 100;
  const milliseconds = Object.entries(after.processor).map(([kind, used]) => [
    kind,
    each((before.processor[kind] ?? 0) * 1000, used * 1000),
  ]);
  const { database: first } = before;
  const { database: last } = after;
  return {
    measuredAt: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores shared by all processes, load average ${loadavg()[0]?.toFixed(0)}`,
    shards: HISTORY_SHARDS,
    purchases,
    atOnce,
    perSecond: Math.round(perSecond * 100) / 100,
    answerMs: rounded(percentiles(sold.map((each) => each.milliseconds))),
    processorMsPerPurchase: Object.fromEntries(milliseconds) as Record<string, number>,
    databasePerPurchase: {
      storedBytes: Math.round(each(first.storedBytes, last.storedBytes)),
      walBytes: Math.round(each(first.walBytes, last.walBytes)),
      walSyncs: each(first.walSyncs, last.walSyncs),
      commits: each(first.commits, last.commits),
    },
    history: await withTemporal((client) =>
      historyFigures(
        client,
        sold.map(({ workflowId }) => workflowId),
      ),
    ),
  };
}

async function withTemporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const { connectionOptions, namespace } = temporalTarget(config);
  const { dataConverter } = openEncryption(config);
  const connection = await Connection.connect(connectionOptions);
  try {
    return await work(new Client({ connection, namespace, dataConverter }));
  } finally {
    await connection.close();
  }
}

/** Sells at each of the APIs in turn. */
function inTurn(sellers: readonly Sell[]): Sell {
  let count = 0;
  return () => {
    const next = sellers[count++ % sellers.length];
    if (next === undefined) throw new Error('there is no API to sell at');
    return next();
  };
}

function rounded({ p50, p95, p99 }: Percentiles): Percentiles {
  return { p50: Math.round(p50), p95: Math.round(p95), p99: Math.round(p99) };
}
