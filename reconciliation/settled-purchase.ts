import { movesMoney, type SettlementLine } from '../domain/reconciliation/settlement';
import { minus, money, NOTHING, plus, type Money } from './money';

/** What MobiFone's lines of one purchase come to. */
export interface SettledPurchase {
  /** Transactions that took money and stand, each once, the earliest first. */
  payments: readonly SettlementLine[];
  /** A transaction that took money and was undone since. */
  reversedPayment: SettlementLine | undefined;
  /** Postpaid registrations that stand, each once, the earliest first: more than one is one too many. */
  registrations: readonly SettlementLine[];
  rollbacks: readonly SettlementLine[];
  /** Second and later lines of a transaction that the file already has. */
  repeats: readonly SettlementLine[];
  /** All transactions, each once; the payments first. */
  all: readonly SettlementLine[];
}

/** What a line adds to MobiFone's totals: repeated lines as well, since MobiFone adds them up too. */
export function lineMoney(line: SettlementLine): Money {
  if (line.state !== 'done') return NOTHING;
  const moved = money(line.amount, line.discountAmount);
  if (movesMoney(line)) return moved;
  return line.kind === 'rollback' ? minus(NOTHING, moved) : NOTHING;
}

/** What MobiFone's lines of a purchase come to in its totals. */
export function settledMoney(lines: readonly SettlementLine[]): Money {
  return lines.reduce((sum, line) => plus(sum, lineMoney(line)), NOTHING);
}

/** @param lines in any order: the answer is the same */
export function settledPurchase(lines: readonly SettlementLine[]): SettledPurchase {
  const standing = lines.filter(({ state }) => state !== 'void');
  const ordered = standing.sort(inLineOrder);
  const seen = new Set<string>();
  const unique: SettlementLine[] = [];
  const repeats: SettlementLine[] = [];
  for (const line of ordered) {
    (seen.has(line.reference) ? repeats : unique).push(line);
    seen.add(line.reference);
  }
  const done = unique.filter(({ state }) => state === 'done');
  const payments = done.filter(movesMoney);
  return {
    payments,
    reversedPayment: unique.find((line) => line.state === 'reversed' && movesMoney(line)),
    registrations: done.filter((line) => line.kind === 'registration' && !movesMoney(line)),
    rollbacks: done.filter(({ kind }) => kind === 'rollback'),
    repeats,
    all: [...payments, ...unique.filter((line) => !payments.includes(line))],
  };
}

/** By what tells lines apart, so that the order in which they came makes no difference. */
const FIELDS = [
  'at',
  'reference',
  'transactionId',
  'kind',
  'state',
  'amount',
  'discountAmount',
  'discountRateBasisPoints',
  'package',
  'paymentForm',
  'msisdn',
] as const satisfies readonly (keyof SettlementLine)[];

/** The earliest first. */
export function inLineOrder(one: SettlementLine, other: SettlementLine): number {
  for (const field of FIELDS) {
    if (one[field] !== other[field]) return one[field] < other[field] ? -1 : 1;
  }
  return 0;
}
