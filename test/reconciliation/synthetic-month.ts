import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import { daysAfter, localDay, localDayStart, type LocalDay } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { packageCode } from '../../domain/catalogue/packages';
import { vnd } from '../../domain/vnd';
import { internalPurchase, settlementLineOf, settlementLinesOf } from './synthetic-day';

/** A difference that was put into a month: what its account must tell, and nothing else. */
export interface Seeded {
  kind: string;
  day: LocalDay;
  order: string;
  /** Ours less theirs on that day, gross. */
  gross: number;
}

/** A month of both sides, made of the contract: what is sold, what MobiFone's files have, and what was done to them. */
export interface SyntheticMonth {
  from: LocalDay;
  to: LocalDay;
  purchases: InternalPurchase[];
  files: Map<LocalDay, SettlementLine[]>;
  corrections: Map<LocalDay, SettlementLine[]>;
  breaks: Seeded[];
  /** Sales between two days: the day of the sale, then that of the file. */
  timing: { order: string; days: [LocalDay, LocalDay] }[];
}

type Deed = (month: Making, sale: InternalPurchase, lines: SettlementLine[]) => void;

/** What may happen to one sale's lines; each says what an account must tell of it. */
const DEEDS: Record<string, Deed> = {
  plain: (month, { day }, lines) => month.write(day, lines),
  lost: (month, sale) => month.expect('missing_there', sale.day, sale, money(sale)),
  moved: (month, sale, lines) => {
    const other = month.otherDay(sale.day);
    month.write(other, lines);
    month.between(sale, other);
  },
  repeated: (month, sale, lines) => {
    month.write(sale.day, lines);
    month.twice(sale, month.otherDay(sale.day), lines, 'duplicate_in_file');
  },
  sentAgain: (month, sale, lines) => {
    month.write(sale.day, lines);
    month.twice(sale, month.otherDay(sale.day), renumbered(lines), 'duplicate_charge');
  },
  movedAndRepeated: (month, sale, lines) => {
    const [first, second] = month.twoOtherDays(sale.day);
    month.write(first, lines);
    month.between(sale, first);
    month.write(second, lines);
    month.expect('duplicate_in_file', second, sale, -money(sale));
  },
  movedThenGivenBack: (month, sale, lines) => {
    const [first, second] = month.twoOtherDays(sale.day);
    month.write(first, lines);
    month.between(sale, first);
    month.write(second, [settlementLineOf(sale, 'rollback')]);
    month.expect('state_differs', second, sale, money(sale));
  },
  movedAndGivenBackOnItsDay: (month, sale, lines) => {
    const other = month.otherDay(sale.day);
    month.write(other, lines);
    month.between(sale, other);
    month.write(sale.day, [settlementLineOf(sale, 'rollback')]);
    month.expect('state_differs', sale.day, sale, money(sale));
  },
  repeatedThenGivenBack: (month, sale, lines) => {
    const other = month.otherDay(sale.day);
    month.write(sale.day, [...lines, settlementLineOf(sale, 'rollback')]);
    month.expect('state_differs', sale.day, sale, money(sale));
    month.write(other, lines);
    month.expect('duplicate_in_file', other, sale, -money(sale));
  },
  addedByCorrection: (month, sale, lines) => {
    month.correct(sale.day, lines);
    month.twice(sale, month.otherDay(sale.day), lines, 'duplicate_in_file');
  },
  withdrawn: (month, sale, lines) => {
    month.write(sale.day, lines);
    month.correct(
      sale.day,
      lines.map((line) => ({ ...line, state: 'void' as const })),
    );
    month.expect('missing_there', sale.day, sale, money(sale));
  },
  dearer: (month, sale, lines) => {
    const more = (line: SettlementLine) => ({ ...line, amount: vnd(line.amount + 1000) });
    month.write(
      sale.day,
      lines.map((line) => (line === lines.at(-1) ? more(line) : line)),
    );
    month.expect('amount_differs', sale.day, sale, -1000);
  },
  ghost: (month, sale, lines) => {
    month.forget(sale);
    month.write(sale.day, lines);
    month.expect('charged_not_here', sale.day, sale, -money(sale));
  },
  undone: (month, sale, lines) => {
    const later = month.laterDay(sale.day);
    month.undo(sale);
    month.write(sale.day, lines);
    month.write(later, [settlementLineOf(sale, 'rollback')]);
    month.between(sale, later);
  },
  neverUndone: (month, sale, lines) => {
    month.undo(sale);
    month.write(sale.day, lines);
    month.expect('refund_noticed_yet_charged', sale.day, sale, -money(sale));
  },
  givenBackTwice: (month, sale, lines) => {
    const [first, second] = month.twoLaterDays(sale.day);
    month.undo(sale);
    month.write(sale.day, lines);
    month.write(first, [settlementLineOf(sale, 'rollback')]);
    month.between(sale, first);
    month.write(second, [settlementLineOf(sale, 'rollback', { reference: `MF-${sale.externalId}-again` })]);
    month.expect('given_back_wrongly', second, sale, money(sale));
  },
  givenBackWithoutReason: (month, sale) => {
    const later = month.laterDay(sale.day);
    month.undo(sale);
    month.write(later, [settlementLineOf(sale, 'rollback')]);
    month.expect('given_back_wrongly', later, sale, money(sale));
  },
};
const DEED_NAMES = Object.keys(DEEDS);
/** Of ten sales, so many that nothing happens to. */
const PLAIN = 6;
const MOST_SALES_A_DAY = 2;
/** Of so many days one has its whole file repeated in another's. */
const WHOLE_FILE_EVERY = 20;

