import { stringify } from 'csv-stringify/sync';
import type { StatedPurchase } from '../../client/channel-statements';
import { spreadsheetText } from '../../domain/harmless-text';
import { localIso, type LocalDay } from '../../domain/local-time';
import type { StatementPart } from './account';

/** The columns, in their order, and what they hold. */
export const STATEMENT_COLUMNS = {
  type: 'What the line is, see below.',
  day: 'Day of acceptance in Vietnam, `YYYY-MM-DD`; of a balance the first or the last day of the period.',
  externalId: 'Your id of the order.',
  purchaseId: 'Our id of the purchase.',
  package: 'The package’s code.',
  faceValue: 'The price, in whole đồng; of a sale only.',
  discount: 'Your discount; of a sale only.',
  payable: 'What you owe: face value minus discount of a sale, or the balance.',
  refund: 'What your customer gets back.',
  open: 'The price of what has no outcome yet.',
  noticeId: 'The `webhook-id` of the refund notice.',
  noticeDelivered: '`yes` once your webhook has accepted it, else `no`.',
  acceptedAt: 'When the order was accepted, ISO 8601, `+07:00`.',
} as const;

/** The kinds of lines. */
export const LINE_TYPES = {
  opening: 'The first line: the balance before the period.',
  sold: 'A purchase that succeeded.',
  open: 'A purchase without an outcome yet. A later statement has it as one of the others.',
  refunded: 'A purchase that did not succeed: refund your customer.',
  case_refund: 'The refund of a sale that later proved wrong at MobiFone, besides the line of the sale.',
  'unreadable: N': 'N purchases cannot be read on our side and are in no sum; absent if there are none.',
  closing: 'The last line: the balance after the period, which no later statement changes.',
  closing_not_final: 'The same while the period is not over, or something is open or unreadable.',
} as const;
type LineType = Exclude<keyof typeof LINE_TYPES, 'unreadable: N'> | `unreadable: ${number}`;

const COLUMNS = Object.keys(STATEMENT_COLUMNS) as (keyof typeof STATEMENT_COLUMNS)[]; // the literal's keys
type Row = Partial<Record<(typeof COLUMNS)[number], string | number>> & { type?: LineType };

/** A statement as lines: the opening balance, each purchase, the closing balance, which says that nothing is missing. */
export async function* statementCsv(
  { from, to }: { from: LocalDay; to: LocalDay },
  parts: AsyncIterable<StatementPart>,
): AsyncGenerator<string> {
  yield `\uFEFF${COLUMNS.join(',')}\r\n`; // the byte order mark is for spreadsheets
  for await (const part of parts) {
    if (part.kind === 'opening') yield asCsv([{ type: 'opening', day: from, payable: part.opening }]);
    if (part.kind === 'purchases') yield asCsv(part.purchases.flatMap((each) => rowsOf(part.day, each)));
    if (part.kind === 'end') {
      const { closing, final, unreadable } = part.end;
      if (unreadable > 0) yield asCsv([{ type: `unreadable: ${unreadable}` }]);
      yield asCsv([{ type: final ? 'closing' : 'closing_not_final', day: to, payable: closing }]);
    }
  }
}

/** One row, or for a sale that is refunded by a case two. */
function rowsOf(day: LocalDay, purchase: StatedPurchase): Row[] {
  const { kind, refund, faceValue, discount, purchaseId, externalId } = purchase;
  const common: Row = {
    day,
    externalId,
    purchaseId,
    package: purchase.package,
    acceptedAt: localIso(new Date(purchase.acceptedAt)),
  };
  const rows: Row[] = [];
  if (kind === 'sold')
    rows.push({ ...common, type: 'sold', faceValue, discount, payable: faceValue - discount });
  if (kind === 'open') rows.push({ ...common, type: 'open', open: faceValue });
  if (refund) {
    const notice = { noticeId: refund.noticeId, noticeDelivered: refund.delivered ? 'yes' : 'no' };
    rows.push({
      ...common,
      type: kind === 'sold' ? 'case_refund' : 'refunded',
      refund: faceValue,
      ...notice,
    });
  }
  return rows;
}

function asCsv(rows: readonly Row[]): string {
  return stringify(
    rows.map((row) => COLUMNS.map((name) => row[name] ?? '')),
    { record_delimiter: 'windows', escape_formulas: true, cast: { number: String, string: spreadsheetText } },
  );
}
