import writeWorkbook from 'write-excel-file/node';
import { spreadsheetText } from '../domain/harmless-text';
import { BREAK_KINDS } from '../domain/reconciliation/breaks';
import { sign } from '../runtime/report-signature';
import type { Report } from './report';
import { STATEMENT_WORDS, wordOf, type StatementLanguage, type StatementWord } from './statement-words';

type Row = ({ value: string | number; fontWeight?: 'bold' } | null)[];

/** The figures of a statement as a workbook: the same as on its page, with the breaks on a sheet of their own. */
export async function* statementWorkbook(
  report: Report,
  language: StatementLanguage,
  key: string | undefined,
): AsyncGenerator<Uint8Array> {
  const say = (word: StatementWord): string => STATEMENT_WORDS[word][language];
  const { totals, day, clean, files, breaks } = report;
  const { ours, theirs, difference } = totals;
  const { sha256, ed25519 } = sign(report, key);
  const sums = (['gross', 'discount', 'payable'] as const).map((word) =>
    row([say(word), ours[word], theirs[word], difference[word]]),
  );
  const sheet = [
    heading([say('title')]),
    row([say('day'), day]),
    row([clean ? say('clean') : say('notClean')]),
    row([say('unit')]),
    heading(['', say('agent'), say('mobifone'), say('difference')]),
    row([say('sales'), ours.count, theirs.count, ours.count - theirs.count]),
    ...sums,
    ...files.map(({ role, goodLines, sheet: read, sha256: file }) =>
      row([wordOf(role, language), goodLines, file, ...(read === undefined ? [] : [say('sheet'), read])]),
    ),
    row([say('digest'), sha256]),
    ...(ed25519 ? [row([say('signature'), ed25519.keyId, ed25519.signature])] : []),
  ];
  const columns = ['place', 'kind', 'purchase', 'reference', 'difference'] as const;
  const rows = breaks.map(({ kind, purchaseId, references, difference: of }, at) =>
    row([at + 1, BREAK_KINDS[kind][language], purchaseId, references.join(' '), of.payable]),
  );
  const file = writeWorkbook([
    { data: sheet, sheet: say('title') },
    { data: [heading(columns.map(say)), ...rows], sheet: say('breaks') },
  ]);
  yield await file.toBuffer();
}

function heading(cells: readonly string[]): Row {
  return cells.map((value) => (value === '' ? null : { value, fontWeight: 'bold' }));
}

function row(cells: readonly (string | number)[]): Row {
  return cells.map((value) => ({ value: typeof value === 'string' ? spreadsheetText(value) : value }));
}
