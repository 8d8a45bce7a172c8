import { Idempotency } from '../../api/purchases/idempotency';
import { orderFingerprint } from '../../client/idempotency-keys';
import { TemporalUnavailable } from '../../client/purchases';
import { anOrder } from '../support/orders';
import { HOUR_MS } from '../support/wall-clock';
import { ScriptedPurchases } from './scripted-purchases';
import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"';

function buy(key: string, over: Readonly<Record<string, unknown>> = {}) {
  return shop.buy(over).set('Idempotency-Key', key);
}

describe('an order under a key', () => {
  it('is accepted, and answered alike when it is repeated', async () => {
    const first = await buy(KEY);
    const again = await buy(KEY);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(shop.purchases.orders).toHaveLength(1);
  });

  it('is the same key with and without quotes', async () => {
    await buy('"key-1"');
    expect((await buy('key-1', { package: 'D120' })).status).toBe(422);
  });

  it('is refused when the key was for another order', async () => {
    await buy(KEY);
    for (const over of [{ package: 'D120' }, { msisdn: '0909999999' }, { externalId: 'order-2' }]) {
      const { status, body } = await buy(KEY, over);
      expect([status, body.code, body.retryable]).toEqual([422, 'idempotency_key_reused', false]);
    }
    expect(shop.purchases.orders).toHaveLength(1);
  });

  it('does not meet another channel’s order under the same key', async () => {
    await buy(KEY);
    const other = await shop.buy({ externalId: 'x' }, KEYS.prepaid).set('Idempotency-Key', KEY);
    expect(other.status).toBe(201);
  });

  it('is told its outcome when that is waited for', async () => {
    shop.purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    const { status, body } = await buy(KEY).set('Prefer', 'wait=20');
    expect([status, body.outcome]).toEqual([201, 'succeeded']);
  });

  it('takes no key for an order with faults, which may be corrected under the same key', async () => {
    expect((await buy(KEY, { msisdn: '1' })).status).toBe(422);
    expect((await buy(KEY)).status).toBe(201);
  });
});

describe('two requests with one key at once', () => {
  it('are told apart: one is accepted, the other may come back and is answered the same', async () => {
    let go = (): void => undefined;
    shop.idempotencyKeys.hold = new Promise((resolve) => (go = resolve));
    const first = buy(KEY).then((response) => response);
    await shop.idempotencyKeys.asked;
    const second = await buy(KEY);
    expect([second.status, second.body.code, second.body.retryable]).toEqual([
      409,
      'idempotency_key_in_use',
      true,
    ]);
    expect(second.headers['retry-after']).toBe('1');
    const third = await buy(KEY, { package: 'D120' });
    expect([third.status, third.body.code]).toEqual([422, 'idempotency_key_reused']);
    go();
    expect((await first).status).toBe(201);
    const again = await buy(KEY);
    expect([again.status, again.body]).toEqual([200, (await first).body]);
  });

  it('are told apart when another process has the first, for as long as that can take', async () => {
    shop.purchases.defect = new TemporalUnavailable('down'); // the key is recorded, the order not yet
    await buy(KEY);
    shop.purchases.defect = undefined;
    shop.idempotencyKeys.attributeElsewhere(5_000);
    expect((await buy(KEY)).body.code).toBe('idempotency_key_in_use');
    shop.idempotencyKeys.attributeElsewhere(10_000);
    expect((await buy(KEY)).status).toBe(201);
    shop.idempotencyKeys.attributeElsewhere(5_000);
    expect((await buy(KEY)).status).toBe(200); // the order is there: its acceptance is over
  });
});

describe('a key that another process has, to an API whose clock was set back', () => {
  it('is free as soon as this process has waited as long as an acceptance takes', async () => {
    let steadyMs = 0;
    const order = anOrder();
    const { channel, msisdn, externalId } = order;
    const wanted = { externalId, msisdn, package: order.package.code };
    const use = { externalId, fingerprint: orderFingerprint('key', msisdn, wanted.package) };
    const claim = { kind: 'used', use, at: new Date(), here: false } as const;
    const keys = { claim: () => Promise.resolve(claim) };
    const clocks = { wallMs: () => claim.at.getTime() - 2 * HOUR_MS, steadyMs: () => steadyMs };
    const purchases = new ScriptedPurchases();
    const idempotency = new Idempotency(keys, purchases, clocks);
    const accept = () => idempotency.accept(channel, 'key', wanted, () => purchases.submit(order, 0));
    await expect(accept()).rejects.toMatchObject({ code: 'idempotency_key_in_use' });
    steadyMs = 9_999;
    await expect(accept()).rejects.toMatchObject({ code: 'idempotency_key_in_use' });
    steadyMs = 10_000;
    await expect(accept()).resolves.toMatchObject({ kind: 'accepted' });
  });
});

describe('a request whose acceptance failed', () => {
  it('may be repeated at once', async () => {
    shop.purchases.unavailable = true;
    expect((await buy(KEY)).status).toBe(503);
    shop.purchases.unavailable = false;
    expect((await buy(KEY)).status).toBe(201);
  });
});

describe('a key that is none', () => {
  it.each(['""', '', 'a b', '"a', 'a,b', '"a", "b"', 'ü', `"${'k'.repeat(256)}"`])(
    'is refused: %s',
    async (key) => {
      const { status, body } = await buy(key);
      expect([status, body.code]).toEqual([400, 'malformed_request']);
      expect(shop.purchases.orders).toEqual([]);
    },
  );

  it('may be as long as 255 characters', async () => {
    expect((await buy(`"${'k'.repeat(255)}"`)).status).toBe(201);
  });
});

describe('an order without a key', () => {
  it('costs nothing more', async () => {
    await shop.buy();
    expect(shop.idempotencyKeys.claims).toBe(0);
  });
});
