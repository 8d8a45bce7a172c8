import { stringify } from 'csv-stringify/sync';
import type { StatedPurchase } from '../../client/channel-statements';
import { spreadsheetText } from '../../domain/harmless-text';
import { localIso, type LocalDay } from '../../domain/local-time';
import type { StatementPart } from './account';

const COLUMNS = [
  'type',
  'day',
  'externalId',
  'purchaseId',
  'package',
  'faceValue',
  'discount',
  'payable',
  'refund',
  'open',
  'noticeId',
  'noticeDelivered',
  'acceptedAt',
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number>>;

/** A statement as lines: the opening balance, each purchase, the closing balance, which says that nothing is missing. */
export async function* statementCsv(
  { from, to }: { from: LocalDay; to: LocalDay },
  parts: AsyncIterable<StatementPart>,
): AsyncGenerator<string> {
  yield `\uFEFF${asCsv([Object.fromEntries(COLUMNS.map((name) => [name, name]))])}`; // for spreadsheets
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
