import type { BreakKind } from '../domain/reconciliation/breaks';
import { discountAmount } from '../domain/catalogue/discount';
import { purchaseId, transactionId, type PurchaseId } from '../domain/identifiers';
import { msisdn } from '../domain/msisdn';
import { packageCode } from '../domain/catalogue/packages';
import { movesMoney, type SettlementLine } from '../domain/reconciliation/settlement';
import { vnd } from '../domain/vnd';

/** The kinds that one purchase's lines can be given; a purchase that is still open is of our own making. */
export type SeedableKind = Exclude<
  BreakKind,
  | 'open_here'
  | 'carried_over_lost'
  | 'other_day_unproven'
  | 'second_registration_unknown'
  | 'second_registration_unproven'
  | 'given_back_wrongly'
  | 'reference_shared'
  | 'withdrawal_without_effect'
>;

/** What a file was made to differ in: the list by which reconciliation is judged (I10). */
export interface SeededDifference {
  kind: SeedableKind;
  purchaseId: PurchaseId;
}

export interface SeededFiles {
  day: SettlementLine[];
  /** Lines that went into the next day's file. */
  nextDay: SettlementLine[];
  corrections: SettlementLine[];
  seeded: SeededDifference[];
}

/** The changed lines of one purchase. */
interface Spoilt {
  day: SettlementLine[];
  nextDay?: SettlementLine[];
  corrections?: SettlementLine[];
}

/** Which purchases a kind can be seeded in: sold, sold postpaid, undone, or any as a model for an invented one. */
type Victim = 'sold' | 'sold_postpaid' | 'undone' | 'model';

const TOO_MUCH = 1000;
const OTHER_RATE = 25;

const SEEDS: Record<
  SeedableKind,
  { victim: Victim; spoil: (lines: SettlementLine[], fresh: Fresh) => Spoilt }
> = {
  charged_not_here: { victim: 'model', spoil: (lines, fresh) => ({ day: inventedFrom(lines, fresh) }) },
  unknown_here: {
    victim: 'model',
    spoil: (lines, fresh) => ({
      day: inventedFrom(lines, fresh).map((line) => ({ ...line, state: 'reversed' })),
    }),
  },
  missing_there: { victim: 'sold', spoil: () => ({ day: [] }) },
  refund_noticed_yet_charged: { victim: 'undone', spoil: (lines, fresh) => ({ day: charged(lines, fresh) }) },
  state_differs: { victim: 'sold', spoil: eachLine(() => ({ state: 'reversed' })) },
  registered_never_charged: {
    victim: 'sold_postpaid',
    spoil: (lines) => ({ day: lines.filter((line) => !movesMoney(line)) }),
  },
  charged_not_registered: {
    victim: 'sold_postpaid',
    spoil: (lines) => ({ day: lines.filter(movesMoney) }),
  },
  duplicate_charge: {
    victim: 'sold',
    spoil: (lines, fresh) => ({
      day: [...lines, ...lines.filter(movesMoney).map((line) => ({ ...line, reference: fresh.reference() }))],
    }),
  },
  duplicate_in_file: { victim: 'sold', spoil: (lines) => ({ day: [...lines, ...lines.filter(movesMoney)] }) },
  amount_differs: { victim: 'sold', spoil: (lines) => ({ day: paidDifferently(lines, withMore) }) },
  discount_differs: { victim: 'sold', spoil: (lines) => ({ day: paidDifferently(lines, withOtherRate) }) },
  package_differs: {
    victim: 'sold',
    spoil: eachLine((line) => ({ package: packageCode(`${line.package}X`) })),
  },
  payment_form_differs: { victim: 'sold', spoil: (lines, fresh) => ({ day: inOtherForm(lines, fresh) }) },
  number_differs: { victim: 'sold', spoil: eachLine((line) => ({ msisdn: neighbourOf(line.msisdn) })) },
  cut_off: { victim: 'sold', spoil: (lines) => ({ day: [], nextDay: lines }) },
  late_correction: {
    victim: 'sold',
    spoil: (lines) => ({ day: paidDifferently(lines, withMore), corrections: lines.filter(movesMoney) }),
  },
};
export const SEEDABLE_KINDS = Object.keys(SEEDS) as SeedableKind[]; // the literal's keys

/**
 * Spoils a day's lines, one purchase for each kind that is wanted, as the seed draws them. A kind that finds no
 * purchase to spoil is left out, so the list is exactly what was done.
 */
