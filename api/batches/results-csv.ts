import { stringify } from 'csv-stringify/sync';
import { spreadsheetText } from '../../domain/harmless-text';
import type { Language } from '../../domain/bilingual';
import type { BatchRowResource } from './schemas';

const COLUMNS = [
  'externalId',
  'msisdn',
  'package',
  'result',
  'reason',
  'message',
  'purchaseId',
  'faceValue',
  'discount',
  'payable',
  'refund',
] as const;

/** The results as a file for spreadsheets, in the order of the rows. */
export function resultsCsv(rows: readonly BatchRowResource[], language: Language): string {
  const lines = rows.map(({ reason, purchaseId, ...row }) => [
    row.externalId,
    row.msisdn,
    row.package,
    row.result,
    reason?.code ?? '',
    reason?.message[language] ?? '',
    purchaseId ?? '',
    row.faceValue,
    row.discount,
    row.payable,
    row.refund,
  ]);
  const text = stringify([[...COLUMNS], ...lines], {
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { number: String, string: spreadsheetText },
  });
  return `\uFEFF${text}`; // by which spreadsheets know that it is UTF-8
}
