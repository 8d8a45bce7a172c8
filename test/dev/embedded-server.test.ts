import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { loadConfig } from '../../config';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal/server';
import { CuttableDisk } from '../support/cuttable-disk';

const NAMESPACE = 'default';

const disk = CuttableDisk.mount();
const onCuttableDisk = disk ? it : it.skip;
const running: TemporalServer[] = [];
beforeAll(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true); // the servers' own log
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  jest.restoreAllMocks();
  disk?.unmount();
});

/** The embedded server of `npm start`, with its database in that folder. */
async function startedIn(folder: string): Promise<TemporalServer> {
  const config = loadConfig({
    ...process.env,
    DATA_DIR: folder,
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: '0',
    ENCRYPTION: 'off',
  });
  const server = await startTemporalServer(config, NAMESPACE, () => undefined);
  running.push(server);
  return server;
}

async function serverIn(folder: string): Promise<Client> {
  const server = await startedIn(folder);
  return new Client({ connection: await Connection.connect({ address: server.address }) });
}

describe('the Web UI of the embedded server', () => {
  it('is shown at the port that is printed, and to no page of another name', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'embedded-'));
    const { uiPort } = await startedIn(folder);
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request({
          host: '127.0.0.1',
          port: uiPort,
          path: '/api/v1/settings',
          headers: { host },
        });
        asked
          .on('error', reject)
          .on('response', (response) => resolve(response.resume().statusCode))
          .end();
      });
    expect(await statusFor(`127.0.0.1:${uiPort}`)).toBe(200);
    expect(await statusFor(`localhost:${uiPort}`)).toBe(200);
    expect(await statusFor(`evil.example:${uiPort}`)).toBe(403);
    await running.pop()?.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('every other port of the embedded server', () => {
  // a page needs no preflight for these, and can have a name of its own lead to 127.0.0.1
  it.each([
    ['GET', '/api/v1/namespaces', undefined],
    ['POST', '/api/v1/namespaces/default/workflows/by-a-page', 'text/plain'],
    ['POST', '/namespaces/default/workflows/by-a-page', 'application/x-www-form-urlencoded'],
  ] as const)('does nothing for a web page: %s %s', async (method, resource, type) => {
    const ports = await portsOf(shared.pid);
    expect(ports.length).toBeGreaterThan(3);
    const answers = await Promise.all(
      ports.flatMap((port) =>
        [`127.0.0.1:${port}`, `localhost:${port}`, `evil.example:${port}`].map(async (host) => ({
          port,
          host,
          status: await statusOf(port, host, { method, resource, type }),
        })),
      ),
    );
    expect(answers.filter(({ status }) => status !== undefined && status < 400)).toEqual([]);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(3); // the HTTP API itself
  });

  let shared: TemporalServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'embedded-'));
    shared = await startedIn(folder);
  });
  afterAll(async () => {
    await shared.stop();
    rmSync(folder, { recursive: true });
  });

  /** The ports of 127.0.0.1 that a process listens on, as Linux lists them. */
  async function portsOf(pid: number | undefined): Promise<number[]> {
    const links = await readdir(`/proc/${pid}/fd`);
    const opened = await Promise.all(
      links.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')), // closed meanwhile
    );
    const table = await readFile('/proc/net/tcp', 'utf8');
    return table
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, local, , state, , , , , , inode]) =>
          state === '0A' && local?.startsWith('0100007F') && opened.includes(`socket:[${inode}]`),
      )
      .map(([, local = '']) => parseInt(local.split(':')[1] ?? '', 16));
  }

  /** Undefined where nobody speaks HTTP. */
  function statusOf(
    port: number,
    host: string,
    { method, resource, type }: { method: string; resource: string; type: string | undefined },
  ): Promise<number | undefined> {
    const headers = { host, origin: 'http://evil.example', ...(type ? { 'content-type': type } : {}) };
    return new Promise((resolve) => {
      const asked = request({ host: '127.0.0.1', port, method, path: resource, headers });
      asked
        .on('error', () => resolve(undefined))
        .on('response', (response) => resolve(response.resume().statusCode))
        .end(type ? '{}' : undefined);
    });
  }
});

describe(`a power cut at the embedded server${disk ? '' : ' (not tried here: this process may not mount a file system)'}`, () => {
  onCuttableDisk('loses nothing that it had answered for, to the last moment', async () => {
    if (!disk) throw new Error('skipped without one');
    const before = await serverIn(disk.folder);
    const ids = Array.from({ length: 10 }, (_, index) => `accepted-${index}`);
    for (const workflowId of ids) {
      await before.workflow.start('sale', { workflowId, taskQueue: 'nobody-is-here' });
    }
    const cut = disk.cutPower();

    const after = await serverIn(cut);
    const found = await Promise.allSettled(ids.map((id) => after.workflow.getHandle(id).describe()));
    expect(ids.filter((_, index) => found[index]?.status === 'fulfilled')).toEqual(ids);
    await Promise.all([before, after].map(({ connection }) => connection.close()));
  });
});