export function seedDifferences(
  lines: readonly SettlementLine[],
  wanted: readonly SeedableKind[],
  seed: number,
): SeededFiles {
  const dice = new Dice(seed);
  const fresh = new Fresh(dice);
  const untouched = linesByPurchase(lines);
  const files: SeededFiles = { day: [], nextDay: [], corrections: [], seeded: [] };
  for (const kind of wanted) {
    const { victim, spoil } = SEEDS[kind];
    const fitting = untouched.filter((candidate) => fits(candidate, victim));
    const drawn = dice.draw(fitting);
    if (!drawn) continue;
    const spoilt = spoil(drawn, fresh);
    const all = [...spoilt.day, ...(spoilt.nextDay ?? []), ...drawn];
    if (victim !== 'model') untouched.splice(untouched.indexOf(drawn), 1);
    files.day.push(...spoilt.day);
    files.nextDay.push(...(spoilt.nextDay ?? []));
    files.corrections.push(...(spoilt.corrections ?? []));
    const [first] = all;
    if (first) files.seeded.push({ kind, purchaseId: first.purchaseId });
  }
  files.day.push(...untouched.flat());
  files.day.sort((one, other) => one.at - other.at);
  return files;
}

function linesByPurchase(lines: readonly SettlementLine[]): SettlementLine[][] {
  const groups = new Map<PurchaseId, SettlementLine[]>();
  for (const line of lines) groups.set(line.purchaseId, [...(groups.get(line.purchaseId) ?? []), line]);
  return [...groups.values()];
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

  /** Takes one out of a list; undefined when it is empty. */
  draw<T>(from: T[]): T | undefined {
    return from.length === 0 ? undefined : from.splice(this.roll(from.length), 1)[0];
  }
}

/** Ids and references that the ledger never gave. */
class Fresh {
  private count = 0;
  constructor(private readonly dice: Dice) {}

  reference(): string {
    this.count += 1;
    return `MFX${this.dice.roll(1_000_000)}-${this.count}`;
  }

  purchaseId(): PurchaseId {
    const letters = Array.from({ length: 26 }, () =>
      'abcdefghijklmnopqrstuvwxyz234567'.charAt(this.dice.roll(32)),
    );
    return purchaseId(`pur_${letters.join('')}`);
  }
}

function fits(lines: readonly SettlementLine[], victim: Victim): boolean {
  const sold = lines.some((line) => line.state === 'done' && movesMoney(line));
  const undone = lines.some(({ kind }) => kind === 'rollback');
  switch (victim) {
    case 'sold':
    case 'model':
      return sold && !undone;
    case 'sold_postpaid':
      return sold && !undone && lines.some(({ kind }) => kind === 'charge');
    case 'undone':
      return undone && lines.some(({ kind }) => kind === 'registration');
  }
}

function inventedFrom(lines: readonly SettlementLine[], fresh: Fresh): SettlementLine[] {
  const id = fresh.purchaseId();
  return lines.map((line) => ({
    ...line,
    purchaseId: id,
    transactionId: transactionId(id, line.kind),
    reference: fresh.reference(),
  }));
}

/** An undone purchase that was charged all the same. */
function charged(lines: readonly SettlementLine[], fresh: Fresh): SettlementLine[] {
  return lines
    .filter(({ kind }) => kind !== 'rollback')
    .map((line) => ({ ...line, state: 'done' as const }))
    .flatMap((line) => (movesMoney(line) ? [line] : [line, chargeFor(line, fresh)]));
}

function chargeFor(registration: SettlementLine, fresh: Fresh): SettlementLine {
  return {
    ...registration,
    kind: 'charge',
    paymentForm: 'postpaid',
    transactionId: transactionId(registration.purchaseId, 'charge'),
    reference: fresh.reference(),
  };
}

function eachLine(change: (line: SettlementLine) => Partial<SettlementLine>) {
  return (lines: SettlementLine[]): Spoilt => ({ day: lines.map((line) => ({ ...line, ...change(line) })) });
}

function paidDifferently(
  lines: readonly SettlementLine[],
  differently: (line: SettlementLine) => SettlementLine,
): SettlementLine[] {
  return lines.map((line) => (movesMoney(line) ? differently(line) : line));
}

function withMore(line: SettlementLine): SettlementLine {
  const amount = vnd(line.amount + TOO_MUCH);
  return { ...line, amount, discountAmount: discountAmount(amount, line.discountRateBasisPoints, 'down') };
}

function withOtherRate(line: SettlementLine): SettlementLine {
  const rate = line.discountRateBasisPoints + OTHER_RATE;
  return {
    ...line,
    discountRateBasisPoints: rate,
    discountAmount: discountAmount(line.amount, rate, 'down'),
  };
}

/** The same sale and the same money, in the other payment form. */
function inOtherForm(lines: readonly SettlementLine[], fresh: Fresh): SettlementLine[] {
  return lines.flatMap((line): SettlementLine[] => {
    if (line.paymentForm === 'postpaid') {
      if (line.kind !== 'charge') return [];
      const registration = transactionId(line.purchaseId, 'registration');
      return [{ ...line, paymentForm: 'prepaid', kind: 'registration', transactionId: registration }];
    }
    const free = { discountRateBasisPoints: 0, discountAmount: vnd(0) };
    return [{ ...line, ...free, paymentForm: 'postpaid' }, chargeFor(line, fresh)];
  });
}

function neighbourOf(number: SettlementLine['msisdn']): SettlementLine['msisdn'] {
  return msisdn(number.slice(0, -1) + String((Number(number.slice(-1)) + 1) % 10));
}
