import type { Client } from '@temporalio/client';
import type { ChannelName } from '../domain/identifiers';
import { daysAfter, firstOfMonth, localDayStart, type LocalDay } from '../domain/local-time';
import { START_WITHIN_MS } from '../domain/purchase/acceptance';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { vnd, type Vnd } from '../domain/vnd';
import { CUT_OFF_QUERY, NOT_CUT_OFF_QUERY } from './run-status';
import { readPage } from './purchase-search';
import { countRuns } from './visibility-pages';
import { equals, noneOf, purchasesOf, startsWith } from './visibility-query';

/** A price: face value and discount. */
export interface Price {
  faceValue: Vnd;
  discount: Vnd;
}

/** Sales and earnings of a channel in a period, in whole đồng; successful purchases only. */
export interface Earnings {
  sales: number;
  /** Sum of the face values. */
  faceValue: Vnd;
  discount: Vnd;
  /** Face value minus discount: what the channel owes. */
  payable: Vnd;
  /** Further purchases that cannot be read, which are in no sum; absent if there are none. */
  unreadable?: number;
}

/** Sums what channels earn; throws `TemporalUnavailable`. */
export interface ChannelEarnings {
  /**
   * @param days a day in Vietnam, or a month
   * @param prices the likely prices; they make the sum cheap, and it is correct without them too
   */
  earned(channel: ChannelName, days: LocalDay | LocalMonth, prices: readonly Price[]): Promise<Earnings>;
}

/** `2026-11`: the prefix of all days of the month. */
export type LocalMonth = string & { readonly __brand: 'LocalMonth' };

export function monthOf(day: LocalDay): LocalMonth {
  return day.slice(0, 7) as LocalMonth; // a day begins with its month
}

const PAGE_SIZE = 1000;

/**
 * Temporal's index can count but not sum. So purchases are counted per likely price, and only those with another price
 * (an old rule's, another contract's) are read page by page. Runs that were ended from outside are read as well, because
 * a reset may have replaced them, and those that were not started in their days, which may be copies. Known limits: such a copy
 * of the same day counts, and a purchase that was reset after completion counts once per completed run;
 * reconciliation reads each purchase once and shows the correct sum.
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
    const ordinary = `${sold} AND ${NOT_CUT_OFF_QUERY}`;
    const likely = distinct(prices);
    const { inTime, late } = started(days);
    const [others, endedFromOutside, ...counted] = await Promise.all([
      this.read(likely.length === 0 ? ordinary : `${ordinary} AND (${late} OR ${otherThan(likely)})`),
      this.read(`${sold} AND ${CUT_OFF_QUERY}`),
      ...likely.map(async (price) => ({
        ...price,
        sales: await countRuns(
          this.client,
          [ordinary, inTime, equals(faceValue, price.faceValue), equals(discountAmount, price.discount)].join(
            ' AND ',
          ),
        ),
      })),
    ]);
    const unreadable = others.unreadable + endedFromOutside.unreadable;
    return {
      ...sum([...counted, ...others.sold, ...endedFromOutside.sold]),
      ...(unreadable > 0 ? { unreadable } : {}),
    };
  }

  private async read(query: string): Promise<{ sold: Sold[]; unreadable: number }> {
    const sold: Sold[] = [];
    let unreadable = 0;
    let token: Uint8Array | undefined;
    do {
      const page = await readPage(this.client, query, PAGE_SIZE, token);
      unreadable += page.unreadable.length; // told, since a sum without them is partial
      for (const { order } of page.purchases) {
        sold.push({ faceValue: order.faceValue, discount: order.discount.amount, sales: 1 });
      }
      token = page.nextToken;
    } while (token.length > 0);
    return { sold, unreadable };
  }
}

type Sold = Price & { sales: number };

/** Conditions for purchases that were started when those of these days were accepted, and at another time. */
function started(days: LocalDay | LocalMonth): { inTime: string; late: string } {
  const first = `${days}-01`.slice(0, 10) as LocalDay; // of a month its first day, and a day is left as it is
  const next = first === days ? daysAfter(first, 1) : firstOfMonth(daysAfter(first, 31));
  const from = new Date(localDayStart(first) - START_WITHIN_MS).toISOString();
  const to = new Date(localDayStart(next) + START_WITHIN_MS).toISOString();
  return {
    inTime: `StartTime BETWEEN '${from}' AND '${to}'`,
    late: `StartTime NOT BETWEEN '${from}' AND '${to}'`,
  };
}

/** Condition for purchases whose price is none of these. */
function otherThan(prices: readonly Price[]): string {
  const { faceValue, discountAmount } = SEARCH_ATTRIBUTES;
  const faceValues = [...new Set(prices.map((price) => price.faceValue))];
  const otherDiscounts = faceValues.map((worth) => {
    const known = prices.filter((price) => price.faceValue === worth).map(({ discount }) => discount);
    return `(${equals(faceValue, worth)} AND ${noneOf(discountAmount, known)})`;
  });
  return [noneOf(faceValue, faceValues), ...otherDiscounts].join(' OR ');
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
