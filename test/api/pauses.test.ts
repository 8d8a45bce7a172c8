import { channelName } from '../../domain/identifiers';
import { packageCode } from '../../domain/catalogue/packages';
import { KEYS, ORDER, Shop } from './shop';

const SHOP = channelName('shop');
const D90 = packageCode('D90');

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('an order whose sale is paused', () => {
  it.each([
    ['all sales', { kind: 'all' }, 'All sales are paused.', 'Đang tạm dừng bán tất cả các gói.'],
    [
      'its channel',
      { kind: 'channel', channel: SHOP },
      /your channel are/,
      /Đang tạm dừng bán qua kênh của bạn/,
    ],
    ['its package', { kind: 'package', package: D90 }, /this package are/, /Gói này đang/],
  ] as const)('is refused in both languages, and nothing is begun: %s', async (_, scope, en, vi) => {
    shop.pauses.pause(scope);
    const english = await shop.buy();
    const vietnamese = await shop.buy().set('Accept-Language', 'vi');
    expect(english.status).toBe(503);
    expect(english.body).toMatchObject({ code: 'sales_paused', retryable: true });
    expect(english.body.detail).toMatch(en);
    expect(vietnamese.body.detail).toMatch(vi);
    expect(english.headers['retry-after']).toBe('60');
    expect(shop.purchases.orders).toEqual([]);
  });

  it('does not tell its channel who paused it, nor why', async () => {
    shop.pauses.pause({ kind: 'all' });
    const { text } = await shop.buy();
    expect(text).not.toMatch(/lan@|doubles/);
  });

  it.each([
    [90, '90'],
    [86_400, '3600'],
    [0.2, '1'],
  ])('is to be sent again when the pause ends, within the hour: in %s s', async (seconds, retryAfter) => {
    shop.pauses.pause({ kind: 'all' }, new Date(shop.now.getTime() + seconds * 1000));
    expect((await shop.buy()).headers['retry-after']).toBe(retryAfter);
  });

  it('is sold as soon as the pause is over, by the clock or by a person', async () => {
    shop.pauses.pause({ kind: 'all' }, shop.now);
    expect((await shop.buy({ externalId: 'by-the-clock' })).status).toBe(201);
    shop.pauses.pause({ kind: 'all' });
    expect((await shop.buy({ externalId: 'by-a-person' })).status).toBe(503);
    shop.pauses.resume();
    expect((await shop.buy({ externalId: 'by-a-person' })).status).toBe(201);
  });

  it('is refused when it is only looked at as well', async () => {
    shop.pauses.pause({ kind: 'package', package: D90 });
    const { msisdn } = ORDER;
    const { status, body } = await shop.post('/v1/purchases/validate', { msisdn, package: 'D90' });
    expect([status, body.code]).toEqual([503, 'sales_paused']);
  });

  it('is refused under an Idempotency-Key, and sold under the same one later', async () => {
    shop.pauses.pause({ kind: 'all' });
    const keyed = () => shop.buy().set('Idempotency-Key', '"paused"');
    expect((await keyed()).status).toBe(503);
    shop.pauses.resume();
    expect((await keyed()).status).toBe(201);
  });
});

describe('the packages of a channel while some are paused', () => {
  it('are those that an order may be sent for; the others are named beside them, with the end of their pause', async () => {
    const { body: before } = await shop.get('/v1/packages');
    const until = new Date(shop.now.getTime() + 3_600_000);
    shop.pauses.pause({ kind: 'package', package: D90 }, until);
    const { status, body } = await shop.get('/v1/packages');
    expect(status).toBe(200);
    const paused = before.packages.find(({ code }: { code: string }) => code === 'D90');
    expect(body.packages).toEqual(before.packages.filter((offered: unknown) => offered !== paused));
    expect(body.paused).toEqual([{ ...paused, until: until.toISOString() }]);
    expect(before.paused).toEqual([]);
  });

  it('are none when all sales are paused until a person ends it', async () => {
    shop.pauses.pause({ kind: 'all' });
    const { body } = await shop.get('/v1/packages');
    expect(body.packages).toEqual([]);
    expect(body.paused.length).toBeGreaterThan(0);
    expect(new Set(body.paused.map(({ until }: { until: string | null }) => until))).toEqual(new Set([null]));
  });

  it('say so one by one, as an order would', async () => {
    shop.pauses.pause({ kind: 'package', package: D90 });
    const { status, body, headers } = await shop.get('/v1/packages/D90');
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'sales_paused', '60']);
    expect((await shop.get('/v1/packages/D10')).status).toBe(200);
  });

  it('are not offered to a subscriber either', async () => {
    shop.pauses.pause({ kind: 'package', package: D90 });
    const { body } = await shop.post('/v1/eligibility', { msisdn: ORDER.msisdn });
    expect(body.packages.map(({ code }: { code: string }) => code)).not.toContain('D90');
    expect(shop.questions.asked[0]?.packages).not.toContain('D90');
  });

  it('are not told by chance while it is not known what is paused', async () => {
    shop.pauses.unavailable = true;
    const { status, body } = await shop.get('/v1/packages');
    expect([status, body.code]).toEqual([503, 'temporarily_unavailable']);
  });
});

describe('what a pause does not strike', () => {
  it('is another channel, and another package', async () => {
    shop.pauses.pause({ kind: 'channel', channel: SHOP });
    expect((await shop.buy({}, KEYS.subscribed)).status).toBe(201);
    shop.pauses.resume();
    shop.pauses.pause({ kind: 'package', package: D90 });
    expect((await shop.buy({ package: 'D10' })).status).toBe(201);
  });

  it('is an order that was accepted before: it is the same purchase, can be read and cancelled', async () => {
    const { body } = await shop.buy();
    shop.pauses.pause({ kind: 'all' });
    const repeated = await shop.buy();
    expect([repeated.status, repeated.body.id]).toEqual([200, body.id]);
    expect((await shop.buy({ package: 'D10' })).body.code).toBe('external_id_conflict');
    expect((await shop.get('/v1/purchases/order-1')).status).toBe(200);
    expect((await shop.post('/v1/purchases/order-1/cancel')).status).toBe(202);
  });
});

describe('an order while it is not known what is paused', () => {
  it('is not sold by chance', async () => {
    shop.pauses.unavailable = true;
    const { status, body } = await shop.buy();
    expect([status, body.code]).toEqual([503, 'temporarily_unavailable']);
    expect(shop.purchases.orders).toEqual([]);
  });
});
