import { Offers } from '../../selling/offers';
import { PriceClock } from '../../selling/price-clock';
import { loadPackages } from '../../catalogue/load';
import { newWebhookSecret } from '../../channel/key';
import type { Channel } from '../../channel/registry';
import type { DiscountRule } from '../../domain/catalogue/discount';
import { channelName } from '../../domain/identifiers';
import { createLogger } from '../../runtime/logging';

const packages = loadPackages('catalogue/packages.json').filter(({ code }) => code === 'D10');
const CHANNEL: Channel = {
  name: channelName('shop'),
  keys: [],
  paymentForm: 'postpaid',
  discountClass: 'standard',
  webhookUrl: 'https://shop.example/refunds',
  webhookSecret: newWebhookSecret(),
  enabled: true,
};

function rule(rateBasisPoints: number, from: string, until?: string): DiscountRule {
  const end = until === undefined ? {} : { until: new Date(until) };
  return { id: `${rateBasisPoints}`, rateBasisPoints, rounding: 'down', from: new Date(from), ...end };
}

describe('the prices at which a channel may have bought in a month', () => {
  it.each([
    ['one rate all the time', [rule(500, '2020-01-01')], [500]],
    [
      'rates that follow each other',
      [rule(500, '2020-01-01', '2026-11-10'), rule(600, '2026-11-10')],
      [500, 600],
    ],
    ['a rate that ends without another', [rule(500, '2020-01-01', '2026-11-10')], [500, 0]],
    ['a better rate for a day', [rule(500, '2020-01-01'), rule(900, '2026-11-05', '2026-11-06')], [500, 900]],
    ['a rate that is over, one to come', [rule(1, '2020-01-01', '2026-11-01'), rule(2, '2026-12-01')], [0]],
    ['no rate at all', [], [0]],
  ])('are those of %s', (_, rules, discounts) => {
    const offers = new Offers(packages, rules, new PriceClock(rules, createLogger('api', 'silent')));
    const prices = offers.pricesBetween(CHANNEL, new Date('2026-11-01'), new Date('2026-11-24'));
    expect(new Set(prices.map(({ discount }) => discount))).toEqual(new Set(discounts));
    expect(new Set(prices.map(({ faceValue }) => faceValue))).toEqual(new Set([10_000]));
  });
});
