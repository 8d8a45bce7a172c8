import supertest, { type Test } from 'supertest';
import { eventually } from '../support/eventually';
import { HOUR_MS, restoreWallClock, setWallClock } from '../support/wall-clock';
import { KEYS, Shop } from './shop';

/** Two of a header of which there may be one; supertest sends both. */
const TWICE = { 'Last-Event-ID': ['1', '2'] } as unknown as Record<string, string>; // its types know one

let shop: Shop;
beforeEach(() => void (shop = new Shop()));
afterEach(restoreWallClock);

describe('a channel that asks too often', () => {
  it('is told on each answer what is left, and then when to come back', async () => {
    const first = await shop.get('/v1/packages', KEYS.small);
    expect(first.headers['ratelimit-policy']).toMatch(/^"channel"; q=3; w=60; pk=:[A-Za-z0-9+/=]+:$/);
    expect(first.headers['ratelimit']).toMatch(/^"channel"; r=2; t=\d+$/);
    await shop.get('/v1/packages', KEYS.small);
    await shop.get('/v1/packages', KEYS.small);
    const { status, body, headers } = await shop.get('/v1/packages', KEYS.small);
    expect([status, body.code, body.retryable]).toEqual([429, 'rate_limited', true]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('takes nothing away from another channel', async () => {
    for (let asked = 0; asked < 4; asked += 1) await shop.get('/v1/packages', KEYS.small);
    const { status, headers } = await shop.get('/v1/packages');
    expect(status).toBe(200);
    expect(headers['ratelimit']).toMatch(/r=999;/);
  });
});

describe('a channel at its limit while the clock of the API is set', () => {
  const askOnce = async () => {
    const { headers } = await shop.get('/v1/packages', KEYS.small);
    const [, left, seconds] = /r=(\d+); t=(\d+)$/.exec(headers['ratelimit'] ?? '') ?? [];
    return { left: Number(left), seconds: Number(seconds), retryAfter: Number(headers['retry-after'] ?? 0) };
  };

  it.each([
    ['back', -2 * HOUR_MS],
    ['forward', 2 * HOUR_MS],
  ])('two hours %s: waits for its minute and no longer', async (_where, byMs) => {
    for (let asked = 0; asked < 3; asked += 1) await askOnce();
    setWallClock(byMs);
    const refused = await askOnce();
    expect(refused.left).toBe(0);
    expect(refused.seconds).toBeLessThanOrEqual(60);
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.retryAfter).toBeLessThanOrEqual(60);
  });
});

describe('an address that asks for the open pages without end', () => {
  it.each(['/openapi.json', '/docs', '/problems/rate_limited'])(
    'is limited, and nobody else is: %s',
    async (page) => {
      const ask = () => shop.get(page, null);
      for (let asked = 0; asked < 100; asked += 1) expect((await ask()).status).toBe(200);
      const { status, body, headers } = await ask();
      expect([status, body.code]).toEqual([429, 'rate_limited']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect((await shop.get('/v1/packages')).status).toBe(200);
      expect((await shop.get('/readyz', null)).status).toBe(200);
    },
  );
});

describe('an address that asks for what does not exist without end', () => {
  it('is limited, and nobody else is', async () => {
    const ask = () => shop.get('/v2/anything', null);
    for (let asked = 0; asked < 100; asked += 1) expect((await ask()).status).toBe(404);
    expect((await ask()).body.code).toBe('rate_limited');
    expect((await shop.get('/v1/packages')).status).toBe(200);
    expect((await shop.get('/healthz', null)).status).toBe(200);
  });
});

describe('a channel that has too much under way at once', () => {
  it('is told so, until an answer is out', async () => {
    let answer = (): void => undefined;
    shop.idempotencyKeys.hold = new Promise((resolve) => (answer = resolve));
    const held = shop
      .buy({}, KEYS.small)
      .set('Idempotency-Key', 'k')
      .then((response) => response);
    await shop.idempotencyKeys.asked;
    const refused = await shop.get('/v1/packages', KEYS.small);
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_concurrent_requests']);
    expect(refused.headers['retry-after']).toBe('1');
    expect((await shop.get('/v1/packages')).status).toBe(200);
    answer();
    expect((await held).status).toBe(201);
    expect((await shop.get('/v1/packages', KEYS.small)).status).toBe(200);
  });
});

describe('a channel that sends more orders at once than it has turns', () => {
  it('waits for itself: another’s order is answered meanwhile, and in the end all of its own are', async () => {
    let goOn = (): void => undefined;
    shop.idempotencyKeys.hold = new Promise((resolve) => (goOn = resolve));
    const flood = Array.from({ length: 30 }, (_, at) =>
      shop
        .buy({ externalId: `flood-${at}` })
        .set('Idempotency-Key', `flood-${at}`)
        .then(({ status }) => status),
    );
    await eventually('some to be under way, and the others to wait for their turn', async () => {
      const text = await shop.metrics.registry.getSingleMetricAsString('datacode_channel_load');
      return /kind="working"} 8\n.*kind="queued"} 22$/s.test(text) || undefined;
    });
    expect((await shop.buy({}, KEYS.prepaid)).status).toBe(201);
    expect((await shop.get('/v1/purchases/order-9')).status).toBe(404); // who looks up takes no order's turn
    goOn();
    expect(new Set(await Promise.all(flood))).toEqual(new Set([201]));
  });
});

describe('an address that tries keys', () => {
  it('is slowed down, while a good key is let in from there all the same', async () => {
    const tries = Array.from({ length: 101 }, (_, at) => `dck_test_guess${at}`);
    const statuses: number[] = [];
    for (const key of tries) statuses.push((await shop.get('/v1/packages', key)).status);
    expect(statuses).toEqual([...Array.from({ length: 100 }, () => 401), 429]);
    const refused = await shop.get('/v1/packages', null);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect((await shop.get('/v1/packages')).status).toBe(200);
  });
});

describe('an address whose requests are turned away', () => {
  it.each<[string, number, () => Test]>([
    ['by a key that expired', 401, () => shop.get('/v1/packages', KEYS.old)],
    ['by the key of a channel that is disabled', 403, () => shop.get('/v1/packages', KEYS.closed)],
    ['by a key without the scope', 403, () => shop.buy({}, KEYS.reader)],
    ['with a header twice', 400, () => shop.get('/v1/packages').set(TWICE)],
    [
      'by a method that the route does not have',
      405,
      () => shop.as(null, supertest(shop.app).put('/v1/packages')),
    ],
    ['by a method of the open pages', 405, () => shop.post('/docs', {}, null)],
    ['by a method of a probe', 405, () => shop.post('/readyz', {}, null)],
    ['by a path that cannot be decoded', 400, () => shop.get('/v1/purchases/%ff', null)],
    ['by such a path of the open pages', 400, () => shop.get('/problems/%ff', null)],
  ])('is slowed down, while a good key is let in from there all the same: %s', async (_how, status, ask) => {
    for (let asked = 0; asked < 100; asked += 1) expect((await ask()).status).toBe(status);
    const refused = await ask();
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect((await shop.get('/v1/packages')).status).toBe(200);
    expect((await shop.get('/readyz', null)).status).toBe(200);
  });

  it('has one number for all ways to be turned away, and for the open pages', async () => {
    for (let asked = 0; asked < 25; asked += 1) {
      await shop.get('/v1/packages', null);
      await shop.get('/v1/purchases/%ff', null);
      await shop.get('/v2/anything', null);
      await shop.get('/openapi.json', null);
    }
    for (const page of ['/v1/packages', '/v1/purchases/%ff', '/v2/anything', '/openapi.json'])
      expect([page, (await shop.get(page, null)).status]).toEqual([page, 429]);
  });

  it('is told whenever it asks that the API is not ready', async () => {
    shop.stopping.abort();
    for (let asked = 0; asked <= 100; asked += 1)
      expect((await shop.get('/readyz', null)).body.code).toBe('temporarily_unavailable');
  });
});

describe('a body that is too deep', () => {
  const nested = (depth: number) => '['.repeat(depth) + '1' + ']'.repeat(depth);

  it.each([
    ['as deep as may be', 10, 422, 'invalid_request'],
    ['one deeper', 11, 400, 'malformed_request'],
    ['as deep as fits', 8_000, 400, 'malformed_request'],
  ])('is refused before anything looks into it: %s', async (_, depth, status, code) => {
    const answer = await shop.post('/v1/purchases').type('json').send(nested(depth));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
