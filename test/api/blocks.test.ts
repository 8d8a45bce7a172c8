import { ORDER, Shop } from './shop';

let shop: Shop;
beforeEach(() => {
  shop = new Shop();
  shop.blocks.numbers.add('84901234567');
});

describe('a number that operators have blocked', () => {
  it('is sold nothing, however it is spelt, and nobody’s reason is told', async () => {
    for (const msisdn of ['0901234567', '+84 90 1234567']) {
      const { status, body } = await shop.buy({ msisdn });
      expect([status, body.code, body.retryable]).toEqual([422, 'number_blocked', false]);
      expect(body.detail).toContain('Nothing was sold');
    }
    expect(shop.purchases.orders).toEqual([]);
    expect((await shop.buy({ msisdn: '0901234568' })).status).toBe(201);
  });

  it('is named as blocked by a validation too', async () => {
    const { body } = await shop.post('/v1/purchases/validate', { ...ORDER });
    expect(body.code).toBe('number_blocked');
  });

  it('keeps the purchases that were accepted before: the same order is the same purchase', async () => {
    shop.blocks.numbers.clear();
    await shop.buy();
    shop.blocks.numbers.add('84901234567');
    expect((await shop.buy()).status).toBe(200);
    expect((await shop.buy({ externalId: 'another' })).body.code).toBe('number_blocked');
  });

  it('is counted by code, for operators', async () => {
    await shop.buy();
    const figures = await shop.metrics.registry.metrics();
    expect(figures).toMatch(/datacode_\w*problems_total\{code="number_blocked",channel="shop"\} 1/);
  });
});

describe('sales while it is not known who is blocked', () => {
  it('wait: the order is refused and may be sent again', async () => {
    shop.blocks.unavailable = true;
    const { body } = await shop.buy();
    expect([body.code, body.retryable]).toEqual(['temporarily_unavailable', true]);
  });
});
