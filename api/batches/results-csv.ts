import { stringify } from 'csv-stringify/sync';
import { spreadsheetText } from '../../domain/harmless-text';
import type { ToldRow } from '../../domain/batch/protocol';
import type { Language } from '../../domain/bilingual';
import type { ChannelName } from '../../domain/identifiers';
import type { Steps } from '../http/slices';
import { rowResource } from './resource';
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

/** Rows that are one step of the work. */
const ROWS_OF_A_STEP = 20;

/** The results as a file for spreadsheets, in the order of the rows. */
export function* resultsCsv(
  channel: ChannelName,
  rows: readonly ToldRow[],
  language: Language,
): Steps<string> {
  const parts = ['\uFEFF', textOf([[...COLUMNS]])]; // by the first, spreadsheets know that it is UTF-8
  for (let from = 0; from < rows.length; from += ROWS_OF_A_STEP) {
    yield;
    const told = rows.slice(from, from + ROWS_OF_A_STEP);
    parts.push(textOf(told.map((row, at) => cellsOf(rowResource(channel, row, from + at), language))));
  }
  return parts.join('');
}

function cellsOf({ reason, purchaseId, ...row }: BatchRowResource, language: Language): (string | number)[] {
  return [
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
  ];
}

function textOf(lines: readonly (readonly (string | number)[])[]): string {
  return stringify([...lines], {
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { number: String, string: spreadsheetText },
  });
}
