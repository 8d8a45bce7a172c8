import { Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const LONG_AGO = new Date('2006-01-01T00:00:00Z');
const logged = (event: string) =>
  shop.lines.map((line) => JSON.parse(line) as { event?: string }).filter((line) => line.event === event); // lines are JSON

describe('an API whose clock is before every discount rule', () => {
  beforeEach(() => void (shop.now = LONG_AGO));

  it('sells nothing at a discount of 0, and says so in its log, once for all who ask', async () => {
    for (let asked = 0; asked < 3; asked += 1) {
      const { status, body, headers } = await shop.buy();
      expect([status, body.code, body.retryable]).toEqual([503, 'temporarily_unavailable', true]);
      expect(body.detail).toContain('The clock of this server is wrong');
      expect(headers['retry-after']).toBe('60');
    }
    expect(shop.purchases.orders).toEqual([]);
    expect(logged('clock.before_discounts')).toMatchObject([{ clock: LONG_AGO.toISOString() }]);
  });

  it('tells no price', async () => {
    for (const path of ['/v1/packages', '/v1/packages/D90']) {
      expect((await shop.get(path)).status).toBe(503);
    }
    expect((await shop.post('/v1/eligibility', { msisdn: '0901234567' })).status).toBe(503);
    const question = { msisdn: '0901234567', package: 'D90' };
    expect((await shop.post('/v1/purchases/validate', question)).status).toBe(503);
  });

  it('is not ready, so that a load balancer asks another', async () => {
    const { status, body } = await shop.get('/readyz', null);
    expect([status, body.detail]).toEqual([503, expect.stringContaining('clock') as string]);
  });

  it('answers for an order that it accepted before', async () => {
    shop.now = new Date('2026-11-24T03:05:00.000Z');
    const first = await shop.buy();
    shop.now = LONG_AGO;
    const again = await shop.buy();
    expect([again.status, again.body]).toEqual([200, first.body]);
  });
});

describe('an API whose clock is not Temporal’s', () => {
  it('is ready, and says by how much', async () => {
    shop.clock.faultMs = 61_400;
    const { status, body } = await shop.get('/readyz', null);
    expect([status, body]).toEqual([200, { status: 'ready', clockOffsetSeconds: 61 }]);
  });
});
