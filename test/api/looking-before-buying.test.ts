import supertest from 'supertest';
import { vnd } from '../../domain/vnd';
import { eventually } from '../support/eventually';
import { KEYS, ORDER, Shop } from './shop';

interface Verdict {
  code: string;
  eligibility: string;
  reason: { code: string } | null;
}

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const { externalId: _externalId, ...DRAFT } = ORDER;

describe('a purchase that is only validated', () => {
  it('is told its price and that MobiFone would take it, and nothing is bought', async () => {
    const { status, body } = await shop.post('/v1/purchases/validate', DRAFT).set('X-Request-Id', 'trace-7');
    expect(status).toBe(200);
    expect(body).toEqual({
      eligibility: 'eligible',
      reason: null,
      package: { code: 'D90', name: 'Datacode D90 – 30 GB trong 30 ngày' },
      faceValue: 90000,
      discount: { rateBasisPoints: 650, amount: 5850 },
      payable: 84150,
      paymentForm: 'postpaid',
      msisdn: '8490****567',
      acceptedBefore: false,
    });
    expect(shop.questions.asked).toEqual([
      {
        channel: 'shop',
        msisdn: '84901234567',
        paymentForm: 'postpaid',
        packages: ['D90'],
        requestId: 'trace-7',
        traceparent: expect.any(String),
      },
    ]);
    expect(shop.purchases.orders).toEqual([]);
  });

  it('is told why MobiFone would refuse it', async () => {
    shop.questions.answers.set('D90', { kind: 'refused', refusal: 'package_already_active' });
    const { status, body } = await shop.post('/v1/purchases/validate', DRAFT);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      eligibility: 'refused',
      reason: { code: 'package_already_active', message: { vi: expect.any(String) } },
    });
  });

  it('is told that nobody knows when MobiFone does not answer', async () => {
    shop.questions.answers.set('D90', { kind: 'unknown' });
    const { status, body } = await shop.post('/v1/purchases/validate', DRAFT);
    expect(status).toBe(200);
    expect(body).toMatchObject({ eligibility: 'unknown', reason: null, payable: 84150 });
  });

  it('is refused for all that a submission would be refused for', async () => {
    const faulty = { externalId: 'x-0901234567', msisdn: '0901234567', package: 7, colour: 'red' };
    const validated = await shop.post('/v1/purchases/validate', faulty);
    const submitted = await shop.post('/v1/purchases', faulty);
    expect(validated.status).toBe(422);
    expect(validated.body.errors).toEqual(submitted.body.errors);
    for (const code of ['D91', 'D8', 'D365', 'D5']) {
      const { status, body } = await shop.post('/v1/purchases/validate', { ...DRAFT, package: code });
      expect([status, body.code]).toEqual([422, 'package_not_available']);
    }
    expect(shop.questions.asked).toEqual([]);
  });

  it('is refused under an id that another order has', async () => {
    await shop.buy();
    const { status, body } = await shop.post('/v1/purchases/validate', { ...ORDER, package: 'D50' });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'external_id_conflict', differing: ['package'] });
  });

  it('is told that its very order was accepted before, at the price of then', async () => {
    shop.now = new Date('2025-06-01T00:00:00Z');
    const accepted = await shop.buy();
    shop.now = new Date('2026-06-01T00:00:00Z');
    const { body } = await shop.post('/v1/purchases/validate', ORDER);
    expect(body).toMatchObject({ acceptedBefore: true, payable: accepted.body.payable });
    const other = await shop.post('/v1/purchases/validate', { ...ORDER, externalId: 'order-2' });
    expect(other.body.acceptedBefore).toBe(false);
    expect(other.body.payable).not.toBe(accepted.body.payable);
  });

  it('does not see another channel’s order of the same id', async () => {
    await shop.buy({ package: 'D50' });
    const { status, body } = await shop.post('/v1/purchases/validate', ORDER, KEYS.prepaid);
    expect(status).toBe(200);
    expect(body.acceptedBefore).toBe(false);
  });

  it('has an address that is also an order’s, and tells the methods of both', async () => {
    const { status, headers } = await shop.as(
      KEYS.shop,
      supertest(shop.app).delete('/v1/purchases/validate'),
    );
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
    await shop.buy({ externalId: 'validate' });
    expect((await shop.get('/v1/purchases/validate')).body.externalId).toBe('validate');
  });

  it('needs no key that may sell', async () => {
    const { status } = await shop.post('/v1/purchases/validate', DRAFT, KEYS.reader);
    expect(status).toBe(200);
    expect((await shop.post('/v1/eligibility', { msisdn: DRAFT.msisdn }, KEYS.reader)).status).toBe(200);
  });

  it('is asked to be sent again while Temporal is out', async () => {
    shop.questions.unavailable = true;
    const { status, body } = await shop.post('/v1/purchases/validate', DRAFT);
    expect([status, body.retryable]).toEqual([503, true]);
  });
});

