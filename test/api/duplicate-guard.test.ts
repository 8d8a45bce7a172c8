import { PurchaseUnreadable } from '../../client/purchases';
import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

/** An order of the channel whose doubles are noticed. */
function buy(externalId: string, over: Readonly<Record<string, unknown>> = {}) {
  return shop.buy({ externalId, ...over }, KEYS.guarded);
}

describe('the same number and package under another order id', () => {
  it('is refused with the other order named, and nothing is sold', async () => {
    await buy('first');
    const { status, body } = await buy('second');
    expect([status, body.code, body.retryable]).toEqual([409, 'possible_duplicate', false]);
    expect(body.duplicateOf).toEqual({
      externalId: 'first',
      state: 'accepted',
      createdAt: '2026-11-24T03:05:00.000Z',
    });
    expect(body.detail).toContain('"allowDuplicate": true');
    expect(shop.purchases.orders).toHaveLength(1);
  });

  it('is refused without a word about the other order, where the key may not read', async () => {
    await buy('first');
    const { status, body } = await shop.buy({ externalId: 'second' }, KEYS.guardedSeller);
    expect([status, body.code, body.duplicateOf]).toEqual([409, 'possible_duplicate', undefined]);
    expect(JSON.stringify(body)).not.toMatch(/first|accepted|2026-/);
    expect(body.detail).toContain('"allowDuplicate": true');
  });

  it('is refused however the number is spelt, and in the language of who asks', async () => {
    await buy('first');
    const { body } = await buy('second', { msisdn: '+84 901 234 567' }).set('Accept-Language', 'vi');
    expect(body.code).toBe('possible_duplicate');
    expect(body.detail).toContain('Đơn hàng first');
  });

  it('is sold where the channel says that its customer wants it twice', async () => {
    await buy('first');
    expect((await buy('second', { allowDuplicate: true })).status).toBe(201);
    expect((await buy('third', { allowDuplicate: false })).status).toBe(409);
  });

  it('is sold at once where the other order sold nothing', async () => {
    shop.purchases.whenWaitedFor = { state: 'rejected', outcome: 'rejected' };
    await buy('first').set('Prefer', 'wait=20');
    expect((await buy('second')).status).toBe(201);
    expect((await buy('third')).body.duplicateOf).toMatchObject({ externalId: 'second' });
  });

  it('is refused where the other order succeeded, and where it is open', async () => {
    shop.purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    await buy('first').set('Prefer', 'wait=20');
    expect((await buy('second')).body.duplicateOf.state).toBe('succeeded');
  });

  it('is refused while the other order is only being accepted, or cannot be read', async () => {
    await buy('first');
    const find = jest.spyOn(shop.purchases, 'find');
    const notYetKnown = { externalId: 'first', state: null, createdAt: null };
    find.mockResolvedValue(undefined);
    expect((await buy('second')).body.duplicateOf).toEqual(notYetKnown);
    find.mockImplementation(async (_, id) => {
      if (id === 'first') throw new PurchaseUnreadable(false);
      return undefined;
    });
    expect((await buy('second')).body.duplicateOf).toEqual(notYetKnown);
  });

  it.each(['', 'yes', 1, null])(
    'is refused as a mistake where allowDuplicate is %j',
    async (allowDuplicate) => {
      const { status, body } = await buy('first', { allowDuplicate });
      expect([status, body.errors[0].pointer]).toEqual([422, '/allowDuplicate']);
    },
  );
});

describe('an order that is sent twice at once', () => {
  it('keeps its claim, whichever of the two requests got it and whichever was accepted', async () => {
    await buy('first');
    shop.orderClaims.endAll(); // as if this request had been accepted while the next one got the claim
    expect((await buy('first')).status).toBe(200);
    expect((await buy('second')).body.code).toBe('possible_duplicate');
  });
});

describe('what is no double', () => {
  it('is the order itself, sent again', async () => {
    await buy('first');
    expect((await buy('first')).status).toBe(200);
    expect((await buy('first', { allowDuplicate: true })).status).toBe(200);
  });

  it('is another package, another number, or another channel', async () => {
    await buy('first');
    expect((await buy('second', { package: 'D120' })).status).toBe(201);
    expect((await buy('third', { msisdn: '0909999999' })).status).toBe(201);
    expect((await shop.buy({ externalId: 'fourth' }, KEYS.prepaid)).status).toBe(201);
  });

  it('is an order that was sold before another took over its claim: it is answered as it was sold', async () => {
    await buy('old');
    shop.orderClaims.endAll();
    shop.now = new Date(shop.now.getTime() + 120_000);
    expect((await buy('new')).status).toBe(201);
    const { status, body } = await buy('old');
    expect([status, body.externalId]).toEqual([200, 'old']);
    expect(shop.purchases.orders).toHaveLength(2);
  });

  it('is an order after an old one was only repeated: a repetition sells nothing', async () => {
    await buy('old');
    shop.orderClaims.endAll();
    shop.now = new Date(shop.now.getTime() + 120_000);
    expect((await buy('old')).status).toBe(200);
    expect((await buy('new')).status).toBe(201);
  });

  it('is an order of a channel without a guard, which claims nothing', async () => {
    await shop.buy({ externalId: 'first' });
    expect((await shop.buy({ externalId: 'second' })).status).toBe(201);
    expect(shop.orderClaims.asked).toEqual([]);
  });
});

describe('the time for which a sale is claimed', () => {
  it('is the channel’s own', async () => {
    await buy('first');
    expect(shop.orderClaims.asked).toEqual([120_000]);
  });
});
