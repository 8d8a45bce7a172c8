import { CachedService } from '../../client/service-state';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName } from '../../domain/identifiers';
import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const asked = (key?: string) => shop.get('/v1/status', key);

describe('the status that a channel polls', () => {
  it('is open where all is sold, and tells of MobiFone', async () => {
    const { status, body } = await asked();
    expect([status, body]).toEqual([
      200,
      { sales: 'open', until: null, pausedPackages: [], mobifone: 'available' },
    ]);
    shop.service.state = { takesOrders: true, mobifone: 'unavailable' };
    expect((await asked()).body).toMatchObject({ sales: 'open', mobifone: 'unavailable' });
  });

  it('names the packages that are paused, with the end of the pause where it has one', async () => {
    shop.pauses.pause({ kind: 'package', package: packageCode('D90') }, new Date('2026-11-24T05:00:00.000Z'));
    shop.pauses.pause({ kind: 'package', package: packageCode('D120') });
    const { body } = await asked();
    expect(body.sales).toBe('open');
    expect(body.pausedPackages).toEqual([
      { code: 'D90', until: '2026-11-24T05:00:00.000Z' },
      { code: 'D120', until: null },
    ]);
  });

  it('is paused for whom the pause strikes, and never says who paused, or why', async () => {
    shop.pauses.pause({ kind: 'channel', channel: channelName('shop') });
    const { body } = await asked();
    expect(body).toEqual({ sales: 'paused', until: null, pausedPackages: [], mobifone: 'available' });
    expect((await asked(KEYS.prepaid)).body.sales).toBe('open');
    shop.pauses.resume();
    shop.pauses.pause({ kind: 'all' }, new Date('2026-11-24T05:00:00.000Z'));
    for (const key of [KEYS.shop, KEYS.prepaid])
      expect((await asked(key)).body).toMatchObject({ sales: 'paused', until: '2026-11-24T05:00:00.000Z' });
  });

  it('is unavailable while orders are refused: without Temporal, without its writes, without the pauses', async () => {
    shop.service.unavailable = true;
    expect((await asked()).body).toMatchObject({ sales: 'unavailable', mobifone: 'unknown' });
    shop.service.unavailable = false;
    shop.service.state = { takesOrders: false, mobifone: 'available' };
    expect((await asked()).body.sales).toBe('unavailable');
    shop.service.state = { takesOrders: true, mobifone: 'available' };
    shop.pauses.unavailable = true;
    expect((await asked()).body.sales).toBe('unavailable');
    expect((await shop.buy()).body.code).toBe('temporarily_unavailable');
    shop.pauses.unavailable = false;
    shop.now = new Date('2020-01-01T00:00:00.000Z'); // before every price
    expect((await asked()).body.sales).toBe('unavailable');
  });
});

describe('a channel that polls its status', () => {
  it('is answered 304 without a body until something changes', async () => {
    const first = await asked();
    const tag = first.headers['etag'] ?? '';
    expect(first.headers['cache-control']).toBe('private, no-cache');
    const again = await asked().set('If-None-Match', tag);
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', tag]);
    shop.pauses.pause({ kind: 'all' });
    const changed = await asked().set('If-None-Match', tag);
    expect([changed.status, changed.body.sales]).toEqual([200, 'paused']);
    shop.pauses.resume();
    expect((await asked().set('If-None-Match', tag)).status).toBe(304);
  });

  it('must have a key', async () => {
    expect((await shop.get('/v1/status', null)).status).toBe(401);
  });
});

describe('however many channels poll', () => {
  it('Temporal and MobiFone are asked once in five seconds, and what is told is at most ten seconds old', async () => {
    let at = 0;
    let asks = 0;
    const service = new CachedService(
      { readiness: async () => 'ready' },
      async () => {
        asks += 1;
        return asks === 1 ? 'available' : 'unavailable';
      },
      () => at,
    );
    await Promise.all(Array.from({ length: 100 }, () => service.now()));
    at = 4_999;
    expect(await service.now()).toEqual({ takesOrders: true, mobifone: 'available' });
    expect(asks).toBe(1);
    at = 10_000;
    expect((await service.now()).mobifone).toBe('unavailable');
    expect(asks).toBe(2);
  });
});