export function syntheticMonth(seed: number): SyntheticMonth {
  const dice = new Dice(seed);
  const first = localDay(new Date(Date.UTC(2026, dice.roll(12), 1, 5)));
  const making = new Making(dice, first, 28 + dice.roll(4));
  for (const day of making.days) {
    const sales = Array.from({ length: dice.roll(MOST_SALES_A_DAY + 1) }, (_, at) =>
      saleOf(dice, day, `${day}-${at}`),
    );
    const isRepeated = dice.roll(WHOLE_FILE_EVERY) === 0;
    const other = making.otherDay(day);
    for (const sale of sales) {
      making.purchases.push(sale);
      const isPlain = isRepeated || dice.roll(10) < PLAIN || day > daysAfter(making.days.at(-1) ?? day, -3);
      const deed = isPlain ? 'plain' : dice.pick(DEED_NAMES);
      const lines = settlementLinesOf(sale);
      DEEDS[deed]?.(making, sale, lines);
      if (isRepeated) making.twice(sale, other, lines, 'duplicate_in_file');
    }
  }
  return making.month();
}

function saleOf(dice: Dice, day: LocalDay, order: string): InternalPurchase {
  const acceptedAt = localDayStart(day) + (60 + dice.roll(22 * 60)) * 60_000; // an hour and more from midnight
  return internalPurchase(order, {
    day,
    acceptedAt,
    closedAt: acceptedAt + 900,
    paymentForm: dice.pick(['prepaid', 'postpaid']),
    package: packageCode(dice.pick(['D10', 'D90'])),
  });
}

function money({ faceValue }: InternalPurchase): number {
  return faceValue;
}

function renumbered(lines: readonly SettlementLine[]): SettlementLine[] {
  return lines.map((line) => ({ ...line, reference: `${line.reference}-new` }));
}

/** A month while it is made. */
class Making {
  readonly purchases: InternalPurchase[] = [];
  readonly days: LocalDay[];
  private readonly files: Map<LocalDay, SettlementLine[]>;
  private readonly corrections = new Map<LocalDay, SettlementLine[]>();
  private readonly breaks: Seeded[] = [];
  private readonly timing: SyntheticMonth['timing'] = [];

  constructor(
    private readonly dice: Dice,
    first: LocalDay,
    length: number,
  ) {
    this.days = Array.from({ length }, (_, at) => daysAfter(first, at));
    this.files = new Map(this.days.map((day) => [day, []]));
  }

  write(day: LocalDay, lines: readonly SettlementLine[]): void {
    this.files.get(day)?.push(...lines);
  }

  correct(day: LocalDay, lines: readonly SettlementLine[]): void {
    this.corrections.set(day, [...(this.corrections.get(day) ?? []), ...lines]);
  }

  expect(kind: string, day: LocalDay, { externalId }: InternalPurchase, gross: number): void {
    this.breaks.push({ kind, day, order: externalId, gross });
  }

  between({ externalId, day }: InternalPurchase, other: LocalDay): void {
    this.timing.push({ order: externalId, days: [day, other] });
  }

  /** The money is in the other day's account; the sale's own day names it. */
  twice(sale: InternalPurchase, other: LocalDay, lines: readonly SettlementLine[], kind: string): void {
    this.write(other, lines);
    this.expect(kind, other, sale, -money(sale));
    this.expect(kind, sale.day, sale, 0);
  }

  undo(sale: InternalPurchase): void {
    this.replace(sale, { ...sale, state: 'rolled_back', refundNotice: 'delivered' });
  }

  forget(sale: InternalPurchase): void {
    this.purchases.splice(this.purchases.indexOf(sale), 1);
  }

  otherDay(day: LocalDay): LocalDay {
    return this.dice.pick(this.days.filter((other) => other !== day && isNear(other, day)));
  }

  twoOtherDays(day: LocalDay): [LocalDay, LocalDay] {
    const others = this.days.filter((other) => other !== day && isNear(other, day));
    return this.two(others);
  }

  laterDay(day: LocalDay): LocalDay {
    return this.dice.pick(this.days.filter((other) => other > day && isNear(other, day)));
  }

  twoLaterDays(day: LocalDay): [LocalDay, LocalDay] {
    return this.two(this.days.filter((other) => other > day && isNear(other, day)));
  }

  month(): SyntheticMonth {
    const { purchases, files, corrections, breaks, timing, days } = this;
    const [from, to] = [days[0], days.at(-1)];
    if (!from || !to) throw new Error('a month has days');
    return { from, to, purchases, files, corrections, breaks, timing };
  }

  private two(among: readonly LocalDay[]): [LocalDay, LocalDay] {
    const first = this.dice.roll(among.length - 1);
    const second = first + 1 + this.dice.roll(among.length - first - 1);
    const [one, other] = [among[first], among[second]];
    if (!one || !other) throw new Error('there are no two such days');
    return [one, other];
  }

  private replace(sale: InternalPurchase, by: InternalPurchase): void {
    this.purchases[this.purchases.indexOf(sale)] = by;
  }
}

function isNear(one: LocalDay, other: LocalDay): boolean {
  return one >= daysAfter(other, -2) && one <= daysAfter(other, 9);
}

/** Chance that a seed repeats (mulberry32). */
class Dice {
  constructor(private state: number) {}

  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.roll(from.length)];
    if (one === undefined) throw new Error('there is nothing to pick from');
    return one;
  }
}