describe('the packages that a subscriber may have', () => {
  it('are all that the channel sells now, each with its price and MobiFone’s word', async () => {
    shop.questions.answers.set('D10', { kind: 'refused', refusal: 'package_not_allowed' });
    shop.questions.answers.set('D90', { kind: 'unknown' });
    const { status, body } = await shop.post('/v1/eligibility', { msisdn: '090 123 4567' });
    const { body: catalogue } = await shop.get('/v1/packages');
    expect(status).toBe(200);
    expect(body.msisdn).toBe('8490****567');
    const withoutVerdict = body.packages.map(
      ({ eligibility: _eligibility, reason: _reason, ...offered }: Record<string, unknown>) => offered,
    );
    expect(withoutVerdict).toEqual(catalogue.packages);
    const verdicts = body.packages.map(({ code, eligibility, reason }: Verdict) =>
      `${code} ${eligibility} ${reason?.code ?? ''}`.trim(),
    );
    expect(verdicts).toEqual([
      'D10 refused package_not_allowed',
      'D15 eligible',
      'D30 eligible',
      'D50 eligible',
      'D70 eligible',
      'D90 unknown',
      'D120 eligible',
    ]);
  });

  it.each([
    [{ msisdn: '01201234567' }, '/msisdn', 'retired_prefix'],
    [{}, '/msisdn', 'missing'],
    [{ msisdn: '0901234567', package: 'D90' }, '/package', 'unknown_field'],
  ])('are not asked for with faults: %j', async (request, pointer, code) => {
    const { status, body } = await shop.post('/v1/eligibility', request);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer, code, detail: expect.any(String) }]);
    expect(shop.questions.asked).toEqual([]);
  });
});

describe('a channel’s account', () => {
  it('shows its contract, its keys without their secret, and what it earned today and this month', async () => {
    shop.now = new Date('2026-11-24T18:30:00.000Z'); // already the 25th in Vietnam
    shop.earnings.earnings = {
      sales: 2,
      faceValue: vnd(180_000),
      discount: vnd(11_700),
      payable: vnd(168_300),
    };
    const sums = { sales: 2, faceValue: 180_000, discount: 11_700, payable: 168_300 };
    const { status, body } = await shop.get('/v1/account');
    expect(status).toBe(200);
    expect(body).toEqual({
      channel: 'shop',
      paymentForm: 'postpaid',
      discountClass: 'standard',
      keys: [
        { prefix: 'dck_test_', lastFour: 'shop', scopes: ['submit', 'read'], expiresAt: null, label: null },
        expect.objectContaining({ lastFour: '_old', expiresAt: '2026-11-24T03:04:59Z' }),
        expect.objectContaining({ lastFour: 'ader', scopes: ['read'] }),
        expect.objectContaining({ lastFour: 'ller', scopes: ['submit'] }),
        expect.objectContaining({ lastFour: 'ator', scopes: [] }),
      ],
      webhook: { url: 'https://shop.example/refunds', states: [], status: 'healthy', since: null },
      earned: { today: { day: '2026-11-25', ...sums }, thisMonth: { month: '2026-11', ...sums } },
    });
    expect(shop.earnings.asked.map(({ channel, days }) => [channel, days])).toEqual([
      ['shop', '2026-11-25'],
      ['shop', '2026-11'],
    ]);
  });

  it('is added up once for all who ask at the same time, so that one channel’s hurry stops nobody', async () => {
    let addUp = (): void => undefined;
    shop.earnings.ready = new Promise<void>((resolve) => (addUp = resolve));
    const answers = Promise.all(Array.from({ length: 20 }, () => shop.get('/v1/account')));
    await eventually('all to be waiting', async () =>
      (await shop.metrics.registry.metrics()).includes('datacode_http_requests_in_flight 20')
        ? true
        : undefined,
    );
    addUp();
    expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(shop.earnings.asked).toHaveLength(2); // today and this month
    await shop.get('/v1/account');
    expect(shop.earnings.asked).toHaveLength(4); // and anew for whoever asks later
  });

  it('flags a webhook that is taken for disabled, and names the states that it is told of', async () => {
    shop.notices.health = { status: 'disabled', since: '2026-11-24T02:00:00.000Z' };
    const { body } = await shop.get('/v1/account', KEYS.subscribed);
    expect(body.webhook).toMatchObject({
      states: ['charging', 'succeeded'],
      status: 'disabled',
      since: '2026-11-24T02:00:00.000Z',
    });
  });

  it('is added up with every price that the month has had, and no older one', async () => {
    await shop.get('/v1/account');
    const { prices } = shop.earnings.asked[0] ?? {};
    expect(prices).toContainEqual({ faceValue: 90_000, discount: 5_850 }); // the rate of the package
    expect(prices).toContainEqual({ faceValue: 10_000, discount: 550 }); // the general rate of 2026
    expect(prices).not.toContainEqual({ faceValue: 10_000, discount: 500 }); // that of 2025
    expect(prices).not.toContainEqual(expect.objectContaining({ faceValue: 5_000 })); // sold prepaid only
  });

  it('must be asked for with a key', async () => {
    expect((await shop.get('/v1/account', null)).status).toBe(401);
  });
});
