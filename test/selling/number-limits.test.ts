import fc from 'fast-check';
import { loadDiscountRules, loadPackages } from '../../catalogue/load';
import { newWebhookSecret } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import type { CountPlace, SaleCount, SaleCounts } from '../../client/sale-counts';
import { TemporalUnavailable, type Purchases, type Submission } from '../../client/purchases';
import { packageCode } from '../../domain/catalogue/packages';
import { channelName, externalId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import type { CountedSale, NumberLimits } from '../../domain/purchase/sale-count';
import { createLogger } from '../../runtime/logging';
import { OrderAcceptance } from '../../selling/accept-order';
import { DuplicateGuard } from '../../selling/duplicate-guard';
import { NumberLimitGuard } from '../../selling/number-limits';
import { Offers } from '../../selling/offers';
import { PriceClock } from '../../selling/price-clock';
import { SaleRefused } from '../../selling/sale-refused';
import { SalesGate } from '../../selling/sales-gate';
import { eventually } from '../support/eventually';
import { ScriptedBlocks } from '../api/scripted-blocks';
import { ScriptedOrderClaims } from '../api/scripted-order-claims';
import { ScriptedPauses } from '../api/scripted-pauses';
import { ScriptedPurchases } from '../api/scripted-purchases';
import { ScriptedSaleCounts } from '../api/scripted-sale-counts';

const packages = loadPackages('catalogue/packages.json');
const rules = loadDiscountRules('catalogue/discounts.json', packages);
const NUMBER = msisdn('84901234567');
const OTHER_NUMBER = msisdn('84901234568');

/** Decides which of the calls that are under way at the same time is executed next. */
type Turn = () => Promise<unknown>;

/** Counts whose calls each wait for their turn. */
class CountsInTurn implements SaleCounts {
  constructor(
    private readonly counts: ScriptedSaleCounts,
    private readonly turn: Turn,
  ) {}

  async take(count: SaleCount, place: number, sale: CountedSale): Promise<CountPlace | undefined> {
    await this.turn();
    return this.inTurn(await this.counts.take(count, place, sale));
  }

  async at(count: SaleCount, place: number): Promise<CountPlace | undefined> {
    await this.turn();
    return this.inTurn(await this.counts.at(count, place));
  }

  underEarlierKeys(): Promise<CountPlace[]> {
    return this.counts.underEarlierKeys();
  }

  /** What was read does not change any more, as with Temporal’s answer. */
  private inTurn(place: CountPlace | undefined): CountPlace | undefined {
    if (!place) return undefined;
    return { ...place, release: () => this.turn().then(() => place.release()) };
  }
}

class PurchasesInTurn extends ScriptedPurchases {
  constructor(private readonly turn: Turn) {
    super();
  }

  override async submit(order: PurchaseOrder, waitMs: number): Promise<Submission> {
    await this.turn();
    return super.submit(order, waitMs);
  }

  override async find(...which: Parameters<Purchases['find']>): ReturnType<Purchases['find']> {
    await this.turn();
    return super.find(...which);
  }
}

/** Two channels that sell to one number, with a limit each and one over both. */
class Shops {
  readonly counts = new ScriptedSaleCounts();
  readonly purchases: PurchasesInTurn;
  /** When the next order is accepted. */
  now = new Date('2026-11-24T03:05:00.000Z');
  private readonly orders: OrderAcceptance;
  private readonly rejected = new Set<string>();

  constructor(
    private readonly limits: NumberLimits,
    overall: NumberLimits | undefined,
    private readonly turn: Turn,
    duplicateWindowMs = 0,
  ) {
    this.purchases = new PurchasesInTurn(turn);
    this.purchases.cancellation.becomes = { state: 'rejected', outcome: 'rejected' };
    const clock = new PriceClock(rules, createLogger('test', 'silent'));
    this.orders = new OrderAcceptance({
      purchases: this.purchases,
      gate: new SalesGate(new Offers(packages, rules, clock), new ScriptedPauses(), new ScriptedBlocks()),
      duplicates: new DuplicateGuard(new ScriptedOrderClaims(), this.purchases, duplicateWindowMs),
      numberLimits: new NumberLimitGuard(new CountsInTurn(this.counts, turn), this.purchases, () => overall),
      now: () => this.now,
    });
  }

  /** @returns what came of the order, in a word */
  async buy(shop: string, id: string, code: string, number = NUMBER): Promise<string> {
    const source = { channel: this.channel(shop), origin: { requestId: id }, namesOther: true };
    const wanted = { externalId: externalId(id), msisdn: number, package: packageCode(code) };
    try {
      return (await this.orders.submit(source, wanted, { waitMs: 0 })).kind;
    } catch (fault) {
      if (fault instanceof SaleRefused) return fault.code;
      throw fault;
    }
  }

  /** MobiFone rejects what was accepted under this id so far. */
  async reject(shop: string, id: string): Promise<void> {
    await this.turn();
    if (await this.end(shop, id)) this.rejected.add(`${shop}:${id}`);
  }

  /** What was accepted under this id so far gets its outcome: rejected, unless a test says otherwise. */
  async end(shop: string, id: string): Promise<boolean> {
    const { kind } = await this.purchases.cancel(channelName(shop), externalId(id), 'ended');
    return kind !== 'not_found';
  }

  /** Orders and sum that were accepted for the number and not rejected, of one shop or of both. */
  sold(shop?: string): { orders: number; amount: number } {
    const sold = this.purchases.orders.filter(
      (order) =>
        order.msisdn === NUMBER &&
        (shop === undefined || order.channel === channelName(shop)) &&
        !this.rejected.has(`${order.channel}:${order.externalId}`),
    );
    return { orders: sold.length, amount: sold.reduce((sum, { faceValue }) => sum + faceValue, 0) };
  }

  private channel(name: string): Channel {
    return {
      name: channelName(name),
      keys: [],
      paymentForm: 'postpaid',
      discountClass: 'standard',
      webhookUrl: 'https://shop.example/refunds',
      webhookSecret: newWebhookSecret(),
      enabled: true,
      limits: this.limits,
    };
  }
}

/** Each call is executed when it is made. */
const AT_ONCE: Turn = () => Promise.resolve();

describe('one order id that is sent for two packages at once', () => {
  it('keeps the place of the one that is accepted, when the other gives back its own', async () => {
    const shops = new Shops({ salesPerNumberPerDay: 2 }, undefined, AT_ONCE);
    let letGo = (): void => undefined;
    const cheapWaits = new Promise<void>((resolve) => (letGo = resolve));
    const submit = shops.purchases.submit.bind(shops.purchases);
    shops.purchases.submit = async (order, waitMs) => {
      if (order.package.code === 'D10') await cheapWaits;
      return submit(order, waitMs);
    };
    const cheap = shops.buy('mallory', 'one', 'D10'); // takes its place, and is overtaken
    expect(await shops.buy('mallory', 'one', 'D90')).toBe('accepted');
    letGo();
    expect(await cheap).toBe('conflict');
    expect(shops.counts.counted()).toHaveLength(1);
    expect(await shops.buy('mallory', 'two', 'D15')).toBe('accepted');
    expect(await shops.buy('mallory', 'three', 'D15')).toBe('number_limit_reached');
  });

  it('has the dearer one counted as such, although the cheaper one has a place already', async () => {
    const shops = new Shops({ amountPerNumberPerDay: 100_000 }, undefined, AT_ONCE);
    shops.purchases.unavailable = true; // so that the cheaper one takes its place, and nothing more
    await shops.buy('mallory', 'one', 'D10').catch(() => undefined);
    shops.purchases.unavailable = false;
    expect(await shops.buy('mallory', 'one', 'D90')).toBe('accepted');
    expect(await shops.buy('mallory', 'two', 'D15')).toBe('number_limit_reached');
    expect(await shops.buy('mallory', 'three', 'D10')).toBe('accepted'); // one id is one order: 90,000 and not 100,000
  });

  it('is refused for the dearer one that exceeds the limit', async () => {
    const shops = new Shops({ amountPerNumberPerDay: 80_000 }, undefined, AT_ONCE);
    shops.purchases.unavailable = true;
    await shops.buy('mallory', 'one', 'D10').catch(() => undefined);
    shops.purchases.unavailable = false;
    expect(await shops.buy('mallory', 'one', 'D90')).toBe('number_limit_reached');
  });
});

describe('an order that is sent again and again while Temporal does not take it', () => {
  it('uses up one place of its number, and no more', async () => {
    const shops = new Shops({ salesPerNumberPerDay: 2 }, { salesPerNumberPerDay: 3 }, AT_ONCE);
    shops.purchases.unavailable = true;
    for (let tries = 0; tries < 5; tries += 1)
      await shops.buy('mallory', 'one', 'D10').catch(() => undefined);
    expect(shops.counts.counted()).toHaveLength(2); // in each of the two counts
  });
});

describe('an order whose claim on the sale a repetition of it may rely on', () => {
  const shops = () => new Shops({ salesPerNumberPerDay: 1 }, undefined, AT_ONCE, 60_000);

  it('keeps it where Temporal does not answer: the same sale under another id is a duplicate', async () => {
    const shop = shops();
    jest.spyOn(shop.counts, 'take').mockRejectedValueOnce(new TemporalUnavailable('no answer'));
    await expect(shop.buy('one', 'first', 'D90')).rejects.toThrow(TemporalUnavailable);
    expect(await shop.buy('one', 'second', 'D90')).toBe('possible_duplicate');
  });

  it('gives it back where a limit refuses it', async () => {
    const shop = shops();
    expect(await shop.buy('one', 'first', 'D30')).toBe('accepted');
    expect(await shop.buy('one', 'second', 'D90')).toBe('number_limit_reached');
    expect(await shop.buy('one', 'third', 'D90')).toBe('number_limit_reached');
  });
});

describe('a number whose limit over all channels is far above the orders of one that sell nothing', () => {
  const OVERALL: NumberLimits = { amountPerNumberPerDay: 2_000_000 };

  async function ordersUntilRefused(shops: Shops, of: (id: string) => Promise<void>): Promise<number> {
    for (let orders = 0; orders < 120; orders += 1) {
      if ((await shops.buy('mallory', `vain-${orders}`, 'D10')) !== 'accepted') return orders;
      await of(`vain-${orders}`);
    }
    throw new Error('none was refused');
  }

  it('is still sold to by the others, when MobiFone has rejected each of them', async () => {
    const shops = new Shops({}, OVERALL, AT_ONCE);
    expect(await ordersUntilRefused(shops, (id) => shops.reject('mallory', id))).toBe(25);
    expect(await shops.buy('bob', 'wanted', 'D90')).toBe('accepted');
  });

  it('is still sold to by the others, when all came at once and none has an outcome yet', async () => {
    const shops = new Shops({}, OVERALL, AT_ONCE);
    expect(await ordersUntilRefused(shops, () => Promise.resolve())).toBe(25);
    expect(await shops.buy('bob', 'wanted', 'D90')).toBe('accepted');
  });

  it('is still sold to by the channel itself, when what it sold was sold', async () => {
    const shops = new Shops({}, OVERALL, AT_ONCE);
    shops.purchases.cancellation.becomes = { state: 'succeeded', outcome: 'succeeded' };
    for (let orders = 0; orders < 40; orders += 1) {
      expect(await shops.buy('mallory', `sold-${orders}`, 'D10')).toBe('accepted');
      await shops.end('mallory', `sold-${orders}`);
    }
  });
});

describe('one order that is sent twice at once', () => {
  it('keeps its place for the one that is accepted, when the other is refused by the limit over all channels', async () => {
    const shops = new Shops({ salesPerNumberPerDay: 1 }, { salesPerNumberPerDay: 2 }, AT_ONCE);
    const letGo: (() => void)[] = [];
    const take = shops.counts.take.bind(shops.counts);
    shops.counts.take = async (count, place, sale) => {
      const waits = count.of === undefined && sale.externalId === externalId('one') && letGo.length < 2;
      if (waits) await new Promise<void>((resolve) => letGo.push(resolve));
      return take(count, place, sale);
    };
    const first = shops.buy('mallory', 'one', 'D10'); // has its place in mallory’s own count
    const second = shops.buy('mallory', 'one', 'D10'); // counts on that place
    await eventually('both to be overtaken', () => letGo.length === 2 || undefined);
    for (const shop of ['bob', 'carol']) expect(await shops.buy(shop, 'their', 'D10')).toBe('accepted');
    letGo[0]?.();
    expect(await first).toBe('number_limit_reached');
    for (const shop of ['bob', 'carol']) await shops.reject(shop, 'their');
    letGo[1]?.();
    expect(await second).toBe('accepted');
    expect(await shops.buy('mallory', 'two', 'D10')).toBe('number_limit_reached');
  });
});

describe('orders for one number that come at the same moment', () => {
  const order = fc.record({
    shop: fc.constantFrom('mallory', 'mallory', 'bob'),
    id: fc.constantFrom('one', 'one', 'two', 'three'),
    code: fc.constantFrom('D10', 'D15', 'D30', 'D90'),
    number: fc.constantFrom(NUMBER, NUMBER, NUMBER, OTHER_NUMBER),
  });
  const limits = fc.record({
    salesPerNumberPerDay: fc.constantFrom(undefined, 1, 2),
    amountPerNumberPerDay: fc.constantFrom(undefined, 40_000, 100_000),
  });

  it('never sell more than is allowed, in whatever order their calls are executed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        limits,
        fc.option(limits, { nil: undefined }),
        fc.array(order, { minLength: 2, maxLength: 7 }),
        fc.array(order, { maxLength: 2 }),
        async (scheduler, own, overall, orders, rejected) => {
          const shops = new Shops(own, overall, () => scheduler.schedule(Promise.resolve()));
          const bought = orders.map(({ shop, id, code, number }) => shops.buy(shop, id, code, number));
          const made = rejected.map(({ shop, id }) => shops.reject(shop, id));
          await scheduler.waitFor(Promise.all([...bought, ...made]));
          // and once more one after another, as whoever tries what is left
          for (const [at, { shop, code }] of orders.entries())
            await scheduler.waitFor(shops.buy(shop, `later-${at}`, code));
          for (const [{ salesPerNumberPerDay, amountPerNumberPerDay }, { orders: count, amount }] of [
            [own, shops.sold('mallory')],
            [own, shops.sold('bob')],
            [overall ?? {}, shops.sold()],
          ] as const) {
            expect(count).toBeLessThanOrEqual(salesPerNumberPerDay ?? Infinity);
            expect(amount).toBeLessThanOrEqual(amountPerNumberPerDay ?? Infinity);
          }
        },
      ),
      { seed: 48, numRuns: 500 },
    );
  });
});
