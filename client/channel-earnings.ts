import type { Client } from '@temporalio/client';
import type { ChannelName } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { vnd, type Vnd } from '../domain/vnd';
import { ENDED_FROM_OUTSIDE_QUERY, NOT_ENDED_FROM_OUTSIDE_QUERY } from './run-status';
import { unavailable } from './temporal-answers';
import { readPage } from './purchase-search';
import { countRuns } from './visibility-pages';
import { equals, noneOf, purchasesOf, startsWith } from './visibility-query';

/** What a purchase may have cost: its face value and the discount on it. */
export interface Price {
  faceValue: Vnd;
  discount: Vnd;
}

/** What a channel sold and earned in a time, to the đồng; purchases that succeeded only. */
export interface Earnings {
  sales: number;
  /** Face values together. */
  faceValue: Vnd;
  discount: Vnd;
  /** Face value less discount: what is owed to MobiFone. */
  payable: Vnd;
}

/** Adds up what channels earn; throws `TemporalUnavailable`. */
export interface ChannelEarnings {
  /**
   * @param days a day in Vietnam, or the beginning that the days of a month have in common
   * @param prices those that are likely; they make it cheap, and the sum is right without them as well
   */
  earned(channel: ChannelName, days: LocalDay | LocalMonth, prices: readonly Price[]): Promise<Earnings>;
}

/** `2026-11`, the beginning of all days of a month. */
export type LocalMonth = string & { readonly __brand: 'LocalMonth' };

export function monthOf(day: LocalDay): LocalMonth {
  return day.slice(0, 7) as LocalMonth; // a day begins with its month
}

const PAGE_SIZE = 1000;

/**
 * Temporal's index counts and does not add up: so purchases are counted for each likely price, which opens none of
 * them, and only what has another price (an old rule's, another contract's) is read page by page. So is what was ended
 * from outside, since a reset may have replaced it. A purchase that was reset after it had completed cannot be told by
 * counting: it counts for each completed run until reconciliation, which reads each purchase once, shows the right sum.
 */
export class TemporalChannelEarnings implements ChannelEarnings {
  constructor(private readonly client: Client) {}

  async earned(
    channel: ChannelName,
    days: LocalDay | LocalMonth,
    prices: readonly Price[],
  ): Promise<Earnings> {
    const { purchaseOutcome, purchaseDay, faceValue, discountAmount } = SEARCH_ATTRIBUTES;
    const sold = purchasesOf(channel, equals(purchaseOutcome, 'succeeded'), startsWith(purchaseDay, days));
    const ordinary = `${sold} AND ${NOT_ENDED_FROM_OUTSIDE_QUERY}`;
    const likely = distinct(prices);
    const [others, endedFromOutside, ...counted] = await Promise.all([
      this.read([ordinary, ...otherThan(likely)].join(' AND ')),
      this.read(`${sold} AND ${ENDED_FROM_OUTSIDE_QUERY}`),
      ...likely.map(async (price) => ({
        ...price,
        sales: await countRuns(
          this.client,
          [ordinary, equals(faceValue, price.faceValue), equals(discountAmount, price.discount)].join(
            ' AND ',
          ),
        ),
      })),
    ]);
    return sum([...counted, ...others, ...endedFromOutside]);
  }

  private async read(query: string): Promise<Sold[]> {
    const read: Sold[] = [];
    let token: Uint8Array | undefined;
    do {
      const page = await readPage(this.client, query, PAGE_SIZE, token);
      if (page.unreadable.length > 0) throw unavailable(page.unreadable[0]); // a sum that leaves some out would be wrong
      for (const { order } of page.purchases) {
        read.push({ faceValue: order.faceValue, discount: order.discount.amount, sales: 1 });
      }
      token = page.nextToken;
    } while (token.length > 0);
    return read;
  }
}

type Sold = Price & { sales: number };

/** The condition that no likely price fulfils; none where there is no likely price. */
function otherThan(prices: readonly Price[]): string[] {
  if (prices.length === 0) return [];
  const { faceValue, discountAmount } = SEARCH_ATTRIBUTES;
  const faceValues = [...new Set(prices.map((price) => price.faceValue))];
  const otherDiscounts = faceValues.map((worth) => {
    const known = prices.filter((price) => price.faceValue === worth).map(({ discount }) => discount);
    return `(${equals(faceValue, worth)} AND ${noneOf(discountAmount, known)})`;
  });
  return [`(${[noneOf(faceValue, faceValues), ...otherDiscounts].join(' OR ')})`];
}

function distinct(prices: readonly Price[]): Price[] {
  return [
    ...new Map(prices.map((price) => [`${price.faceValue} ${price.discount}`, price] as const)).values(),
  ];
}

function sum(sold: readonly Sold[]): Earnings {
  const total = (of: (price: Sold) => number) => sold.reduce((all, price) => all + of(price), 0);
  const faceValue = vnd(total((price) => price.sales * price.faceValue));
  const discount = vnd(total((price) => price.sales * price.discount));
  return {
    sales: total((price) => price.sales),
    faceValue,
    discount,
    payable: vnd(faceValue - discount),
  };
}
