import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { spreadsheetText } from '../domain/harmless-text';
import type { Break, Report } from './report';
import { sign } from '../runtime/report-signature';
import { replaceFile } from '../runtime/whole-file';
import { statementHtml } from './statement';

/** The report and its signature, for machines. */
export function reportJson(report: Report, key: string | undefined): string {
  return `${JSON.stringify({ report, signature: sign(report, key) }, null, 2)}\n`;
}

/** One line a break, for a spreadsheet: UTF-8 with a byte order mark, CRLF. */
export function reportCsv(report: Report): string {
  return stringify(report.breaks.map(fields), {
    header: true,
    columns: COLUMNS,
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true, // a cell that begins with = or @ is text, not something for a spreadsheet to run
    cast: { number: String, string: spreadsheetText }, // a negative difference stays a number
  });
}

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

/** As much of a digest as no two reports of a day share. */
const DIGEST_LENGTH = 16;

/**
 * Writes a report as JSON and CSV and its statement in both languages. The name holds the report's digest, so that
 * another comparison of the same day never takes the place of this one.
 * @param folder gets a folder for the day
 * @returns the files' paths
 * @throws FileNotWritten
 */
export async function keepReport(
  report: Report,
  folder: string,
  signingKey: string | undefined,
): Promise<string[]> {
  const name = sign(report, undefined).sha256.slice(0, DIGEST_LENGTH);
  const contents = {
    json: reportJson(report, signingKey),
    csv: reportCsv(report),
    'vi.html': statementHtml(report, 'vi', signingKey),
    'en.html': statementHtml(report, 'en', signingKey),
  };
  const ofTheDay = path.resolve(folder, report.day);
  return Promise.all(
    Object.entries(contents).map(([kind, content]) => kept(path.join(ofTheDay, `${name}.${kind}`), content)),
  );
}

async function kept(file: string, content: string): Promise<string> {
  await replaceFile(file, content);
  return file;
}
