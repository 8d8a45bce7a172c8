import { stringify } from 'csv-stringify/sync';
import { daysAfter, localDayStart, localIso, type LocalDay } from '../domain/local-time';
import {
  SETTLEMENT_COLUMN_NAMES,
  type SettlementColumn,
  type SettlementLine,
} from '../domain/reconciliation/settlement';
import type { Ledger } from './ledger';
import { settlementLines, type SettlementTerms } from './settlement-lines';
import { isStray, straySales } from './stray-sales';

/** MobiFone's transactions of a day; no more of the ledger in memory than the purchases that have one. */
export async function settlementOfDay(
  ledger: Ledger,
  day: LocalDay,
  terms: SettlementTerms,
): Promise<SettlementLine[]> {
  const nextDay = daysAfter(day, 1);
  const [begin, end] = [localDayStart(day), localDayStart(nextDay)];
  const nextEnd = localDayStart(daysAfter(day, 2));
  const ofTheDay = new Set<string>();
  const strays = new Set<string>();
  for await (const batch of ledger.walk()) {
    for (const entry of batch) {
      const atMs = Date.parse(entry.at);
      if (atMs >= begin && atMs < end) ofTheDay.add(entry.purchaseId);
      const isOfNextDay = atMs >= end && atMs < nextEnd;
      if (isOfNextDay && entry.kind === 'registered' && isStray(entry.msisdn)) strays.add(entry.purchaseId);
    }
  }
  const lines: SettlementLine[] = [];
  for (const purchaseId of ofTheDay) lines.push(...settlementLines(ledger.entriesOf(purchaseId), day, terms));
  for (const id of strays) lines.push(...straySales(settlementLines(ledger.entriesOf(id), nextDay, terms)));
  return lines.toSorted((one, other) => (one.reference < other.reference ? -1 : 1)); // by the ledger's order
}

/** A settlement file as MobiFone would send it: the described header, CRLF, local time with its offset. */
export function settlementCsv(lines: readonly SettlementLine[]): string {
  return stringify(lines.map(fields), {
    header: true,
    columns: SETTLEMENT_COLUMN_NAMES,
    record_delimiter: 'windows',
  });
}

function fields(line: SettlementLine): Record<SettlementColumn, string | number> {
  return {
    reference: line.reference,
    transaction_id: line.transactionId,
    kind: line.kind,
    msisdn: line.msisdn,
    package: line.package,
    payment_form: line.paymentForm,
    amount: line.amount,
    discount_rate_bp: line.discountRateBasisPoints,
    discount_amount: line.discountAmount,
    state: line.state,
    time: localIso(new Date(line.at)),
  };
}
