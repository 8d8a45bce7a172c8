import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { localDay, type LocalDay } from '../../domain/local-time';
import { whole } from '../../cli/terminal/argument-values';
import { ChildPart } from '../../dev/supervisor/child-part';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { measuredSchema, type Measured, type Way } from './one-way';
import { StoredDay } from './stored-day';
import { SYNTHETIC_DAY } from './synthetic-day';
import { writeSyntheticFile } from './synthetic-file';

const execute = promisify(execFile);

/** Beyond it the promise of docs/reconciliation.md is broken. */
const MEMORY_LIMIT_MEGABYTES = 300;

interface Options {
  purchases: number;
  synthetic: number;
}

async function run({ purchases, synthetic }: Options): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-reconcile-'));
  try {
    const { ours, obvious } = await storedDay(folder, purchases);
    const large = await syntheticDay(folder, synthetic);
    const ratio = obvious.milliseconds / ours.milliseconds;
    const table = [
      '| day | way | purchases | lines | visibility pages | histories opened | took | peak memory |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      row('sold on the embedded server', 'by visibility', ours),
      row('the same', 'every history', obvious),
      row('synthetic, pages from a stand-in server', 'by visibility', large),
    ];
    process.stdout.write(
      `${table.join('\n')}\n\nBy visibility is ${ratio.toFixed(1)} times as fast as opening every history.\n`,
    );
    const faults = [
      ...(ours.histories + large.histories > 0 ? ['histories were opened on a clean day'] : []),
      ...(ours.breaks + obvious.breaks + large.breaks > 0 ? ['a clean day has breaks'] : []),
      ...(large.peakMegabytes > MEMORY_LIMIT_MEGABYTES
        ? [`it took more than ${MEMORY_LIMIT_MEGABYTES} MB`]
        : []),
    ];
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function storedDay(folder: string, purchases: number): Promise<{ ours: Measured; obvious: Measured }> {
  const stored = await StoredDay.start(path.join(folder, 'stack'));
  try {
    const day = localDay(new Date());
    await stored.sell(purchases);
    const file = path.join(folder, 'stored.csv');
    await writeFile(file, Buffer.from(await (await fetch(stored.settlementUrl(day))).arrayBuffer()));
    return {
      ours: await measure('visibility', stored.address, day, file),
      obvious: await measure('histories', stored.address, day, file),
    };
  } finally {
    await stored.stop();
  }
}

async function syntheticDay(folder: string, purchases: number): Promise<Measured> {
  const file = path.join(folder, 'synthetic.csv');
  await writeSyntheticFile(file, purchases);
  const server = new ChildPart(
    { name: 'pages', entry: path.join(__dirname, 'paging-server.ts') },
    { ...process.env, BENCH_PURCHASES: String(purchases) },
    path.join(folder, 'pages.log'),
    { onLine: () => undefined, onProgress: () => undefined },
  );
  try {
    const died = server.ended.then(({ lastLines }) => {
      throw new Error(`the stand-in server ended:\n${lastLines.join('\n')}`);
    });
    const { port } = await Promise.race([server.ready, died]);
    died.catch(() => undefined); // it ends when it is asked to
    return await measure('visibility', `127.0.0.1:${String(port)}`, SYNTHETIC_DAY, file);
  } finally {
    server.requestStop();
    await server.ended;
  }
}

/** Each way in a process of its own, so that its memory is told apart. */
async function measure(way: Way, address: string, day: LocalDay, file: string): Promise<Measured> {
  const entry = path.join(__dirname, 'one-way.ts');
  const { stdout } = await execute(process.execPath, typescriptEntry(entry, way, address, day, file));
  return measuredSchema.parse(JSON.parse(stdout));
}

function row(day: string, way: string, measured: Measured): string {
  const { purchases, lines, pages, histories, milliseconds, peakMegabytes } = measured;
  const took = `${(milliseconds / 1000).toFixed(2)} s`;
  const cells = [day, way, purchases, lines, pages, histories, took, `${Math.round(peakMegabytes)} MB`];
  return `| ${cells.join(' | ')} |`;
}

new Command('bench:reconcile')
  .description('Reconciles by visibility and by opening every history, in one run.')
  .option('--purchases <count>', 'sold on an embedded server', whole, 500)
  .option('--synthetic <count>', 'of a synthetic day', whole, 100_000)
  .action(run)
  .parseAsync()
  .catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exitCode = 1;
  });
