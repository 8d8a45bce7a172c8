import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApi } from '../../api/main';
import { ensureDemoChannels } from '../../sandbox/demo-channels';
import { loadConfig } from '../../config';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stopping-'));
  await ensureDemoChannels(settings());
});
afterAll(() => rm(folder, { recursive: true }));

const settings = (more: Record<string, string> = {}) =>
  loadConfig({ DATA_DIR: folder, API_PORT: '0', LOG_LEVEL: 'silent', ...more });

describe('an API that is asked to stop, behind something that spreads requests over several', () => {
  it('says that it is not ready first, serves on for as long as was set, and only then shuts its door', async () => {
    const pauses: number[] = [];
    let goOn = (): void => undefined;
    const noticed = new Promise<void>((resolve) => (goOn = resolve));
    const api = await startApi(settings({ API_SHUTDOWN_DELAY: '7s' }), (ms) => {
      pauses.push(ms);
      return noticed;
    });
    const address = `http://127.0.0.1:${String(api.details?.['port'])}`;
    let stopped = false;
    const stop = api.stop().then(() => (stopped = true));

    const ready = await fetch(`${address}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ detail: 'This process is stopping.' });
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    const served = await fetch(`${address}/openapi.json`); // no Temporal runs here
    expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);
    expect([pauses, stopped]).toEqual([[7_000], false]);

    goOn();
    await stop;
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();
  });
});
