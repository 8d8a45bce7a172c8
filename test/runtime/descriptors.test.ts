import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDemoChannels } from '../../sandbox/demo-channels';
import { loadConfig } from '../../config';
import { watchDescriptors, type Descriptors, type DescriptorSource } from '../../runtime/descriptors';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { eventually } from '../support/eventually';

/** Logs what it is told, by its level. */
function listeningLogger(lines: string[]) {
  const at =
    (level: string) =>
    (...[, words]: unknown[]) =>
      void lines.push(`${level} ${String(words)}`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

describe('the file descriptors of a process', () => {
  let open: number;
  let lines: string[];
  let told: Descriptors[];
  const source: DescriptorSource = { limit: async () => 100, open: async () => open };
  beforeEach(() => {
    jest.useFakeTimers();
    open = 20;
    lines = [];
    told = [];
  });
  afterEach(() => jest.useRealTimers());

  const watch = (from: DescriptorSource = source) =>
    watchDescriptors(listeningLogger(lines), (counted) => void told.push(counted), from);
  const after = (counts: number) => jest.advanceTimersByTimeAsync(counts * 10_000);

  it('are told with their limit, which is logged at the start', async () => {
    const stop = await watch();
    expect(lines).toEqual(['info limit of file descriptors']);
    expect(told).toEqual([{ limit: 100, open: 20 }]);
    stop();
  });

  it('are warned of once well before the limit, again as an emergency, and anew after they were free', async () => {
    const stop = await watch();
    for (const count of [74, 75, 80, 94, 95, 99, 70, 60, 76]) {
      open = count;
      await after(1);
    }
    const levels = lines.slice(1).map((line) => line.split(' ')[0]);
    expect(levels).toEqual(['warn', 'error', 'info', 'warn']);
    stop();
  });

  it('are all in use where not even they can be counted', async () => {
    const stop = await watch({
      ...source,
      open: () => Promise.reject(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })),
    });
    expect(told).toEqual([{ limit: 100, open: 100 }]);
    stop();
  });

  it('are left alone where there is no limit', async () => {
    const stop = await watch({ ...source, limit: async () => undefined });
    await after(3);
    expect(told).toEqual([]);
    stop();
  });

  it('are told by this system as they are', async () => {
    jest.useRealTimers();
    const stop = await watchDescriptors(listeningLogger(lines), (counted) => void told.push(counted));
    stop();
    const [counted] = told;
    if (!counted) return expect(lines[0]).toContain('no limit'); // such as on macOS
    expect(counted.open).toBeGreaterThan(2);
    expect(counted.limit).toBeGreaterThan(counted.open);
  });
});

describe('an API whose descriptors run out', () => {
  /** Above what the process needs to load its code. */
  const LIMIT = 512;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'descriptors-'));
    await ensureDemoChannels(loadConfig({ DATA_DIR: folder }));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('logs its limit and each crowd that it refuses, and serves on when the crowd is gone', async () => {
    const entry = typescriptEntry(path.resolve(__dirname, '../../api/main.ts'));
    const api = spawn('sh', ['-c', `ulimit -n ${LIMIT} && exec "$0" "$@"`, process.execPath, ...entry], {
      env: { ...process.env, DATA_DIR: folder, API_PORT: '0', API_SHUTDOWN_DELAY: '0', TEMPORAL_PORT: '1' },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let log = '';
    api.stdout?.on('data', (bytes: Buffer) => (log += bytes.toString()));
    const ended = new Promise<never>((_resolve, reject) =>
      api.once('exit', (code) => reject(new Error(`the API ended with ${code}`))),
    );
    const said = new Promise<{ port: number }>(
      (resolve) => api.once('message', (message) => resolve(message as { port: number })), // `runPart` says so
    );
    const ready = await Promise.race([said, ended]);
    const crowd = Array.from({ length: LIMIT }, () =>
      net.connect(ready.port, '127.0.0.1').on('error', () => undefined),
    );
    await eventually('the refusals to be logged', () =>
      log.includes('connections refused: the file descriptor limit is near') ? true : undefined,
    );
    expect(log).toMatch(new RegExp(`"limit":${LIMIT},"msg":"limit of file descriptors"`));

    for (const client of crowd) client.destroy();
    await eventually('to be served again', async () => {
      const answer = await fetch(`http://127.0.0.1:${ready.port}/healthz`).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    });
    api.kill('SIGTERM');
    await expect(ended).rejects.toThrow('the API ended with 0');
  });
});
