import { loadDiscountRules, loadPackages } from '../../catalogue/load';
import { newWebhookSecret } from '../../channel/key';
import { channelRegistry, type Channel } from '../../channel/registry';
import type { BatchRow } from '../../domain/batch/batch';
import type { BatchPart } from '../../domain/batch/protocol';
import { packageCode } from '../../domain/catalogue/packages';
import { batchId, channelName, externalId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import type { NumberLimits } from '../../domain/purchase/sale-count';
import { createLogger } from '../../runtime/logging';
import { OrderAcceptance } from '../../selling/accept-order';
import { BatchSeller } from '../../selling/batch-seller';
import { DuplicateGuard } from '../../selling/duplicate-guard';
import { NumberLimitGuard } from '../../selling/number-limits';
import { Offers } from '../../selling/offers';
import { PriceClock } from '../../selling/price-clock';
import { RowPace } from '../../selling/row-pace';
import { SalesGate } from '../../selling/sales-gate';
import { NO_ENDS } from '../api/no-ends';
import { ScriptedBlocks } from '../api/scripted-blocks';
import { ScriptedOrderClaims } from '../api/scripted-order-claims';
import { ScriptedPauses } from '../api/scripted-pauses';
import { ScriptedPurchases } from '../api/scripted-purchases';
import { ScriptedSaleCounts } from '../api/scripted-sale-counts';

const packages = loadPackages('catalogue/packages.json');
const rules = loadDiscountRules('catalogue/discounts.json', packages);
const SHOP: Channel = {
  name: channelName('shop'),
  keys: [],
  paymentForm: 'postpaid',
  discountClass: 'standard',
  webhookUrl: 'https://shop.example/refunds',
  webhookSecret: newWebhookSecret(),
  enabled: true,
};
const PART: BatchPart = { channel: SHOP.name, batchId: batchId('staff'), rows: [], requestId: 'r-1' };
const row = (id: string, number = '84901234567', code = 'D90', more: [1?] = []): BatchRow => [
  externalId(id),
  msisdn(number),
  packageCode(code),
  ...more,
];

/** A seller over purchases, pauses, blocks, claims and counts that are data. */
class Staff {
  readonly purchases = new ScriptedPurchases();
  readonly pauses = new ScriptedPauses();
  readonly blocks = new ScriptedBlocks();
  channels: Channel[] = [SHOP];
  limits: NumberLimits | undefined;
  now = new Date('2026-11-24T03:05:00.000Z');
  rowsAtOnce = 8;
  readonly seller: BatchSeller;

  constructor() {
    this.purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    const clock = new PriceClock(rules, createLogger('test', 'silent'));
    const gate = new SalesGate(new Offers(packages, rules, clock), this.pauses, this.blocks);
    const now = () => this.now;
    const orders = new OrderAcceptance({
      purchases: this.purchases,
      gate,
      duplicates: new DuplicateGuard(new ScriptedOrderClaims(), this.purchases, 120_000),
      numberLimits: new NumberLimitGuard(new ScriptedSaleCounts(), this.purchases, () => this.limits),
      now,
    });
    this.seller = new BatchSeller({
      registry: { byName: (name) => channelRegistry(this.channels).byName(name) },
      orders,
      purchases: this.purchases,
      ends: NO_ENDS,
      gate,
      now,
      pace: new RowPace({
        most: 1,
        areSingleSalesAround: () => false,
        now: () => 0,
        later: () => undefined,
      }),
      rowsAtOnce: () => this.rowsAtOnce,
    });
  }
}

let staff: Staff;
beforeEach(() => void (staff = new Staff()));
const sell = (...of: Parameters<typeof row>) => staff.seller.sell(PART, row(...of));

describe('a row of a batch', () => {
  it('is an ordinary order of its channel, at the price of the moment at which it begins', async () => {
    expect(await sell('a')).toEqual(['succeeded', null, 90_000, 5_850]);
    expect(staff.purchases.orders).toMatchObject([
      {
        channel: 'shop',
        externalId: 'a',
        batchId: 'staff',
        requestId: 'r-1',
        payable: 84_150,
        acceptedAt: '2026-11-24T03:05:00.000Z',
      },
    ]);
  });

  it('is the purchase that it was when it is begun again, however much has changed', async () => {
    await sell('a');
    staff.blocks.numbers.add('84901234567');
    expect(await sell('a')).toEqual(['succeeded', null, 90_000, 5_850]);
    expect(staff.purchases.orders).toHaveLength(1);
  });

  it('that was ordered before, outside its batch, sells nothing and counts for nothing', async () => {
    await sell('a');
    const other: BatchPart = { ...PART, batchId: batchId('staff-again') };
    expect(await staff.seller.sell(other, row('a'))).toEqual(['repeated', null, 0, 0]);
    expect(staff.purchases.orders).toHaveLength(1);
  });

  it('that has no outcome in time is open', async () => {
    staff.purchases.whenWaitedFor = {};
    expect(await sell('a')).toEqual(['open', null, 90_000, 5_850]);
    expect(Math.max(...staff.purchases.waits)).toBeLessThanOrEqual(10_000); // the next row, and the report, wait with it
  });

  it('tells why its purchase sold nothing', async () => {
    staff.purchases.whenWaitedFor = {
      state: 'rolled_back',
      outcome: 'rolled_back',
      reason: 'insufficient_balance',
    };
    expect(await sell('a')).toEqual(['rolled_back', 'insufficient_balance', 90_000, 5_850]);
  });

  it('is refused where a single order would be, and makes no purchase', async () => {
    staff.blocks.numbers.add('84901111111');
    staff.limits = { salesPerNumberPerDay: 1 };
    await sell('a');
    expect(await sell('blocked', '84901111111')).toEqual(['refused', 'number_blocked', 0, 0]);
    expect(await sell('double')).toEqual(['refused', 'possible_duplicate', 0, 0]);
    expect(await sell('too-much', '84901234567', 'D90', [1])).toEqual([
      'refused',
      'number_limit_reached',
      0,
      0,
    ]);
    expect(await sell('none', '84901234568', 'GONE')).toEqual(['refused', 'package_not_available', 0, 0]);
    expect(await sell('a', '84907654321')).toEqual(['refused', 'external_id_conflict', 0, 0]);
    expect(staff.purchases.orders).toHaveLength(1);
  });

  it.each([
    ['sales are paused', 'sales_paused', () => staff.pauses.pause({ kind: 'all' })],
    [
      'its channel is disabled',
      'channel_disabled',
      () => void (staff.channels = [{ ...SHOP, enabled: false }]),
    ],
    ['its channel is gone', 'channel_disabled', () => void (staff.channels = [])],
    ['there are no prices', 'no_prices', () => void (staff.now = new Date('2000-01-01'))],
  ])('waits while %s', async (_, obstacle, happen) => {
    happen();
    expect(await sell('a')).toEqual({ obstacle });
    expect(await staff.seller.obstacle(PART, row('a'))).toBe(obstacle);
    expect(staff.purchases.orders).toEqual([]);
  });

  it('waits while MobiFone is out', async () => {
    staff.rowsAtOnce = 0;
    expect(await staff.seller.obstacle(PART, row('a'))).toBe('mobifone_unavailable');
  });

  it('may be begun again when Temporal did not answer', async () => {
    staff.purchases.unavailable = true;
    await expect(sell('a')).rejects.toThrow('Temporal did not respond');
  });

  it('is found where it has begun, and not where another order has its id', async () => {
    expect(await staff.seller.look(PART, row('a'), false)).toBeUndefined();
    await sell('a');
    expect(await staff.seller.look(PART, row('a'), false)).toEqual(['succeeded', null, 90_000, 5_850]);
    expect(await staff.seller.look(PART, row('a', '84907654321'), false)).toBeUndefined();
    const other: BatchPart = { ...PART, batchId: batchId('staff-again') };
    expect(await staff.seller.look(other, row('a'), false)).toBeUndefined();
  });
});
