import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Wire } from '../../mobifone/wire';

const REQUEST = { method: 'POST', path: '/', headers: {}, body: '{}' } as const;

let server: Server;
let wire: Wire;
let connections: number;
/** What the gateway says of its own patience with idle connections. */
let keepAlive: string | undefined;

const answer: RequestListener = (request, response) => {
  if (keepAlive) response.setHeader('keep-alive', keepAlive);
  request.resume().on('end', () => response.end('{}'));
};

beforeEach(async () => {
  connections = 0;
  server = createServer(answer).on('connection', () => (connections += 1));
  server.keepAliveTimeout = 0; // never closes one by itself; says nothing of it either
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  wire = new Wire(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 60_000);
});
afterEach(async () => {
  jest.restoreAllMocks();
  wire.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** Sends one request, lets the connection be idle for so long, and sends another. */
async function sendTwice(idleMs: number): Promise<void> {
  const clock = jest.spyOn(performance, 'now');
  const steady = Math.floor(performance.now()); // whole, so that adding the idle time and taking it away is exact
  clock.mockImplementation(() => steady);
  expect(await wire.send(REQUEST)).toMatchObject({ kind: 'answer' });
  await new Promise((next) => setImmediate(next)); // Node gives the connection back after the reply's end
  clock.mockImplementation(() => steady + idleMs);
  expect(await wire.send(REQUEST)).toMatchObject({ kind: 'answer' });
}

describe('a connection that MobiFone keeps open', () => {
  it.each([
    { says: 'timeout=10', idleMs: 8_900 },
    { says: 'timeout=10, max=100', idleMs: 8_900 },
    { says: undefined, idleMs: 3_900 },
  ])('is used again after $idleMs ms where the gateway says $says', async ({ says, idleMs }) => {
    keepAlive = says;
    await sendTwice(idleMs);
    expect(connections).toBe(1);
  });

  it.each([
    { says: 'timeout=10', idleMs: 9_000 },
    { says: 'max=100, timeout=10', idleMs: 9_900 },
    { says: 'timeout=1', idleMs: 0 },
    { says: undefined, idleMs: 4_000 },
  ])(
    'is not used when the gateway may be closing it: idle for $idleMs ms, and it says $says',
    async ({ says, idleMs }) => {
      keepAlive = says;
      await sendTwice(idleMs);
      expect(connections).toBe(2);
    },
  );
});
