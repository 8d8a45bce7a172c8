import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { judge, type Judged } from '../../bench/soak/judgement';
import { nodeLiveHeapBytes, tellLiveHeap } from '../../bench/soak/live-heap';
import { processFigures } from '../../bench/soak/processes';
import { report } from '../../bench/soak/report';
import { soak } from '../../bench/soak/run';
import { readSamples, type Sample } from '../../bench/soak/sample';
import { eventually } from '../support/eventually';
import { TEST_ENVIRONMENT } from '../support/test-environment';

/** Minutes for a machine that is busy with something else. */
jest.setTimeout(300_000);

describe('a process that leaks a descriptor and a mebibyte at every turn', () => {
  const LEAKS = "kept.push(fs.openSync('/dev/null'), Buffer.alloc(1024 ** 2, 1))";

  it('is found out by what the system says of it', async () => {
    const judged = judge(await samplesOf(LEAKS), 0);
    expect(verdicts(judged)).toMatchObject({ memory: 'grows', descriptors: 'grows', threads: 'holds' });
  });

  it('is not blamed for what it gives back', async () => {
    const judged = judge(await samplesOf("fs.closeSync(fs.openSync('/dev/null'))"), 0);
    expect(verdicts(judged)).toMatchObject({ descriptors: 'holds', sockets: 'holds', threads: 'holds' });
  });

  const verdicts = (judged: readonly Judged[]) =>
    Object.fromEntries(judged.map(({ kind, verdict }) => [kind, verdict]));

  /** Of a process that does something once between two samples, which count as a minute apart. */
  async function samplesOf(turn: string): Promise<Sample[]> {
    const code = `const fs = require('node:fs'); const kept = []; process.on('message', () => { ${turn}; process.send('done'); });`;
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const gone = once(child, 'exit');
    try {
      const samples: Sample[] = [];
      for (let at = 0; at < 60; at += 1) {
        await takeTurn(child);
        const leaky = processFigures(child.pid ?? -1);
        if (!leaky) throw new Error('the process is gone');
        samples.push({ seconds: at * 60, purchases: at, underWay: 0, processes: { leaky }, files: {} });
      }
      return samples;
    } finally {
      child.kill();
      await gone;
    }
  }

  async function takeTurn(child: ChildProcess): Promise<void> {
    const done = once(child, 'message');
    child.send('turn');
    await done;
  }
});

describe('a Node program that tells what its garbage collections leave', () => {
  const KEEPS_MB = 40;
  const keeps = `globalThis.kept = Array.from({ length: ${KEEPS_MB} * 1024 }, () => new Array(128).fill(Math.random())); gc();`;

  it('tells of the heaps of all its threads', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'live-heaps-'));
    const code = `${keeps} new (require('node:worker_threads').Worker)(${JSON.stringify(`${keeps} setInterval(gc, 50);`)}, { eval: true })`;
    const env = { ...process.env, ...tellLiveHeap(folder) };
    const child = spawn(process.execPath, ['--expose-gc', '-e', code], { stdio: 'ignore', env });
    const gone = once(child, 'exit');
    try {
      await eventually('both heaps to be told', () => {
        const bytes = nodeLiveHeapBytes(folder, child.pid ?? -1) ?? 0;
        return Promise.resolve(bytes > 2 * KEEPS_MB * 1024 ** 2 || undefined);
      });
    } finally {
      child.kill();
      await gone;
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a process that is gone', () => {
  it('has no figures', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(processFigures(child.pid ?? -1)).toBeUndefined();
  });
});

/** Nothing here is about growth: that a soak sells, samples every part and every file, and judges them. */
describe('a soak of some seconds', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'soak-test-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('sells, and leaves samples from which the run can be judged again', async () => {
    process.env['TEMPORAL_CLI_PATH'] ??= process.env[TEST_ENVIRONMENT.cli];
    const samplesFile = path.join(folder, 'soak.jsonl');
    const plan = { minutes: 0.1, rate: 2, sampleEverySeconds: 0.5, samplesFile };
    const samples = await soak(plan, new AbortController().signal, () => undefined);

    const last = samples.at(-1);
    expect(last?.purchases).toBeGreaterThan(0);
    expect(Object.keys(last?.processes ?? {})).toEqual(
      expect.arrayContaining(['temporal', 'sandbox', 'worker', 'api', 'storefront']),
    );
    expect(last?.processes['temporal']?.liveHeapBytes).toBeGreaterThan(10 * 1024 ** 2);
    expect(last?.processes['worker']?.liveHeapBytes).toBeGreaterThan(10 * 1024 ** 2);
    const { database = 0, ledger = 0, logs = 0 } = last?.files ?? {};
    expect(Math.min(database, ledger, logs)).toBeGreaterThan(0);
    expect(readSamples(samplesFile)).toEqual(samples);
    expect(report(samples, judge(samples, 0), 0)).toMatch(/^worker descriptors .*holds|cannot tell$/m);
  });
});
