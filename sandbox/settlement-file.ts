import { stringify } from 'csv-stringify/sync';
import { localIso } from '../domain/local-time';
import {
  SETTLEMENT_COLUMN_NAMES,
  type SettlementColumn,
  type SettlementLine,
} from '../domain/reconciliation/settlement';

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
