import net from 'node:net';
import { startServer, type ApiServer } from '../../api/http/server';
import { eventually } from '../support/eventually';
import { KEYS, ORDER, Shop } from './shop';

let shop: Shop;
let server: ApiServer;
beforeEach(async () => {
  shop = new Shop();
  server = await startServer(shop.app, '127.0.0.1', 0);
});
afterEach(() => server.stop(0));

const HEAD = `Host: a\r\nAuthorization: Bearer ${KEYS.shop}\r\n`;
const GET = `GET /v1/packages HTTP/1.1\r\n${HEAD}\r\n`;
const LAST_GET = `GET /v1/packages HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`;
const BODY = JSON.stringify(ORDER);
const HELD_ORDER = `POST /v1/purchases HTTP/1.1\r\n${HEAD}Prefer: wait=30\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
/** As many as a channel may have at work. */
const MANY = GET.repeat(8);

/** A connection that sends these bytes at once. */
function sending(bytes: string): net.Socket {
  const socket = net.connect(server.port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined).write(bytes);
  return socket;
}

function ask(): Promise<Response> {
  const headers = { authorization: `Bearer ${KEYS.shop}` };
  return fetch(`http://127.0.0.1:${server.port}/v1/packages`, { headers });
}

describe('requests that are sent without waiting for the answers before', () => {
  it('are answered one after another', async () => {
    let text = '';
    for await (const chunk of sending(GET + HELD_ORDER + LAST_GET)) text += chunk;
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 201', 'HTTP/1.1 200']);
  });

  it('leave nothing behind when their sender hangs up', async () => {
    let letGo = (): void => undefined;
    shop.purchases.hold = new Promise<void>((resolve) => (letGo = resolve));
    const socket = sending(HELD_ORDER + MANY);
    await eventually('the order to be held', async () => shop.purchases.waits.length > 0 || undefined);
    socket.resetAndDestroy();
    expect((await ask()).status).toBe(200);
    letGo();
    await eventually('nothing to be counted any more', async () => {
      const figures = await shop.metrics.registry.metrics();
      return !/datacode_channel_load\{channel="shop".*\} [1-9]/.test(figures) || undefined;
    });
  });

  it.each([
    ['says that it closes', LAST_GET],
    ['refuses a request that is none', `GET /v1/packages HTTP/1.1\r\nHost: b\r\n${HEAD}\r\n`],
  ])('are not begun behind an answer that %s', async (_, last) => {
    shop.purchases.hold = new Promise<void>(() => undefined);
    for (let sent = 0; sent < 3; sent += 1) {
      const socket = sending(last + HELD_ORDER + MANY);
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }
    expect((await ask()).status).toBe(200);
    expect(shop.purchases.waits).toEqual([]);
  });

  it('are not read without end behind one that is not answered', async () => {
    shop.purchases.hold = new Promise<void>(() => undefined);
    const socket = sending(HELD_ORDER + GET.repeat(100));
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect((await ask()).status).toBe(200);
  });
});
