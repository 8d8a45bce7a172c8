import { ORDER, KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('an order that is sent for the first time', () => {
  it('is accepted with its price and discount frozen', async () => {
    const { status, body, headers } = await shop.buy();
    expect(status).toBe(201);
    expect(headers['location']).toBe('/v1/purchases/order-1');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      id: expect.stringMatching(/^pur_[a-z2-7]{26}$/),
      externalId: 'order-1',
      state: 'accepted',
      outcome: null,
      reason: null,
      package: { code: 'D90', name: 'Datacode D90 – 30 GB trong 30 ngày' },
      faceValue: 90000,
      discount: { rateBasisPoints: 650, amount: 5850 },
      payable: 84150,
      paymentForm: 'postpaid',
      msisdn: '8490****567',
      steps: [],
      needsAttention: false,
      createdAt: '2026-11-24T03:05:00.000Z',
      updatedAt: '2026-11-24T03:05:00.000Z',
    });
  });

  it('goes on with the number as it is held, the form of the contract and the request’s id', async () => {
    await shop.buy({ msisdn: '+84 90.123.4567' }, KEYS.prepaid).set('X-Request-Id', 'trace-7');
    expect(shop.purchases.orders).toMatchObject([
      { msisdn: '84901234567', channel: 'prepaid', paymentForm: 'prepaid', requestId: 'trace-7' },
    ]);
  });

  it('tells the outcome when the channel prefers to wait for it', async () => {
    shop.purchases.whenWaitedFor = {
      state: 'rolled_back',
      outcome: 'rolled_back',
      reason: 'insufficient_balance',
      steps: [
        {
          step: 'charge',
          status: 'refused',
          startedAt: '2026-11-24T03:05:00.000Z',
          endedAt: '2026-11-24T03:05:01.000Z',
          settledBy: 'reply',
        },
        { step: 'rollback', status: 'running', startedAt: '2026-11-24T03:05:01.000Z' },
      ],
      attention: { reason: 'no_answer', step: 'rollback', since: '2026-11-24T03:05:01.000Z', detail: 'x' },
    };
    const { status, body, headers } = await shop.buy().set('Prefer', 'wait=20');
    expect(status).toBe(201);
    expect(headers['preference-applied']).toBe('wait=20');
    expect(body).toMatchObject({
      outcome: 'rolled_back',
      reason: { code: 'insufficient_balance', message: { vi: expect.any(String), en: expect.any(String) } },
      steps: [
        { step: 'charge', status: 'refused', endedAt: '2026-11-24T03:05:01.000Z' },
        { step: 'rollback', status: 'running', endedAt: null },
      ],
      needsAttention: true,
    });
    expect(JSON.stringify(body)).not.toContain('settledBy');
  });
});

describe('an order that is sent again', () => {
  it('is the same purchase, whatever the number’s spelling', async () => {
    const first = await shop.buy();
    const again = await shop.buy({ msisdn: '84 901 234 567' });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(again.headers['location']).toBe('/v1/purchases/order-1');
    expect(shop.purchases.orders).toHaveLength(1);
  });

  it('keeps its price when prices have changed meanwhile', async () => {
    shop.now = new Date('2025-06-01T00:00:00Z');
    const first = await shop.buy({ package: 'D10' });
    expect(first.body.discount.rateBasisPoints).toBe(500);
    shop.now = new Date('2026-06-01T00:00:00Z');
    expect((await shop.buy({ package: 'D10' })).body).toEqual(first.body);
  });

  it('is found when its package has gone off sale since', async () => {
    shop.now = new Date('2026-06-30T16:59:59.999Z');
    const first = await shop.buy({ package: 'D8' });
    expect(first.status).toBe(201);
    shop.now = new Date('2026-06-30T17:00:00.000Z');
    const again = await shop.buy({ package: 'D8' });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect((await shop.buy({ package: 'D8', externalId: 'order-2' })).status).toBe(422);
  });

  it.each([
    ['another number', { msisdn: '0901234568' }, ['msisdn']],
    ['another package', { package: 'D50' }, ['package']],
    ['another package that is off sale', { package: 'D8' }, ['package']],
    ['nothing in common', { msisdn: '0931234567', package: 'D10' }, ['msisdn', 'package']],
  ])('is refused with %s', async (_, over, differing) => {
    await shop.buy();
    const { status, body } = await shop.buy(over);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'external_id_conflict', retryable: false, differing });
  });

  it('is another order when another channel sends it', async () => {
    const ours = await shop.buy();
    const theirs = await shop.buy({}, KEYS.prepaid);
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(ours.body.id);
  });
});

