import type { ChannelStatements, StatedPurchase, StatementPage } from '../../client/channel-statements';
import type { ChannelName } from '../../domain/identifiers';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import { INDEXED_AFTER_MS } from '../../domain/search-attributes';
import { daysFrom, type StatementPeriod } from './period';

/** Counts and sums of a day or a period, whole đồng. */
export interface StatementSums {
  sold: { count: number; faceValue: number; discount: number; payable: number };
  refunded: { count: number; amount: number; undelivered: number };
  open: { count: number; faceValue: number };
  unreadable: number;
}

/** What a channel owes for the sales of the month at a day's begin and end, and what moved it. */
export interface StatementDay extends StatementSums {
  day: LocalDay;
  opening: number;
  closing: number;
}

/** The whole of it, after all its days. */
export interface StatementEnd extends StatementSums {
  opening: number;
  closing: number;
  /** Whether the last day of the period has ended in Vietnam, so long ago that all its purchases are counted. */
  over: boolean;
  /** Over, nothing is open, and all could be read: a later statement of the period says the same. */
  final: boolean;
}

/** A statement as it is read: its opening, each day's purchases and then the day, and the end. */
export type StatementPart =
  | { kind: 'opening'; opening: number }
  | { kind: 'purchases'; day: LocalDay; purchases: readonly StatedPurchase[] }
  | { kind: 'day'; day: StatementDay }
  | { kind: 'end'; end: StatementEnd };

/**
 * A channel's statement, of which no more than a page is in memory at a time. The balance is what the sales since the first
 * of the month come to; payments between the channel and us are not known here.
 * @param at days of the period that are still to come then are left out
 */
export async function* statementParts(
  statements: Pick<ChannelStatements, 'purchasesOf'>,
  channel: ChannelName,
  { from, to, balanceFrom }: StatementPeriod,
  at: Date,
): AsyncGenerator<StatementPart> {
  const today = localDay(at);
  const earlier = noSums();
  for (const day of daysFrom(balanceFrom, daysAfter(from, -1))) {
    for await (const page of statements.purchasesOf(channel, day)) add(earlier, page);
  }
  const opening = earlier.sold.payable;
  yield { kind: 'opening', opening };
  let balance = opening;
  const totals = noSums();
  for (const day of daysFrom(from, to < today ? to : today)) {
    const sums = noSums();
    for await (const page of statements.purchasesOf(channel, day)) {
      for (const each of [sums, totals]) add(each, page);
      if (page.purchases.length > 0) yield { kind: 'purchases', day, purchases: page.purchases };
    }
    const before = balance;
    balance += sums.sold.payable;
    yield { kind: 'day', day: { day, opening: before, ...sums, closing: balance } };
  }
  const over = to < localDay(new Date(at.getTime() - INDEXED_AFTER_MS));
  const final = over && isSettled(earlier) && isSettled(totals);
  yield { kind: 'end', end: { opening, ...totals, closing: balance, over, final } };
}

function noSums(): StatementSums {
  return {
    sold: { count: 0, faceValue: 0, discount: 0, payable: 0 },
    refunded: { count: 0, amount: 0, undelivered: 0 },
    open: { count: 0, faceValue: 0 },
    unreadable: 0,
  };
}

function isSettled({ open, unreadable }: StatementSums): boolean {
  return open.count === 0 && unreadable === 0;
}

/** A sale that a case had refunded stays a sale, as in our books, and its refund is counted besides. */
function add(sums: StatementSums, { purchases, unreadable }: StatementPage): void {
  sums.unreadable += unreadable;
  for (const { kind, faceValue, discount, refund } of purchases) {
    if (kind === 'sold') {
      sums.sold.count += 1;
      sums.sold.faceValue += faceValue;
      sums.sold.discount += discount;
      sums.sold.payable += faceValue - discount;
    }
    if (kind === 'open') {
      sums.open.count += 1;
      sums.open.faceValue += faceValue;
    }
    if (!refund) continue;
    sums.refunded.count += 1;
    sums.refunded.amount += faceValue;
    if (!refund.delivered) sums.refunded.undelivered += 1;
  }
}
