import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('a purchase that its channel looks up', () => {
  it('is told as it is now', async () => {
    const bought = await shop.buy();
    const { status, body, headers } = await shop.get('/v1/purchases/order-1');
    expect(status).toBe(200);
    expect(body).toEqual(bought.body);
    expect(headers['preference-applied']).toBeUndefined();
    expect(shop.purchases.waits).toEqual([0, 0]);
  });

  it.each([
    ['wait=5', 5],
    ['wait=100', 30],
    ['wait=99999999999', 30],
    ['respond-async, WAIT = "7"; x=1', 7],
    ['wait=3, wait=9', 3],
    ['wait=0', 0],
  ])('is waited for as the channel prefers: %s', async (prefer, seconds) => {
    await shop.buy();
    shop.purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    const { body, headers } = await shop.get('/v1/purchases/order-1').set('Prefer', prefer);
    expect(headers['preference-applied']).toBe(`wait=${seconds}`);
    expect(shop.purchases.waits.at(-1)).toBe(seconds * 1000);
    expect(body.outcome).toBe(seconds > 0 ? 'succeeded' : null);
  });

  it.each(['wait', 'wait=soon', 'wait=-1', 'wait=1.5', 'awaited=5'])(
    'is told at once for a preference that cannot be read: %s',
    async (prefer) => {
      await shop.buy();
      const { status, headers } = await shop.get('/v1/purchases/order-1').set('Prefer', prefer);
      expect(status).toBe(200);
      expect(headers['preference-applied']).toBeUndefined();
      expect(shop.purchases.waits.at(-1)).toBe(0);
    },
  );
});

describe('a purchase that is not the channel’s', () => {
  it('is answered in every way like one that there is not', async () => {
    await shop.buy();
    const secret = await shop.get('/v1/purchases/order-1', KEYS.prepaid).set('X-Request-Id', 'same');
    const missing = await shop.get('/v1/purchases/order-2', KEYS.prepaid).set('X-Request-Id', 'same');
    expect(secret.status).toBe(404);
    expect(secret.body).toEqual(missing.body);
    expect(secret.body.code).toBe('purchase_not_found');
    const cancelled = await shop.post('/v1/purchases/order-1/cancel', {}, KEYS.prepaid);
    expect(cancelled.status).toBe(404);
    expect(shop.purchases.reasons).toEqual([]);
  });

  it('is not asked for under an id that no order can have', async () => {
    for (const id of ['a%20b', 'a:b', '%F0%9F%98%80', 'x'.repeat(65), '-a']) {
      const { status, body } = await shop.get(`/v1/purchases/${id}`);
      expect([status, body.code]).toEqual([404, 'purchase_not_found']);
    }
    expect(shop.purchases.waits).toEqual([]);
  });
});

describe('a purchase that its channel cancels', () => {
  it('is being cancelled when it is early enough', async () => {
    await shop.buy();
    shop.purchases.cancellation = {
      kind: 'cancelling',
      becomes: { state: 'rolling_back', reason: 'cancelled_by_channel' },
    };
    const { status, body } = await shop.post('/v1/purchases/order-1/cancel', { reason: ' wrong number ' });
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: 'rolling_back', reason: { code: 'cancelled_by_channel' } });
    expect(shop.purchases.reasons).toEqual(['wrong number']);
  });

  it('needs no reason and no body', async () => {
    await shop.buy();
    expect((await shop.post('/v1/purchases/order-1/cancel')).status).toBe(202);
    expect((await shop.post('/v1/purchases/order-1/cancel', {})).status).toBe(202);
    expect(shop.purchases.reasons).toEqual(['no reason was given', 'no reason was given']);
  });

  it('is answered the same when it was cancelled before: the first answer may have been lost', async () => {
    await shop.buy();
    shop.purchases.cancellation = {
      kind: 'too_late',
      becomes: { state: 'cancelled', outcome: 'cancelled', reason: 'cancelled_by_channel' },
    };
    const { status, body } = await shop.post('/v1/purchases/order-1/cancel');
    expect(status).toBe(202);
    expect(body.outcome).toBe('cancelled');
  });

  it.each(['charging', 'succeeded', 'rolled_back'] as const)(
    'is told that it is too late: %s',
    async (state) => {
      await shop.buy();
      shop.purchases.cancellation = { kind: 'too_late', becomes: { state } };
      const { status, body } = await shop.post('/v1/purchases/order-1/cancel');
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'too_late_to_cancel', retryable: false, state });
    },
  );

  it('is not cancelled by a request with faults', async () => {
    await shop.buy();
    for (const body of [{ reason: '' }, { reason: 'x'.repeat(201) }, { reason: 7 }, { why: 'x' }]) {
      const { status } = await shop.post('/v1/purchases/order-1/cancel', body);
      expect(status).toBe(422);
    }
    const nothing = await shop.post('/v1/purchases/order-1/cancel', 'null').type('application/json');
    expect(nothing.status).toBe(422);
    expect(shop.purchases.reasons).toEqual([]);
  });
});

describe('the packages that a channel may buy', () => {
  it('are those of its form that are on sale, each at the channel’s price', async () => {
    const { status, body } = await shop.get('/v1/packages');
    expect(status).toBe(200);
    const codes = body.packages.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(['D10', 'D15', 'D30', 'D50', 'D70', 'D90', 'D120']);
    expect(body.packages[5]).toEqual({
      code: 'D90',
      name: 'Datacode D90 – 30 GB trong 30 ngày',
      dataMegabytes: 30720,
      validityDays: 30,
      faceValue: 90000,
      discount: { rateBasisPoints: 650, amount: 5850 },
      payable: 84150,
      paymentForm: 'postpaid',
    });
    const prepaid = await shop.get('/v1/packages', KEYS.prepaid);
    expect(prepaid.body.packages[0]).toMatchObject({ code: 'D5', payable: 4834, paymentForm: 'prepaid' });
  });

  it('can all be bought at the price that is shown', async () => {
    const { body } = await shop.get('/v1/packages');
    for (const { code, payable } of body.packages) {
      const bought = await shop.buy({ externalId: `of-${code}`, package: code });
      expect([bought.status, bought.body.payable]).toEqual([201, payable]);
    }
  });
});
