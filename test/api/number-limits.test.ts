import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

/** An order of the channel that may sell three packages, worth 200,000 đồng, to one number a day. */
function buy(externalId: string, over: Readonly<Record<string, unknown>> = {}, key: string = KEYS.limited) {
  return shop.buy({ externalId, package: 'D10', ...over }, key);
}

describe('a number with a limit of orders a day', () => {
  it('is sold to so often, and then refused with the limit named, until tomorrow in Vietnam', async () => {
    for (const id of ['first', 'second', 'third']) expect((await buy(id)).status).toBe(201);
    const { status, body } = await buy('fourth');
    expect([status, body.code, body.retryable]).toEqual([422, 'number_limit_reached', false]);
    expect(body.detail).toContain('3 orders to one number a day');
    expect(shop.purchases.orders).toHaveLength(3);
    shop.now = new Date('2026-11-24T17:00:00.000Z');
    expect((await buy('fourth')).status).toBe(201);
  });

  it('is refused in the language of who asks, and however it is spelt', async () => {
    for (const id of ['first', 'second', 'third']) await buy(id);
    const { body } = await buy('fourth', { msisdn: '+84 901 234 567' }).set('Accept-Language', 'vi');
    expect(body.detail).toContain('tối đa 3 đơn hàng cho một số mỗi ngày');
    expect((await buy('fourth', { msisdn: '0901234568' })).status).toBe(201);
  });

  it('is not counted again by an order that is sent again, on that day or on the next', async () => {
    for (const id of ['first', 'second', 'third']) await buy(id);
    expect((await buy('third')).status).toBe(200);
    expect(shop.saleCounts.counted()).toHaveLength(3);
    shop.now = new Date('2026-11-24T18:00:00.000Z');
    expect((await buy('third')).status).toBe(200);
    expect(shop.saleCounts.counted()).toHaveLength(3);
  });

  it('answers an order that was accepted before the number had its limit as it always did', async () => {
    await buy('early');
    shop.now = new Date('2026-11-24T18:00:00.000Z');
    for (const id of ['first', 'second', 'third']) await buy(id);
    expect((await buy('early')).status).toBe(200);
    expect((await buy('fourth')).status).toBe(422);
  });

  it('is not counted by what was rejected, rolled back or cancelled', async () => {
    shop.purchases.whenWaitedFor = { state: 'rejected', outcome: 'rejected' };
    for (const id of ['first', 'second']) await buy(id).set('Prefer', 'wait=20');
    shop.purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    await buy('third').set('Prefer', 'wait=20');
    for (const id of ['fourth', 'fifth']) expect((await buy(id)).status).toBe(201);
    expect((await buy('sixth')).status).toBe(422);
  });

  it('is not counted by an order whose id was used for another', async () => {
    await buy('first', { msisdn: '0901234568' });
    expect((await buy('first')).body.code).toBe('external_id_conflict');
    expect(shop.saleCounts.counted()).toHaveLength(1);
  });

  it('gives its claim on the sale back, so that the number can be sold to once the limit is higher', async () => {
    shop.channels = shop.channels.map((channel) =>
      channel.name === 'guarded'
        ? { ...channel, limits: { duplicateWindowSeconds: 120, salesPerNumberPerDay: 1 } }
        : channel,
    );
    await buy('first', {}, KEYS.guarded);
    expect((await buy('second', { package: 'D90' }, KEYS.guarded)).status).toBe(422);
    shop.channels = shop.channels.map((channel) =>
      channel.name === 'guarded' ? { ...channel, limits: { duplicateWindowSeconds: 120 } } : channel,
    );
    expect((await buy('third', { package: 'D90' }, KEYS.guarded)).status).toBe(201);
  });
});

describe('a number with a limit of đồng a day', () => {
  it('is sold to until the next package would exceed it, and smaller ones still', async () => {
    expect((await buy('first', { package: 'D90' })).status).toBe(201);
    const { status, body } = await buy('second', { package: 'D120' });
    expect([status, body.code]).toEqual([422, 'number_limit_reached']);
    expect(body.detail).toContain('packages worth 200.000 đồng');
    expect((await buy('third', { package: 'D90' })).status).toBe(201);
  });
});

describe('a limit over all channels', () => {
  beforeEach(() => (shop.numberLimits = { salesPerNumberPerDay: 2 }));

  it('counts what every channel sells, and tells none of another’s orders', async () => {
    expect((await buy('first', {}, KEYS.shop)).status).toBe(201);
    expect((await buy('first')).status).toBe(201);
    const { status, body } = await buy('second', {}, KEYS.shop);
    expect([status, body.code]).toEqual([422, 'number_limit_reached']);
    expect(body.detail).toMatch(/^This number has had what may be sold to one number today/);
    expect(JSON.stringify(body)).not.toMatch(/first|limited/);
  });

  it('is not used up for the others by orders of one channel that sell nothing', async () => {
    shop.purchases.whenWaitedFor = { state: 'rejected', outcome: 'rejected' };
    let orders = 0;
    const buyInVain = () => buy(`vain-${(orders += 1)}`, {}, KEYS.shop).set('Prefer', 'wait=20');
    while ((await buyInVain()).status === 201) expect(orders).toBeLessThan(200);
    expect(orders).toBeLessThanOrEqual(25 + 2 + 1); // two may not have been looked at since
    expect((await buy('wanted', {}, KEYS.guarded)).status).toBe(201);
  });

  it('gives back what an order holds of its channel’s own count', async () => {
    for (const id of ['first', 'second']) await buy(id, {}, KEYS.shop);
    expect((await buy('third')).status).toBe(422);
    expect(shop.saleCounts.counted().filter((place) => place.startsWith('limited'))).toEqual([]);
  });
});

describe('a channel without limits', () => {
  it('asks Temporal nothing about them', async () => {
    await buy('first', {}, KEYS.shop);
    expect(shop.saleCounts.calls).toBe(0);
  });
});

describe('limits while Temporal does not answer', () => {
  it('are not passed over: the order is refused and may be sent again', async () => {
    shop.saleCounts.unavailable = true;
    const { body } = await buy('first');
    expect([body.code, body.retryable]).toEqual(['temporarily_unavailable', true]);
    expect(shop.purchases.orders).toHaveLength(0);
  });
});
