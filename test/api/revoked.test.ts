import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelKey } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import { eventually } from '../support/eventually';
import { KEYS, ORDER, Shop } from './shop';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
let shop: Shop;
let server: http.Server;
beforeEach(async () => {
  shop = new Shop();
  // nothing happens to any purchase: whoever follows or waits for one does so until somebody ends it
  shop.purchases.stillToCome.push(
    (signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve([]))),
  );
  server = http.createServer(shop.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Follows a purchase, or what else is at this address, with a key that may read. */
async function follow(address = `/v1/purchases/${ORDER.externalId}/events`): Promise<Response> {
  const { port } = server.address() as AddressInfo; // it listens by TCP
  const response = await fetch(`http://127.0.0.1:${port}${address}`, {
    headers: { authorization: `Bearer ${KEYS.reader}`, accept: 'text/event-stream' },
  });
  expect(response.status).toBe(200);
  return response;
}

/** Changes the shop's entry in the registry. */
function change(edit: (shop: Channel) => Channel): void {
  shop.channels = shop.channels.map((channel) => (channel.name === 'shop' ? edit(channel) : channel));
}

function changeReader(edit: (key: ChannelKey) => ChannelKey[]): void {
  const isReader = (key: ChannelKey) => key.lastFour === KEYS.reader.slice(-4);
  change((channel) => ({
    ...channel,
    keys: channel.keys.flatMap((key) => (isReader(key) ? edit(key) : [key])),
  }));
}

const ENDS: Readonly<Record<string, { how: () => void; code: string }>> = {
  revoked: { how: () => changeReader(() => []), code: 'unauthenticated' },
  expired: {
    how: () => changeReader((key) => [{ ...key, expiresAt: '2026-11-24T03:05:00Z' }]),
    code: 'key_expired',
  },
  'without its scope': {
    how: () => changeReader((key) => [{ ...key, scopes: ['submit'] }]),
    code: 'scope_missing',
  },
  'of a disabled channel': {
    how: () => change((channel) => ({ ...channel, enabled: false })),
    code: 'channel_disabled',
  },
  'of a removed channel': {
    how: () => void (shop.channels = shop.channels.filter(({ name }) => name !== 'shop')),
    code: 'unauthenticated',
  },
};

describe('a key that gives no access any more', () => {
  it.each(Object.entries(ENDS))('ends its event stream: %s', async (_, { how }) => {
    await shop.buy();
    const stream = await follow();
    how();
    expect(await stream.text()).toMatch(/event: purchase\.accepted/); // read to its end
  });

  it.each(Object.entries(ENDS))('ends its stream of a batch: %s', async (_, { how }) => {
    await shop.post('/v1/batches', { batchId: 'staff', orders: [ORDER] }).expect(201);
    const stream = await follow('/v1/batches/staff/events');
    how();
    expect(await stream.text()).toMatch(/event: batch\.running/); // read to its end
  });

  it.each(Object.entries(ENDS))('ends the answer that is held for it: %s', async (_, { how, code }) => {
    await shop.buy();
    let letGo = (): void => undefined;
    shop.purchases.hold = new Promise<void>((resolve) => (letGo = resolve));
    const held = shop
      .get(`/v1/purchases/${ORDER.externalId}`, KEYS.reader)
      .set('Prefer', 'wait=30')
      .then((answer) => answer);
    while (shop.purchases.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    how();
    const { body, headers } = await held;
    expect(body.code).toBe(code);
    expect(headers['www-authenticate'] !== undefined).toBe(code !== 'channel_disabled');
    letGo();
  });

  it('leaves the streams of the channel’s other keys open', async () => {
    await shop.buy();
    const stream = await follow();
    change((channel) => ({
      ...channel,
      keys: channel.keys.filter(({ lastFour }) => lastFour !== KEYS.shop.slice(-4)),
    }));
    const reader = stream.body?.getReader();
    await reader?.read(); // what was told at once
    let isOver = false;
    void reader?.closed.then(() => (isOver = true));
    const looks = shop.looks;
    await eventually('the key to be looked up twice', () => shop.looks > looks + 1 || undefined);
    expect(isOver).toBe(false);
    await reader?.cancel();
  });

  it('sells nothing by an order that was still being sent', async () => {
    const { port } = server.address() as AddressInfo; // it listens by TCP
    const body = JSON.stringify(ORDER);
    const headers = {
      authorization: `Bearer ${KEYS.seller}`,
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue',
    };
    const sending = http.request({ port, method: 'POST', path: '/v1/purchases', headers });
    const answered = new Promise<http.IncomingMessage>((resolve) => sending.once('response', resolve));
    sending.write(body.slice(0, 10));
    await new Promise((resolve) => sending.once('continue', resolve)); // its key was looked at
    change((channel) => ({ ...channel, keys: [] }));
    sending.end(body.slice(10));
    expect((await answered).statusCode).toBe(401);
    expect(shop.purchases.calls).toEqual([]);
  });

  it.each(['application/json', 'text/csv', XLSX])(
    'is given no statement that waited for its turn or was being read: %s',
    async (accept) => {
      let go = (): void => undefined;
      shop.statements.ready = new Promise<void>((resolve) => (go = resolve));
      const { port } = server.address() as AddressInfo; // it listens by TCP
      const headers = { authorization: `Bearer ${KEYS.reader}`, accept };
      const asked = [1, 2].map(() =>
        fetch(`http://127.0.0.1:${port}/v1/statements/2026-11`, { headers })
          .then(async (answer) => (answer.ok ? (await answer.text(), 'given') : answer.status))
          .catch(() => 'cut'),
      );
      await eventually('the first to be read', async () => shop.statements.underWay === 1 || undefined);
      changeReader(() => []);
      const ends = await Promise.all(asked);
      expect(ends).not.toContain('given');
      expect(ends[1]).toBe(401);
      go();
      await eventually('the reading to end', async () => shop.statements.underWay === 0 || undefined);
      expect(shop.statements.asked).toHaveLength(1); // of the first one’s days
      expect(shop.lines.join('')).not.toContain('unexpected error');
    },
  );

  it.each([
    ['/v1/batches', 'application/json', JSON.stringify({ batchId: 'staff', orders: [ORDER] })],
    [
      '/v1/batches?batchId=staff',
      'text/csv',
      `externalId,msisdn,package\n${Object.values(ORDER).join(',')}\n`,
    ],
    ['/v1/batches/validate', 'application/json', JSON.stringify({ orders: [ORDER] })],
  ])('sells nothing by a batch that was being read: %s as %s', async (address, type, body) => {
    changeReader((key) => [{ ...key, scopes: ['read', 'submit'] }]);
    shop.afterLook = () => changeReader(() => []); // it has been let in, and its turn has come
    const answer = await shop.post(address, undefined, KEYS.reader).type(type).send(body);
    expect(answer.status).toBe(401);
    expect(shop.batches.orders).toEqual([]);
  });

  it.each([{}, { 'Idempotency-Key': 'tried-once' }])(
    'sells nothing by an order whose sale was being claimed, and holds nothing for it: %j',
    async (headers) => {
      shop.orderClaims.meanwhile = () => {
        const isRevoked = ({ lastFour }: ChannelKey) => lastFour === KEYS.guarded.slice(-4);
        shop.channels = shop.channels.map((channel) => ({
          ...channel,
          keys: channel.keys.filter((key) => !isRevoked(key)),
        }));
      };
      const answer = await shop.post('/v1/purchases', ORDER, KEYS.guarded).set(headers);
      expect(answer.status).toBe(401);
      expect(shop.purchases.orders).toEqual([]);
      const other = { ...ORDER, externalId: 'order-of-another-key' };
      expect((await shop.post('/v1/purchases', other, KEYS.guardedSeller)).status).toBe(201);
    },
  );

  it('is given no results as a file that was being made', async () => {
    await shop.post('/v1/batches', { batchId: 'staff', orders: [ORDER] }).expect(201);
    shop.afterLook = () => changeReader(() => []);
    const answer = await shop.get('/v1/batches/staff/results', KEYS.reader).set('Accept', 'text/csv');
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain(ORDER.externalId);
  });

  it.each(['application/json', 'text/csv', XLSX])(
    'is given no statement that began after its last look: %s',
    async (accept) => {
      shop.afterLook = () => changeReader(() => []);
      const answer = await shop.get('/v1/statements/2026-11', KEYS.reader).set('Accept', accept);
      expect(answer.status).toBe(401);
      expect(shop.statements.asked).toEqual([]);
    },
  );
});
