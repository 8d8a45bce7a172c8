import { acceptedPurchase } from '../../domain/purchase/purchase';
import type { FoundPurchase } from '../../client/purchase-search';
import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

/** Buys, and has the search find what was bought. */
async function bought(externalId: string, key: string = KEYS.shop): Promise<FoundPurchase> {
  await shop.buy({ externalId }, key);
  const order = shop.purchases.orders.at(-1);
  if (!order) throw new Error('nothing was bought');
  const found = { ...acceptedPurchase(order), needsAttention: false };
  shop.search.found.push(found);
  return found;
}

describe('a channel that lists its purchases', () => {
  it('sees each as it is found, its number masked, without the steps', async () => {
    const found = await bought('order-1');
    const { status, body, headers } = await shop.get('/v1/purchases');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      purchases: [
        {
          id: found.order.purchaseId,
          externalId: 'order-1',
          state: 'accepted',
          outcome: null,
          package: { code: 'D90', name: 'Datacode D90 – 30 GB trong 30 ngày' },
          faceValue: 90000,
          discount: { rateBasisPoints: 650, amount: 5850 },
          payable: 84150,
          paymentForm: 'postpaid',
          msisdn: '8490****567',
          needsAttention: false,
          createdAt: '2026-11-24T03:05:00.000Z',
        },
      ],
      nextCursor: null,
    });
  });

  it('asks in its own name for twenty, unless it says how many', async () => {
    await shop.get('/v1/purchases', KEYS.prepaid);
    await shop.get('/v1/purchases?limit=100');
    expect(shop.search.asked).toEqual([
      { channel: 'prepaid', filters: {}, page: { limit: 20 } },
      { channel: 'shop', filters: {}, page: { limit: 100 } },
    ]);
  });

  it('may filter by all that is offered, together', async () => {
    const filters =
      'state=rolled_back&outcome=rolled_back&package=D90&day=2026-11-24&needsAttention=false&limit=7';
    expect((await shop.get(`/v1/purchases?${filters}`)).status).toBe(200);
    expect(shop.search.asked[0]).toEqual({
      channel: 'shop',
      filters: {
        state: 'rolled_back',
        outcome: 'rolled_back',
        package: 'D90',
        day: '2026-11-24',
        needsAttention: false,
      },
      page: { limit: 7 },
    });
  });

  it('goes on with the cursor that it was given', async () => {
    shop.search.cursors = ['next'];
    shop.search.nextCursor = 'next';
    const { body } = await shop.get('/v1/purchases');
    expect(body.nextCursor).toBe('next');
    expect((await shop.get('/v1/purchases?cursor=next')).status).toBe(200);
    expect(shop.search.asked.at(-1)?.page).toEqual({ limit: 20, cursor: 'next' });
  });

  it('is told of a cursor that belongs to no such list', async () => {
    const { status, body } = await shop.get('/v1/purchases?cursor=torn');
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/cursor', code: 'foreign_cursor' }],
    });
  });

  it.each([
    ['state=sold', '/state', 'invalid_format'],
    ['outcome=charging', '/outcome', 'invalid_format'],
    ['package=d90', '/package', 'invalid_format'],
    ['day=2026-02-30', '/day', 'invalid_format'],
    ['day=today', '/day', 'invalid_format'],
    ['needsAttention=1', '/needsAttention', 'invalid_format'],
    ['limit=0', '/limit', 'invalid_format'],
    ['limit=101', '/limit', 'invalid_format'],
    ['limit=', '/limit', 'invalid_format'],
    ['limit=5&limit=6', '/limit', 'wrong_type'],
    [`cursor=${'x'.repeat(2049)}`, '/cursor', 'too_long'],
    ['colour=red', '/colour', 'unknown_field'],
    ['state[$ne]=x', '/state[$ne]', 'unknown_field'],
  ])('is told the parameter that is wrong: %.40s', async (query, pointer, code) => {
    const { status, body } = await shop.get(`/v1/purchases?${query}`);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer, code, detail: expect.stringMatching(/\w/) }]);
    expect(shop.search.asked).toEqual([]);
  });

  it('is asked to come back while Temporal is out', async () => {
    shop.search.unavailable = true;
    expect((await shop.get('/v1/purchases')).status).toBe(503);
    expect((await shop.get('/v1/purchases-by-id/pur_abcdefghijklmnopqrstuvwxyz')).status).toBe(503);
  });

  it('must show its key', async () => {
    expect((await shop.get('/v1/purchases', null)).status).toBe(401);
  });
});

