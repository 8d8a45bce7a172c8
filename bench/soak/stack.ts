import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DemoChannel } from '../../sandbox/demo-channels';
import { loadConfig } from '../../config';
import { partPlans } from '../../dev/part-plans';
import type { ReadyDetails } from '../../dev/supervisor/child-part';
import { LOG_FILES_MAX_BYTES, prepareStack } from '../../dev/supervisor/stack-command';
import { Supervisor } from '../../dev/supervisor/supervisor';
import { freePort } from '../../dev/temporal/free-port';
import { goLiveHeapBytes, nodeLiveHeapBytes, TELL_COLLECTIONS, tellLiveHeap } from './live-heap';

/** The stack of `npm start`, running. */
export interface SoakStack {
  /** All that it keeps on disk. */
  folder: string;
  apiUrl: string;
  channel: DemoChannel;
  /** The living processes by part; the Temporal server itself is one of them. */
  processes(): ReadonlyMap<string, number>;
  /** What a part's last full garbage collection left, bytes. */
  liveHeap(name: string, pid: number): number | undefined;
  /** Rejects when a part ends by itself. */
  died: Promise<never>;
  /** Stops all and removes the folder. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Starts the stack of `npm start` on free ports in a temporary folder, with the sandbox as MobiFone.
 * @throws PartDied
 */
export async function startSoakStack(say: (line: string) => void): Promise<SoakStack> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-soak-'));
  Object.assign(process.env, await surroundings(folder)); // what the supervisor hands on to its parts
  for (const name of ['CHANNELS_FILE', 'MOBIFONE_BASE_URL', 'TEMPORAL_ADDRESS']) delete process.env[name];
  const config = loadConfig();
  const channels = await prepareStack(config);
  const [channel] = channels;
  if (!channel) throw new Error('there is no demo channel to sell for');
  const logs = { folder: path.join(folder, 'logs'), maxBytes: LOG_FILES_MAX_BYTES };
  const supervisor = new Supervisor(logs, { onLine: () => undefined, onProgress: say });
  let ran: Promise<void> = Promise.resolve();
  const ready = await new Promise<ReadonlyMap<string, ReadyDetails>>((resolve, reject) => {
    ran = supervisor.run(partPlans(config, true), resolve);
    ran.catch(reject);
  });
  const died = ran.then(() => new Promise<never>(() => undefined));
  died.catch(() => undefined); // told to whoever waits for the stack
  return {
    folder,
    apiUrl: `http://${LOOPBACK}:${config.API_PORT}`,
    channel,
    processes: () => processesOf(supervisor, ready),
    liveHeap: (name, pid) =>
      name === 'temporal'
        ? goLiveHeapBytes(readFileSync(path.join(logs.folder, 'temporal.log'), 'utf8'))
        : nodeLiveHeapBytes(heapsFolder(folder), pid),
    died,
    async stop() {
      supervisor.stop();
      await ran.catch(() => undefined); // a death is told by `died`
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function processesOf(
  supervisor: Supervisor,
  ready: ReadonlyMap<string, ReadyDetails>,
): ReadonlyMap<string, number> {
  const server = ready.get('temporal')?.['pid'];
  const parts = [...supervisor.pids].flatMap(([name, pid]): [string, number][] =>
    // the part `temporal` is only what starts the server and watches it
    pid === undefined ? [] : [[name === 'temporal' ? 'temporal-watcher' : name, pid]],
  );
  return new Map([...(typeof server === 'number' ? [['temporal', server] as const] : []), ...parts]);
}

const heapsFolder = (folder: string): string => path.join(folder, 'live-heaps');

async function surroundings(folder: string): Promise<Record<string, string>> {
  const names = [
    'TEMPORAL_PORT',
    'TEMPORAL_UI_PORT',
    'SANDBOX_PORT',
    'API_PORT',
    'STOREFRONT_PORT',
    'CODEC_SERVER_PORT',
    'DESK_PORT',
  ];
  const ports: Record<string, string> = {};
  for (const name of names) ports[name] = String(await freePort(LOOPBACK, 0, name));
  await mkdir(heapsFolder(folder));
  return { ...ports, DATA_DIR: folder, GODEBUG: TELL_COLLECTIONS, ...tellLiveHeap(heapsFolder(folder)) };
}
