import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { derivePurchaseId } from '../../client/purchase-id';
import { channelName } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';
import { ApiCaller } from '../api-caller';
import { DESIGNS, type Design } from '../designs';
import { Lab } from '../lab/lab';
import { BenchPart } from '../lab/part';
import { makeLoad, type Sell } from '../load';
import { nextOrder, PACKAGE } from '../orders';
import { percentiles } from '../percentiles';
import { seller } from '../sellers';
import type { NaiveSale } from '../yardstick/naive-sale';
import { startPostgres } from './postgres';
import { startRestate } from './restate';

const AT_ONCE = [1, 10, 50, 200] as const;
const SECONDS = 5;

/** One engine, ready to sell. */
interface Peer {
  title: string;
  sell: Sell;
  stop(): Promise<void>;
}

/** `npm run bench:peers`: the same five calls, on the same gateway, on other engines and on ours, in turns. */
async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-peers-'));
  const lab = await Lab.start([{ kind: 'tuned', saga: true }]);
  const peers: Peer[] = [ours(lab, 'sagaByApi'), ours(lab, 'naive')];
  try {
    for (const start of [startDbos, startRestatePeer]) peers.push(await start(folder, lab.gateway.url));
    const rows = await lab.watched(measured(peers));
    const heading = '| engine | at once | purchases/s | p50 ms | p95 ms | p99 ms |';
    process.stdout.write(`${[heading, '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n')}\n`);
  } finally {
    for (const peer of peers) await peer.stop();
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(peers: readonly Peer[]): Promise<string[]> {
  for (const { sell } of peers) await makeLoad(sell, { atOnce: 10, seconds: 2 }); // warm-up
  const rows: string[] = [];
  for (const atOnce of AT_ONCE) {
    for (const { title, sell } of peers) {
      const { sold, perSecond } = await makeLoad(sell, { atOnce, seconds: SECONDS });
      const { p50, p95, p99 } = percentiles(sold.map(({ milliseconds }) => milliseconds));
      const cells = [perSecond, p50, p95, p99].map((figure) => figure.toFixed(1));
      rows.push(`| ${[title, atOnce, ...cells].join(' | ')} |`);
    }
  }
  return rows;
}

function ours(lab: Lab, design: Design): Peer {
  const sell = seller(design, lab.stack('tuned'));
  return { title: DESIGNS[design], sell, stop: () => Promise.resolve() };
}

async function startDbos(folder: string, gatewayUrl: string): Promise<Peer> {
  const postgres = await startPostgres(folder);
  const environment = { PEER_DATABASE_URL: postgres.url, MOBIFONE_BASE_URL: gatewayUrl };
  const app = await startApp('dbos', 'dbos-app.ts', environment, folder).catch(async (fault: unknown) => {
    await postgres.stop();
    throw fault;
  });
  const caller = new ApiCaller(app.url, '');
  return {
    title: 'DBOS 5.3 on PostgreSQL',
    sell: selling((sale) => caller.post('/buy', sale, {})),
    async stop() {
      await app.part.stop();
      await postgres.stop();
    },
  };
}

async function startRestatePeer(folder: string, gatewayUrl: string): Promise<Peer> {
  const server = await startRestate(folder);
  const environment = { MOBIFONE_BASE_URL: gatewayUrl };
  const app = await startApp('restate', 'restate-app.ts', environment, folder).catch(
    async (fault: unknown) => {
      await server.stop();
      throw fault;
    },
  );
  await server.register(app.url);
  const caller = new ApiCaller(server.ingressUrl, '');
  return {
    title: 'Restate 1.7',
    sell: selling((sale) => caller.post(`/purchase/${sale.purchaseId}/run`, sale, {})),
    async stop() {
      await app.part.stop();
      await server.stop();
    },
  };
}

/** @throws Error when a purchase did not succeed */
function selling(buy: (sale: NaiveSale) => Promise<Record<string, unknown>>): Sell {
  return async () => {
    const { externalId, msisdn } = nextOrder();
    const purchaseId = derivePurchaseId(channelName('bench'), externalId);
    const { outcome } = await buy({ purchaseId, msisdn, packageCode: PACKAGE, amount: vnd(90_000) });
    if (outcome !== 'succeeded') throw new Error(`a purchase ended as ${String(outcome)}`);
    return purchaseId;
  };
}

async function startApp(
  name: string,
  entry: string,
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<{ part: BenchPart; url: string }> {
  const log = path.join(folder, `${name}.log`);
  const { part, details } = await BenchPart.start(
    name,
    path.resolve(__dirname, entry),
    { ...process.env, ...environment },
    log,
  );
  return { part, url: `http://127.0.0.1:${String(details['port'])}` };
}

// Node's own end by a signal would leave the servers behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().then(
  () => process.exit(),
  (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  },
);