describe('a purchase that is looked up by our id', () => {
  it('is told as by the channel’s own id, and may be waited for', async () => {
    const { order } = await bought('order-1');
    shop.purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    const { status, body, headers } = await shop
      .get(`/v1/purchases-by-id/${order.purchaseId}`)
      .set('Prefer', 'wait=5');
    expect(status).toBe(200);
    expect(headers['preference-applied']).toBe('wait=5');
    expect(body).toEqual((await shop.get('/v1/purchases/order-1')).body);
    expect(body.outcome).toBe('succeeded');
  });

  it('is missing in the same words whether it is another channel’s, none at all, or no id', async () => {
    const { order } = await bought('order-1', KEYS.prepaid);
    for (const id of [order.purchaseId, 'pur_abcdefghijklmnopqrstuvwxyz', 'pur_x', 'x']) {
      const { status, body } = await shop.get(`/v1/purchases-by-id/${id}`);
      expect([status, body.code]).toEqual([404, 'purchase_not_found']);
      expect(body.detail).toContain('may not be searchable by our id yet');
    }
  });
});

describe('an order whose id is a word of our addresses', () => {
  it.each(['validate', 'by-id'])('is looked up and cancelled as any other: %s', async (externalId) => {
    await shop.buy({ externalId });
    const { status, body } = await shop.get(`/v1/purchases/${externalId}`);
    expect([status, body.externalId]).toEqual([200, externalId]);
    expect((await shop.post(`/v1/purchases/${externalId}/cancel`)).status).toBe(202);
    expect((await shop.get(`/v1/purchases/${externalId}/events`)).status).toBe(200);
  });
});

describe('one package', () => {
  it('is shown as in the list', async () => {
    const { body } = await shop.get('/v1/packages');
    expect((await shop.get('/v1/packages/D90')).body).toEqual(body.packages[5]);
  });

  it.each(['D91', 'd90', 'D8', 'D365', 'D5'])('is not there when it cannot be sold: %s', async (code) => {
    const { status, body } = await shop.get(`/v1/packages/${code}`);
    expect([status, body.code]).toEqual([404, 'package_not_found']);
  });
});

describe('a channel that searches its purchases', () => {
  const search = (body: object, key?: string) => shop.post('/v1/purchases/search', body, key);

  it('finds them by a number, however it is spelt, and by days, with their number by outcome', async () => {
    await bought('order-1');
    const wish = { msisdn: '+84 901 234 567', from: '2026-11-01', to: '2026-11-30', limit: 7 };
    const { status, body } = await search(wish);
    expect(status).toBe(200);
    expect(body.purchases).toMatchObject([{ externalId: 'order-1', msisdn: '8490****567' }]);
    expect(body.totals).toMatchObject({ succeeded: 1, open: 0 });
    const filters = { msisdn: '84901234567', from: '2026-11-01', to: '2026-11-30' };
    expect(shop.search.asked).toEqual([{ channel: 'shop', filters, page: { limit: 7 } }]);
    expect(shop.search.counted).toEqual([{ channel: 'shop', filters }]);
  });

  it('reads only: a key that may not sell may search, one that may only sell may not', async () => {
    expect((await search({}, KEYS.reader)).status).toBe(200);
    expect((await search({}, KEYS.seller)).body.code).toBe('scope_missing');
  });

  it.each([
    [{ msisdn: '12' }, '/msisdn'],
    [{ from: 'yesterday' }, '/from'],
    [{ to: '2026-02-30' }, '/to'],
    [{ limit: 101 }, '/limit'],
    [{ limit: '20' }, '/limit'],
    [{ day: '2026-11-24' }, '/day'],
    [{ cursor: 'of another list' }, '/cursor'],
  ])('is told what is wrong with %j', async (body, pointer) => {
    const answer = await search(body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('is told where numbers cannot be found, instead of finding none', async () => {
    shop.search.hasNumbers = false;
    const { status, body } = await search({ msisdn: '0901234567' });
    expect([status, body.code, body.retryable]).toEqual([501, 'number_search_unavailable', false]);
  });

  it('leaves the purchase whose own id is "search" at its address', async () => {
    await bought('search');
    expect((await shop.get('/v1/purchases/search')).body.externalId).toBe('search');
  });

  it('writes no number into the log', async () => {
    await search({ msisdn: '0901234567' });
    expect(shop.lines.join()).not.toContain('901234567');
  });
});
