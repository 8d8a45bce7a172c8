import type { Channel } from '../channel/registry';
import type { CountPlace, SaleCount, SaleCounts } from '../client/sale-counts';
import { PurchaseUnreadable, type Purchases } from '../client/purchases';
import type { BilingualText } from '../domain/bilingual';
import type { ChannelName } from '../domain/identifiers';
import { localDay } from '../domain/local-time';
import type { Purchase } from '../domain/purchase/purchase';
import { exceededLimit, hasLimit, type CountedSale, type NumberLimits } from '../domain/purchase/sale-count';
import type { PurchaseRequest } from './order';
import { SaleRefused } from './sale-refused';

/** Places of a number on a day, given back ones too: more cannot be a customer's. */
const MAX_PLACES = 100;
/** Places of those that one channel's orders may have over all channels without a sale: the rest is for the others. */
const MAX_UNSOLD_OF_CHANNEL = 25;
/** So often the counted orders are looked at anew before the order is refused. */
const MAX_REVIEWS = 3;

/** An order that is counted. */
export interface CountedOrder {
  /**
   * Gives back what this request took. Only once a purchase has the order's id and is not what was counted: other requests
   * with the same order share the place, and until then one of them may still be accepted.
   */
  release: () => Promise<void>;
}

/** The orders that a limit is about. */
interface Limited {
  count: SaleCount;
  limits: NumberLimits;
}

/** Which limit; undefined where the places are used up, the channel's own or all. */
interface Exceeded {
  exceeded: keyof NumberLimits | undefined;
}

/** Keeps the limits of a number and day. See docs/decisions/0048-limits-and-blocks-of-numbers.md. */
export class NumberLimitGuard {
  /** @param overall the limits over all channels */
  constructor(
    private readonly counts: SaleCounts,
    private readonly purchases: Pick<Purchases, 'find'>,
    private readonly overall: () => NumberLimits | undefined,
  ) {}

  /**
   * Counts an order towards the limits that are set.
   * @param at the moment of its acceptance, whose day in Vietnam it counts on
   * @throws SaleRefused `number_limit_reached`
   */
  async admit(channel: Channel, wanted: PurchaseRequest, amount: number, at: Date): Promise<CountedOrder> {
    const { externalId, msisdn } = wanted;
    const sale: CountedSale = { channel: channel.name, externalId, package: wanted.package, amount };
    const limited = [
      { of: channel.name, limits: channel.limits },
      { of: undefined, limits: this.overall() },
    ].flatMap(({ of, limits }): Limited[] =>
      limits && hasLimit(limits) ? [{ count: { of, msisdn, day: localDay(at) }, limits }] : [],
    );
    const places: CountPlace[] = [];
    const steps = [
      // what the second limit refuses would keep its place under the first, so it is asked before
      ...limited.slice(1).map((second) => ({ ...second, takes: false })),
      ...limited.map((each) => ({ ...each, takes: true })),
    ];
    for (const { count, limits, takes } of steps) {
      const result = await this.count(count, limits, sale, takes);
      if (result === 'fits') continue;
      if ('exceeded' in result) {
        if (await this.find(sale)) break; // it was accepted earlier, and sells nothing now
        throw limitReached(result, limits, count.of === undefined);
      }
      places.push(result);
    }
    return { release: async () => void (await Promise.all(places.map((place) => place.release()))) };
  }

  /** @returns the place, unless it has one or `takes` is false */
  private async count(
    count: SaleCount,
    limits: NumberLimits,
    sale: CountedSale,
    takes: boolean,
  ): Promise<CountPlace | 'fits' | Exceeded> {
    for (let reviews = 0; ; reviews += 1) {
      const taken = await this.counts.underEarlierKeys(count);
      const sold = new Map<CountPlace, boolean>();
      for (let place = 1; place <= MAX_PLACES; place += 1) {
        if (taken.some((other) => isSame(other.sale, sale))) return 'fits';
        const fits =
          exceededLimit(limits, salesOf(taken), sale) === undefined &&
          !(count.of === undefined && (await this.hasHadShare(taken, sale.channel, sold)));
        const own = fits && takes ? await this.counts.take(count, place, sale) : undefined;
        if (own) return own;
        const other = await this.counts.at(count, place);
        if (!other && fits && !takes) return 'fits';
        if (!other) break;
        taken.push(other);
      }
      if (taken.some((other) => isSame(other.sale, sale))) return 'fits';
      const givenBack = reviews < MAX_REVIEWS && (await this.giveBackUnsold(taken));
      if (!givenBack) return { exceeded: exceededLimit(limits, salesOf(taken), sale) };
    }
  }

