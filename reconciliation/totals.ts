import { localHour, type LocalDay } from '../domain/local-time';
import { isOutcome } from '../domain/purchase/states';
import { movesMoney, type SettlementLine } from '../domain/reconciliation/settlement';
import type { Pair } from './comparison';
import { minus, NOTHING, plus, type Money } from './money';
import { internalMoney, type InternalPurchase } from './internal-purchase';
import { lineMoney } from './settled-purchase';
import { compareText } from '../runtime/text-order';

export const DIMENSIONS = ['package', 'channel', 'paymentForm', 'hour'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Sales, and what they and what was given back come to. */
export interface Tally extends Money {
  count: number;
}

export interface Compared {
  ours: Tally;
  theirs: Tally;
  /** Ours less theirs. */
  difference: Money;
}

export interface Totals extends Compared {
  by: Record<Dimension, (Compared & { key: string })[]>;
  refunds: {
    /** Purchases of the day without a sale: the channels owe their customers this. */
    toCustomers: { count: number; amount: number };
    /** Of those, what MobiFone charged all the same and owes the subscribers. */
    chargedAllTheSame: { count: number; amount: number };
    /** What MobiFone gave back of earlier days' charges; it lowers MobiFone's gross, and is no sale. */
    givenBack: { count: number; amount: number };
  };
}

/** A channel that only our side could tell. */
const UNKNOWN_CHANNEL = '(unknown)';

/** Adds a day up, both sides by the same keys; exact, since all amounts are whole. */
export class Totalling {
  private readonly whole = emptySides();
  private readonly by: Record<Dimension, Map<string, Sides>> = {
    package: new Map(),
    channel: new Map(),
    paymentForm: new Map(),
    hour: new Map(),
  };
  private readonly toCustomers = { count: 0, amount: 0 };
  private readonly chargedAllTheSame = { count: 0, amount: 0 };
  private readonly givenBack = { count: 0, amount: 0 };

  constructor(private readonly day: LocalDay) {}

  add({ internal, lines }: Pair): void {
    const ofTheDay = internal?.day === this.day ? internal : undefined;
    if (ofTheDay?.state === 'succeeded') {
      this.count('ours', internalMoney(ofTheDay), internalKeys(ofTheDay), 1);
    }
    for (const line of lines) {
      const sum = lineMoney(line);
      const isSale = movesMoney(line) && line.state === 'done';
      if (isSale || sum.gross !== 0) {
        this.count('theirs', sum, settlementKeys(line, internal, ofTheDay), isSale ? 1 : 0);
      }
      if (sum.gross < 0) {
        this.givenBack.count += 1;
        this.givenBack.amount -= sum.gross;
      }
    }
    if (ofTheDay) this.addRefund(ofTheDay, lines);
  }

  totals(): Totals {
    const listed = (dimension: Dimension) =>
      [...this.by[dimension]]
        .sort(([one], [other]) => compareText(one, other))
        .map(([key, sides]) => ({ key, ...compared(sides) }));
    return {
      ...compared(this.whole),
      by: {
        package: listed('package'),
        channel: listed('channel'),
        paymentForm: listed('paymentForm'),
        hour: listed('hour'),
      },
      refunds: {
        toCustomers: this.toCustomers,
        chargedAllTheSame: this.chargedAllTheSame,
        givenBack: this.givenBack,
      },
    };
  }

  private count(side: keyof Sides, sum: Money, keys: Record<Dimension, string>, sales: number): void {
    this.whole[side] = tallied(this.whole[side], sum, sales);
    for (const dimension of DIMENSIONS) {
      const sides = this.by[dimension].get(keys[dimension]) ?? emptySides();
      sides[side] = tallied(sides[side], sum, sales);
      this.by[dimension].set(keys[dimension], sides);
    }
  }

  private addRefund(purchase: InternalPurchase, lines: readonly SettlementLine[]): void {
    if (purchase.state === 'succeeded' || !isOutcome(purchase.state)) return;
    this.toCustomers.count += 1;
    this.toCustomers.amount += purchase.faceValue;
    const charged = lines.reduce((sum, line) => sum + lineMoney(line).gross, 0);
    if (charged <= 0) return;
    this.chargedAllTheSame.count += 1;
    this.chargedAllTheSame.amount += charged;
  }
}

interface Sides {
  ours: Tally;
  theirs: Tally;
}

function emptySides(): Sides {
  return { ours: { count: 0, ...NOTHING }, theirs: { count: 0, ...NOTHING } };
}

function tallied(tally: Tally, sum: Money, sales: number): Tally {
  return { count: tally.count + sales, ...plus(tally, sum) };
}

function compared({ ours, theirs }: Sides): Compared {
  return { ours, theirs, difference: minus(ours, theirs) };
}

function internalKeys(purchase: InternalPurchase): Record<Dimension, string> {
  return {
    package: purchase.package,
    channel: purchase.channel,
    paymentForm: purchase.paymentForm,
    hour: hourOf(purchase.acceptedAt),
  };
}

/** A sale and its line meet in one hour, that of the acceptance, even if the charge came in the next. */
function settlementKeys(
  line: SettlementLine,
  internal: InternalPurchase | undefined,
  ofTheDay: InternalPurchase | undefined,
): Record<Dimension, string> {
  return {
    package: line.package,
    channel: internal?.channel ?? UNKNOWN_CHANNEL,
    paymentForm: line.paymentForm,
    hour: hourOf(ofTheDay?.acceptedAt ?? line.at),
  };
}

function hourOf(at: number): string {
  return String(localHour(new Date(at))).padStart(2, '0');
}
