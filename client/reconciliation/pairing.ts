import type { Discount } from '../../domain/discount';
import type { PurchaseId } from '../../domain/identifiers';
import type { SettlementLine } from '../../domain/settlement';
import type { CarriedOver } from './carried-over';
import type { Pair } from './classify';
import { minus, NOTHING, plus, type Money } from './money';
import type { OurPurchase, OurSide } from './our-purchase';
import { compareText, theirMoney } from './their-purchase';

/** How many purchases of other days are looked up at once. */
const LOOKUPS_AT_ONCE = 16;

/** Most purchases have no line in a neighbouring file: they share this. */
const NO_LINES: readonly SettlementLine[] = [];

interface OpenPair extends Pair {
  ours: OurPurchase | undefined;
  lines: SettlementLine[];
  neighbours: readonly SettlementLine[];
  correctedBy: Money | undefined;
  carriedOver: boolean;
  carriedStake: number | undefined;
}

/**
 * Both sides of a day, brought together by purchase id in one map: what is held grows with the day's purchases, never
 * with the neighbouring files.
 */
export class Pairing {
  private readonly pairs = new Map<PurchaseId, OpenPair>();
  /** Few texts make up most of a day: each is held once. */
  private readonly texts = new Map<string, string>();
  private readonly discounts = new Map<string, Discount>();

  async takeOurs(purchases: AsyncIterable<OurPurchase>): Promise<void> {
    for await (const purchase of purchases) {
      const { channel, package: code, discount } = purchase;
      this.pair(purchase.purchaseId).ours = {
        ...purchase,
        channel: this.held(channel),
        package: this.held(code),
        discount: this.heldDiscount(discount),
      };
    }
  }

  async takeTheirs(lines: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const line of lines) {
      const pair = this.pair(line.purchaseId);
      const { ours } = pair;
      pair.lines.push({
        ...line,
        purchaseId: ours?.purchaseId ?? line.purchaseId,
        msisdn: ours?.msisdn === line.msisdn ? ours.msisdn : line.msisdn,
        package: this.held(line.package),
      });
    }
  }

  /** Purchases that the last day's report expects in this day's file. */
  expect(carriedOver: readonly (CarriedOver | PurchaseId)[]): void {
    for (const expected of carriedOver) {
      const pair = this.pair(typeof expected === 'string' ? expected : expected.purchaseId);
      pair.carriedOver = true;
      if (typeof expected !== 'string') pair.carriedStake = expected.atStake;
    }
  }

  /** A correction's line takes the place of those with its reference, or is added. */
  async correct(corrections: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const correction of corrections) {
      const pair = this.pair(correction.purchaseId);
      const before = pair.lines;
      pair.lines = before.filter(({ reference }) => reference !== correction.reference);
      if (correction.state !== 'void') pair.lines.push(correction);
      const change = minus(theirMoney(pair.lines), theirMoney(before));
      pair.correctedBy = plus(pair.correctedBy ?? NOTHING, change);
    }
  }

  /** Keeps what a neighbouring day's file has of the purchases that are here already. */
  async takeNeighbour(lines: AsyncIterable<SettlementLine>): Promise<void> {
    for await (const line of lines) {
      const pair = this.pairs.get(line.purchaseId);
      if (pair) pair.neighbours = [...pair.neighbours, line];
    }
  }

  /** Looks up the purchases of other days that the file tells of. */
  async lookUp(find: OurSide['find']): Promise<void> {
    const missing = [...this.pairs].filter(([, { ours }]) => !ours);
    for (let at = 0; at < missing.length; at += LOOKUPS_AT_ONCE) {
      await Promise.all(
        missing.slice(at, at + LOOKUPS_AT_ONCE).map(async ([id, pair]) => {
          pair.ours = await find(id);
        }),
      );
    }
  }

  /** In the order of the purchase ids, however the sides came. */
  *all(): Generator<Pair> {
    const ids = [...this.pairs.keys()].sort(compareText);
    for (const id of ids) yield this.pair(id);
  }

  private pair(id: PurchaseId): OpenPair {
    const known = this.pairs.get(id);
    if (known) return known;
    const fresh: OpenPair = {
      purchaseId: id,
      ours: undefined,
      lines: [],
      neighbours: NO_LINES,
      correctedBy: undefined,
      carriedOver: false,
      carriedStake: undefined,
    };
    this.pairs.set(id, fresh);
    return fresh;
  }

  private heldDiscount(discount: Discount): Discount {
    const key = `${discount.ruleId}:${discount.rateBasisPoints}:${discount.amount}`;
    const known = this.discounts.get(key) ?? discount;
    this.discounts.set(key, known);
    return known;
  }

  private held<T extends string>(text: T): T {
    const known = this.texts.get(text);
    if (known === undefined) this.texts.set(text, text);
    return (known ?? text) as T; // the same text
  }
}