describe('a package that cannot be bought', () => {
  it.each([
    ['that there is none of', 'D91', 'unknown_package', KEYS.shop],
    ['that is over', 'D8', 'package_no_longer_on_sale', KEYS.shop],
    ['that is to come', 'D365', 'package_not_yet_on_sale', KEYS.shop],
    ['that is sold prepaid only', 'D5', 'package_not_sold_in_this_form', KEYS.shop],
    ['that is sold postpaid only', 'D120', 'package_not_sold_in_this_form', KEYS.prepaid],
  ])('%s is refused with the way out', async (_, code, fault, key) => {
    const { status, body } = await shop.buy({ package: code }, key);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'package_not_available',
      detail: expect.stringContaining('GET /v1/packages'),
      errors: [{ pointer: '/package', code: fault }],
    });
    expect(shop.purchases.orders).toEqual([]);
  });
});

describe('an order with faults', () => {
  it('is answered with all of them at once, each by its place', async () => {
    const { status, body } = await shop.post('/v1/purchases', {
      externalId: 'a b',
      msisdn: '01201234567',
      colour: 'red',
      'a/b~c': 1,
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid_request', retryable: false });
    expect(
      body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code]),
    ).toEqual(
      expect.arrayContaining([
        ['/externalId', 'invalid_format'],
        ['/msisdn', 'retired_prefix'],
        ['/package', 'missing'],
        ['/colour', 'unknown_field'],
        ['/a~1b~0c', 'unknown_field'],
      ]),
    );
    expect(body.errors).toHaveLength(5);
  });

  it.each([
    ['externalId', 7, 'wrong_type'],
    ['externalId', '', 'invalid_format'],
    ['externalId', 'a:b', 'invalid_format'],
    ['externalId', 'x'.repeat(65), 'too_long'],
    ['externalId', null, 'wrong_type'],
    ['msisdn', '+66812345678', 'not_vietnamese'],
    ['msisdn', '0241234567', 'not_mobile'],
    ['msisdn', '09012', 'wrong_length'],
    ['msisdn', 'you', 'not_a_number'],
    ['msisdn', '0'.repeat(33), 'too_long'],
    ['msisdn', 901234567, 'wrong_type'],
    ['package', 'd90', 'invalid_format'],
    ['package', ['D90'], 'wrong_type'],
  ])('is told what is wrong with %s %j: %s', async (field, value, code) => {
    const { status, body } = await shop.buy({ [field]: value });
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: `/${field}`, code, detail: expect.stringMatching(/\w/) }]);
  });

  it.each([
    'a-0901234567',
    '84901234567',
    'x901234567x',
    'a-090-123-4567',
    '0901.234.567',
    '84_90_123_45_67',
    'x-01234567', // eight of its digits
    Buffer.from('0901234567').toString('hex'),
    Buffer.from('901234567').toString('base64url'),
    (901234567).toString(16),
  ])('is refused when its id %j has the subscriber’s number in it', async (externalId) => {
    const { status, body } = await shop.buy({ externalId, package: 'nonsense' });
    expect(status).toBe(422);
    expect(body.errors).toEqual(
      expect.arrayContaining([expect.objectContaining({ pointer: '/externalId', code: 'contains_msisdn' })]),
    );
    expect(JSON.stringify(body)).not.toContain('901234567');
  });

  it('is refused when its id has another subscriber’s number in it', async () => {
    const { status, body } = await shop.buy({ externalId: 'cust-0793515125-1' });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      expect.objectContaining({ pointer: '/externalId', code: 'contains_msisdn' }),
    ]);
  });

  it.each([[[ORDER]], ['order'], [null], [7]])('is refused when it is no object: %j', async (body) => {
    const answer = await shop.post('/v1/purchases', JSON.stringify(body)).type('application/json');
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ pointer: '', code: 'wrong_type', detail: expect.any(String) }]);
  });

  it('is refused when there is none', async () => {
    const { status, body } = await shop.post('/v1/purchases');
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: '', code: 'missing', detail: expect.any(String) }]);
  });
});

describe('an order while Temporal is out', () => {
  it('is answered so that it will be sent again', async () => {
    shop.purchases.unavailable = true;
    const { status, body, headers } = await shop.buy();
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('2');
    expect(body).toMatchObject({ code: 'temporarily_unavailable', retryable: true });
  });
});
