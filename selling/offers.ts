import type { Channel } from '../channel/registry';
import type { Price } from '../client/channel-earnings';
import { discountInForce, type Discount, type DiscountRule } from '../domain/catalogue/discount';
import type { FieldFault } from '../domain/field-faults';
import { saleAvailability, type DatacodePackage, type PackageCode } from '../domain/catalogue/packages';
import { vnd, type Vnd } from '../domain/vnd';
import type { PriceClock } from './price-clock';

/** A package at what it costs a channel at a moment. */
export interface Offer {
  package: DatacodePackage;
  discount: Discount;
  /** Face value less discount. */
  payable: Vnd;
}

/** A package that a channel cannot buy, and why. */
export interface NoOffer {
  fault: Extract<FieldFault, 'unknown_package' | `package_${string}`>;
}

/** What channels may buy: the catalogue and the discount rules in one. */
export class Offers {
  private readonly byCode: ReadonlyMap<PackageCode, DatacodePackage>;

  constructor(
    private readonly packages: readonly DatacodePackage[],
    private readonly rules: readonly DiscountRule[],
    private readonly priceClock: PriceClock,
  ) {
    this.byCode = new Map(packages.map((offered) => [offered.code, offered]));
  }

  /**
   * One package at the price of this moment, or why it cannot be bought.
   * @throws SaleRefused `temporarily_unavailable` when the clock is before every price
   */
  find(code: PackageCode, channel: Channel, at: Date): Offer | NoOffer {
    this.priceClock.requirePrices(at);
    const found = this.byCode.get(code);
    if (!found) return { fault: 'unknown_package' };
    const availability = saleAvailability(found, channel.paymentForm, at);
    return availability === 'on_sale' ? this.price(found, channel, at) : { fault: `package_${availability}` };
  }

  /**
   * All that the channel may buy at this moment, in the catalogue's order.
   * @throws SaleRefused `temporarily_unavailable` when the clock is before every price
   */
  list(channel: Channel, at: Date): Offer[] {
    this.priceClock.requirePrices(at);
    return this.packages
      .filter((offered) => saleAvailability(offered, channel.paymentForm, at) === 'on_sale')
      .map((offered) => this.price(offered, channel, at));
  }

  /** Every price at which the channel may have bought in a time: those of its ends, and of each change between. */
  pricesBetween(channel: Channel, from: Date, to: Date): Price[] {
    const changes = this.rules
      .flatMap((rule) => [rule.from, ...(rule.until ? [rule.until] : [])])
      .filter((change) => change > from && change <= to);
    return [from, ...changes].flatMap((at) =>
      this.packages
        .filter(({ paymentForms }) => paymentForms.includes(channel.paymentForm))
        .map((offered) => this.price(offered, channel, at))
        .map(({ package: { faceValue }, discount }) => ({ faceValue, discount: discount.amount })),
    );
  }

  private price(offered: DatacodePackage, channel: Channel, at: Date): Offer {
    const { code, faceValue } = offered;
    const { discountClass } = channel;
    const discount = discountInForce(this.rules, { package: code, discountClass, faceValue, at });
    return { package: offered, discount, payable: vnd(faceValue - discount.amount) };
  }
}
