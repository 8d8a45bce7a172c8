import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { KEYS, ORDER, Shop } from './shop';

let shop: Shop;
let server: http.Server;
const streams: AbortController[] = [];
beforeEach(async () => {
  shop = new Shop();
  // nothing happens to any purchase, so each stream stays open until its reader is gone
  for (let reader = 0; reader < 20; reader += 1) {
    shop.purchases.stillToCome.push(
      (signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve([]))),
    );
  }
  server = http.createServer(shop.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Opens a stream of the channel's one purchase; it stays open until the test is over, or is closed by the test. */
async function follow(key: string) {
  const reader = new AbortController();
  streams.push(reader);
  const { port } = server.address() as AddressInfo; // it listens by TCP
  const response = await fetch(`http://127.0.0.1:${port}/v1/purchases/${ORDER.externalId}/events`, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    signal: reader.signal,
  });
  return { response, close: () => reader.abort() };
}

/** The limits of the shop: two streams a channel, four in all. */
async function openAll(key: string): Promise<Awaited<ReturnType<typeof follow>>[]> {
  await shop.buy({}, key);
  const opened = [await follow(key), await follow(key)];
  expect(opened.map(({ response }) => response.status)).toEqual([200, 200]);
  return opened;
}

describe('a channel with as many event streams as it may have', () => {
  it('is told the way out when it opens one more', async () => {
    await openAll(KEYS.shop);
    const { response } = await follow(KEYS.shop);
    const problem = (await response.json()) as Record<string, unknown>; // a problem document
    expect([response.status, problem['code'], problem['retryable']]).toEqual([429, 'too_many_streams', true]);
    expect(problem['detail']).toContain('as a list');
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('reads the events as a list, and sells', async () => {
    await openAll(KEYS.shop);
    expect((await shop.get(`/v1/purchases/${ORDER.externalId}/events`)).status).toBe(200);
    expect((await shop.buy({ externalId: 'another' })).status).toBe(201);
  });

  it('may open another as soon as one is closed', async () => {
    const [first] = await openAll(KEYS.shop);
    first?.close();
    let again = await follow(KEYS.shop);
    while (again.response.status === 429) again = await follow(KEYS.shop);
    expect(again.response.status).toBe(200);
  });

  it('takes none away from another channel', async () => {
    await openAll(KEYS.shop);
    await openAll(KEYS.prepaid);
  });
});

describe('a channel that may have one request under way', () => {
  it('sells while it follows a purchase: a stream takes no request’s place', async () => {
    await shop.buy({}, KEYS.small);
    expect((await follow(KEYS.small)).response.status).toBe(200);
    expect((await shop.buy({ externalId: 'another' }, KEYS.small)).status).toBe(201);
  });
});

describe('event streams of all channels at their limit', () => {
  it('are refused to whichever channel comes, which sells all the same', async () => {
    await openAll(KEYS.shop);
    await openAll(KEYS.prepaid);
    await shop.buy({}, KEYS.subscribed);
    const { response } = await follow(KEYS.subscribed);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'streams_exhausted', retryable: true });
    expect((await shop.buy({ externalId: 'another' }, KEYS.subscribed)).status).toBe(201);
  });

  it('leave no answer to be held: an order is taken and answered at once', async () => {
    await openAll(KEYS.shop);
    await openAll(KEYS.prepaid);
    const { status, headers } = await shop
      .buy({ externalId: 'another' }, KEYS.subscribed)
      .set('Prefer', 'wait=30');
    expect([status, headers['preference-applied']]).toEqual([201, undefined]);
    expect(shop.purchases.waits.at(-1)).toBe(0);
  });
});