  /** @param sold what was found in this reading of the list, since it is asked again for each further place */
  private async hasHadShare(
    places: readonly CountPlace[],
    channel: ChannelName,
    sold: Map<CountPlace, boolean>,
  ): Promise<boolean> {
    const own = places.filter(({ by }) => by === channel);
    if (own.length < MAX_UNSOLD_OF_CHANNEL) return false;
    for (const place of own) {
      if (sold.has(place)) continue;
      const purchase = place.sale && (await this.find(place.sale));
      sold.set(place, purchase?.outcome === 'succeeded');
    }
    return own.filter((place) => !sold.get(place)).length >= MAX_UNSOLD_OF_CHANNEL;
  }

  /** What was rejected, rolled back or cancelled does not count. @returns whether anything was given back */
  private async giveBackUnsold(places: readonly CountPlace[]): Promise<boolean> {
    const unsold = await Promise.all(
      places.map(async ({ sale, release }) => {
        const purchase = sale && (await this.find(sale));
        const outcome = purchase?.outcome;
        if (!outcome || outcome === 'succeeded') return false;
        await release();
        return true;
      }),
    );
    return unsold.includes(true);
  }

  /** Nothing while its order is only being accepted, or cannot be read. */
  private async find({ channel, externalId }: CountedSale): Promise<Purchase | undefined> {
    try {
      return await this.purchases.find(channel, externalId, 0);
    } catch (fault) {
      if (fault instanceof PurchaseUnreadable) return undefined;
      throw fault;
    }
  }
}

function salesOf(places: readonly CountPlace[]): CountedSale[] {
  return places.flatMap(({ sale }) => (sale ? [sale] : []));
}

/** With another package or at another price it is another order, of which only one is accepted. */
function isSame(one: CountedSale | undefined, other: CountedSale): boolean {
  return (
    one?.channel === other.channel &&
    one.externalId === other.externalId &&
    one.package === other.package &&
    one.amount === other.amount
  );
}

/** A channel learns its own limit; of the one over all channels, that there is one. */
function limitReached({ exceeded }: Exceeded, limits: NumberLimits, isOverall: boolean): SaleRefused {
  const isOwn = exceeded !== undefined && !isOverall;
  return new SaleRefused('number_limit_reached', isOwn ? ofChannel(exceeded, limits) : REACHED);
}

const TOMORROW: BilingualText = {
  en: 'Nothing was sold. The number can be sold to again tomorrow.',
  vi: 'Chưa có giao dịch nào được thực hiện. Ngày mai có thể bán tiếp cho số này.',
};
const REACHED: BilingualText = {
  en: `This number has had what may be sold to one number today. ${TOMORROW.en}`,
  vi: `Số này đã mua hết mức được bán cho một số trong hôm nay. ${TOMORROW.vi}`,
};

function ofChannel(exceeded: keyof NumberLimits, limits: NumberLimits): BilingualText {
  const limit = (limits[exceeded] ?? 0).toLocaleString('de-DE'); // with dots, as both languages have it here
  const [en, vi] =
    exceeded === 'salesPerNumberPerDay'
      ? [`${limit} orders`, `${limit} đơn hàng`]
      : [`packages worth ${limit} đồng`, `gói trị giá ${limit} đồng`];
  return {
    en: `Your channel may sell ${en} to one number a day, and this order would exceed that. ${TOMORROW.en}`,
    vi: `Kênh của bạn được bán tối đa ${vi} cho một số mỗi ngày, đơn này vượt mức đó. ${TOMORROW.vi}`,
  };
}
