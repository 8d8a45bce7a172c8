import { once } from 'node:events';
import net from 'node:net';
import express from 'express';
import { inFewLines, type Refused } from '../../api/http/connection-limit';
import { startServer, type ApiServer } from '../../api/http/server';
import { eventually } from '../support/eventually';

const LIMIT = 10;
const SERVED = 9;

let server: ApiServer;
let refused: Refused[];
const clients: net.Socket[] = [];
beforeEach(async () => {
  refused = [];
  const app = express().get('/', (_request, response) => void response.send('served'));
  server = await startServer(app, '127.0.0.1', 0, undefined, {
    limit: LIMIT,
    onRefused: (how) => void refused.push(how),
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server.stop();
});

/** Connects and asks; the connection stays open. @returns what comes back until it is answered or closed */
function ask(): Promise<string> {
  const client = net.connect(server.port, '127.0.0.1', () =>
    client.write('GET / HTTP/1.1\r\nHost: shop\r\n\r\n'),
  );
  clients.push(client);
  return new Promise((resolve) => {
    let text = '';
    client.on('data', (bytes) => {
      text += bytes.toString();
      if (text.includes('\r\n\r\n')) resolve(text);
    });
    client.on('error', () => undefined).on('close', () => resolve(text));
  });
}

describe('more connections than there are file descriptors for', () => {
  it('are answered with a problem document as long as that can be, and then closed; each is told of', async () => {
    for (let client = 0; client < SERVED; client += 1) expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    const answered = await ask();
    expect(answered).toMatch(/^HTTP\/1\.1 503 /);
    expect(answered).toMatch(/Retry-After: \d/);
    expect(answered).toMatch(/Connection: close/);
    expect(refused).toEqual(['answered']);
  });

  it('are closed unread at the limit itself', async () => {
    const idle = Array.from({ length: LIMIT }, () => net.connect(server.port, '127.0.0.1'));
    clients.push(...idle);
    await eventually(
      'all of them to be open',
      () => idle.every(({ readyState }) => readyState === 'open') || undefined,
    );
    expect(await ask()).toBe('');
    expect(refused).toEqual(['closed']);
  });

  it('leave room for others when they go', async () => {
    for (let client = 0; client < LIMIT; client += 1) await ask();
    for (const client of clients.splice(0)) client.destroy();
    await eventually('to be served', async () =>
      (await ask()).startsWith('HTTP/1.1 200') ? true : undefined,
    );
  });
});

describe('one address that keeps connections open and does not use them', () => {
  const KEPT = 3;

  it('keeps some; those that were idle for the longest time are closed, and one with a request is not', async () => {
    const held = express()
      .get('/held', () => undefined) // never answered
      .get('/', (_request, response) => void response.send('served'));
    const bounded = await startServer(held, '127.0.0.1', 0, undefined, {
      limit: 100,
      idle: { perAddress: KEPT, afterMs: 100 },
      onRefused: () => undefined,
    });
    const open = (path?: string, header = '') => {
      const client = net.connect(bounded.port, '127.0.0.1', () => {
        if (path) client.write(`GET ${path} HTTP/1.1\r\nHost: shop\r\n${header}\r\n`);
      });
      clients.push(client);
      return client.resume().on('error', () => undefined);
    };
    const busy = [open('/held'), open('/held', 'Expect: something else\r\n')];
    const idle = [open('/'), ...Array.from({ length: 9 }, () => open())];
    const isOpen = (client: net.Socket) => client.readyState === 'open';
    await eventually('the excess to be closed', () => idle.filter(isOpen).length === KEPT || undefined);
    expect(busy.map(isOpen)).toEqual([true, true]);
    for (const client of clients) client.destroy();
    await bounded.stop();
  });

  it('keeps one whose request came behind another, and is under way since that was answered', async () => {
    const held = express()
      .get('/held', () => undefined) // never answered
      .get('/', (_request, response) => void response.send('served'));
    const bounded = await startServer(held, '127.0.0.1', 0, undefined, {
      limit: 100,
      idle: { perAddress: 0, afterMs: 0 },
      onRefused: () => undefined,
    });
    const closed: string[] = [];
    const open = (name: string): net.Socket => {
      const client = net.connect(bounded.port, '127.0.0.1').on('error', () => undefined);
      clients.push(client.on('close', () => closed.push(name)));
      return client;
    };
    const busy = open('busy');
    busy.write(['/', '/held'].map((path) => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`).join(''));
    await once(busy, 'data'); // the first is answered, and the second begins
    open('idle').resume();
    await eventually('the idle one to be closed', () => closed.length > 0 || undefined);
    expect(closed).toEqual(['idle']);
    for (const client of clients) client.destroy();
    await bounded.stop();
  });
});

describe('a crowd of refusals', () => {
  it('is told of at once, and then in one line every ten seconds', () => {
    jest.useFakeTimers();
    const lines: number[] = [];
    const refuse = inFewLines((count) => void lines.push(count));
    for (let client = 0; client < 500; client += 1) refuse();
    expect(lines).toEqual([1]);
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([1, 499]);
    jest.advanceTimersByTime(60_000);
    refuse();
    expect(lines).toEqual([1, 499, 1]);
    jest.useRealTimers();
  });
});
