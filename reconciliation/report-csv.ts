import { stringify, type Options } from 'csv-stringify/sync';
import { spreadsheetText } from '../domain/harmless-text';
import type { BadLine } from './bad-lines';
import type { Break, FileRole } from './report';

/** For a spreadsheet: UTF-8 with a byte order mark, CRLF. */
const FORMAT: Options = {
  record_delimiter: 'windows',
  escape_formulas: true, // a cell that begins with = or @ is text, not something for a spreadsheet to run
  cast: { number: String, string: spreadsheetText }, // a negative difference stays a number
};

const COLUMNS = [
  'kind',
  'nature',
  'purchase_id',
  'channel',
  'external_id',
  'msisdn',
  'our_day',
  'our_state',
  'our_package',
  'our_face_value',
  'our_discount',
  'their_states',
  'their_packages',
  'their_amounts',
  'their_discounts',
  'references',
  'difference_gross',
  'difference_discount',
  'difference_payable',
  'at_stake',
  'detail',
  'workflow_id',
  'event_ids',
  'web_ui_link',
  'next_step',
  'cases',
  'id',
  'other_day',
] as const;

function fields(row: Break): Record<(typeof COLUMNS)[number], string | number | null> {
  const { ours, theirs, difference, evidence } = row;
  return {
    kind: row.kind,
    nature: row.nature,
    purchase_id: row.purchaseId,
    channel: row.channel,
    external_id: row.externalId,
    msisdn: row.msisdn,
    our_day: ours?.day ?? null,
    our_state: ours?.state ?? null,
    our_package: ours?.package ?? null,
    our_face_value: ours?.faceValue ?? null,
    our_discount: ours?.discountAmount ?? null,
    their_states: theirs.map(({ kind, state }) => `${kind} ${state}`).join('; '),
    their_packages: theirs.map((line) => line.package).join('; '),
    their_amounts: theirs.map(({ amount }) => amount).join('; '),
    their_discounts: theirs.map(({ discountAmount }) => discountAmount).join('; '),
    references: row.references.join('; '),
    difference_gross: difference.gross,
    difference_discount: difference.discount,
    difference_payable: difference.payable,
    at_stake: row.atStake,
    detail: row.detail,
    workflow_id: evidence?.workflowId ?? null,
    event_ids: evidence?.eventIds.join('; ') ?? null,
    web_ui_link: evidence?.webUiLink ?? null,
    next_step: row.nextStep,
    cases: row.cases.map(({ id, state }) => `${id} ${state}`).join('; '),
    id: row.id,
    other_day: row.otherDay,
  };
}

/** The first line of the file of breaks. */
export function breaksCsvHead(): string {
  return stringify([], { ...FORMAT, header: true, columns: COLUMNS, bom: true });
}

/** One line a break. */
export function breaksCsv(breaks: readonly Break[]): string {
  return stringify(breaks.map(fields), { ...FORMAT, columns: COLUMNS });
}

/** Lines that are made at once: the library costs more a call than a line. */
const BATCH = 500;

/** The bad lines of a day's files, all of them. */
export function* badLinesCsv(
  files: Iterable<{ role: FileRole; badLines: Iterable<BadLine> }>,
): Generator<string> {
  yield stringify([['file', 'line', 'reason']], { ...FORMAT, bom: true });
  let batch: (string | number)[][] = [];
  for (const { role, badLines } of files) {
    for (const { line, reason } of badLines) {
      batch.push([role, line, reason]);
      if (batch.length < BATCH) continue;
      yield stringify(batch, FORMAT);
      batch = [];
    }
  }
  yield stringify(batch, FORMAT);
}
