import { request } from 'node:http';
import { startWorkerHealth, type WorkerHealth } from '../../worker/health';

let obstacle: () => Promise<string | undefined>;
let health: WorkerHealth;
const clock: { faultMs: number | undefined } = { faultMs: undefined };
beforeEach(async () => {
  clock.faultMs = undefined;
  health = await startWorkerHealth({ obstacle: () => obstacle(), clock }, '127.0.0.1', 0);
});
afterEach(() => health.close());

async function ask(path: string, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${health.port}${path}`, { method });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

describe('the health of a worker', () => {
  it('is ready while nothing is in its way', async () => {
    obstacle = () => Promise.resolve(undefined);
    expect(await ask('/readyz')).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await ask('/readyz', 'HEAD')).toEqual({ status: 200, body: undefined });
  });

  it('is ready with a wrong clock, and says how wrong it is', async () => {
    obstacle = () => Promise.resolve(undefined);
    clock.faultMs = -7_200_400;
    expect(await ask('/readyz')).toEqual({
      status: 200,
      body: { status: 'ready', clockOffsetSeconds: -7200 },
    });
  });

  it('is not ready, but alive, with what is in its way', async () => {
    obstacle = () => Promise.resolve('this worker is stopping');
    expect(await ask('/readyz')).toEqual({
      status: 503,
      body: { status: 'not ready', why: 'this worker is stopping' },
    });
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('is not ready while Temporal is silent, and tells nothing of how', async () => {
    obstacle = () => Promise.reject(new Error('secrets of the house'));
    expect(await ask('/readyz')).toEqual({
      status: 503,
      body: { status: 'not ready', why: 'Temporal does not answer' },
    });
  });

  it('is all there is', async () => {
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/healthz', 'POST')).status).toBe(405);
  });

  it('names the setting when its port is taken', async () => {
    await expect(startWorkerHealth({ obstacle, clock }, '127.0.0.1', health.port)).rejects.toThrow(
      /WORKER_HEALTH_PORT/,
    );
  });

  it('answers under an address of this machine only, where it listens on loopback', async () => {
    obstacle = () => Promise.resolve(undefined);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      request({ host: '127.0.0.1', port: health.port, path: '/readyz', headers })
        .on('error', reject)
        .on('response', (response) => resolve(response.resume().statusCode))
        .end();
    });
    expect(status).toBe(403);
  });
});
