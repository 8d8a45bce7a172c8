import type { ChannelEarnings, Earnings, Price } from '../../client/channel-earnings';
import type { EligibilityQuestions, EligibilityWish } from '../../client/eligibility';
import type {
  FoundPurchase,
  PageWish,
  PurchaseFilters,
  PurchaseListing,
  PurchaseSearch,
  PurchaseTotals,
} from '../../client/purchase-search';
import { TemporalUnavailable } from '../../client/purchases';
import type { Eligibility, EligibilityAnswer } from '../../domain/catalogue/eligibility';
import type { ChannelName, PurchaseId } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';

/** A search whose findings are data; it keeps what it was asked for. */
export class ScriptedSearch implements PurchaseSearch {
  found: FoundPurchase[] = [];
  nextCursor: string | null = null;
  /** The cursors that are known; all others are foreign. */
  cursors: string[] = [];
  unavailable = false;
  /** Whether purchases have hashes of their numbers. */
  hasNumbers = true;
  readonly asked: { channel: ChannelName; filters: PurchaseFilters; page: PageWish }[] = [];

  readonly counted: { channel: ChannelName; filters: PurchaseFilters }[] = [];

  async list(channel: ChannelName, filters: PurchaseFilters, page: PageWish): Promise<PurchaseListing> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    if (!this.hasNumbers) return { kind: 'no_numbers' };
    this.asked.push({ channel, filters, page });
    if (page.cursor !== undefined && !this.cursors.includes(page.cursor)) return { kind: 'foreign_cursor' };
    return { kind: 'page', purchases: this.found, nextCursor: this.nextCursor };
  }

  async totals(
    channel: ChannelName,
    filters: PurchaseFilters,
  ): Promise<PurchaseTotals | { kind: 'no_numbers' }> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    if (!this.hasNumbers) return { kind: 'no_numbers' };
    this.counted.push({ channel, filters });
    return { open: 0, succeeded: this.found.length, rejected: 0, rolled_back: 0, cancelled: 0, given_up: 0 };
  }

  async findById(channel: ChannelName, id: PurchaseId): Promise<FoundPurchase | undefined> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    return this.found.find(({ order }) => order.channel === channel && order.purchaseId === id);
  }
}

/** Earnings that are data. */
export class ScriptedEarnings implements ChannelEarnings {
  earnings: Earnings = { sales: 0, faceValue: vnd(0), discount: vnd(0), payable: vnd(0) };
  readonly asked: { channel: ChannelName; days: string; prices: readonly Price[] }[] = [];
  /** The sum takes until then. */
  ready: Promise<unknown> = Promise.resolve();

  async earned(channel: ChannelName, days: string, prices: readonly Price[]): Promise<Earnings> {
    this.asked.push({ channel, days, prices });
    await this.ready;
    return this.earnings;
  }
}

/** MobiFone's answers as data: eligible, unless it is told otherwise. */
export class ScriptedQuestions implements EligibilityQuestions {
  unavailable = false;
  readonly answers = new Map<string, Eligibility>();
  readonly asked: EligibilityWish[] = [];

  async ask(wish: EligibilityWish): Promise<EligibilityAnswer> {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    this.asked.push(wish);
    return wish.packages.map((code) => ({
      package: code,
      eligibility: this.answers.get(code) ?? { kind: 'eligible' },
    }));
  }
}
