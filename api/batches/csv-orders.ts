import { inLowerAscii } from '../../domain/ascii-case';
import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import type { BilingualText } from '../../domain/bilingual';
import { visibleText } from '../../domain/harmless-text';
import { withoutNumbers } from '../../domain/telephone-numbers';
import { textOfBody } from '../http/json-body';
import { Problem, type FieldFaultInWords } from '../http/problems';
import type { Steps } from '../http/slices';
import { CsvRows, longLine, MAX_LINE_LENGTH, type CsvRow } from './csv-rows';
import { unreadableCsv } from './unreadable-csv';

/** The columns by their field of an order; the last may be left out. */
const REQUIRED = ['externalId', 'msisdn', 'package'] as const;
const COLUMNS: readonly string[] = [...REQUIRED, 'allowDuplicate'];
/** Columns from the first to the last that has a name; spreadsheets leave some without. */
const MAX_COLUMNS = 100;
/** Spreadsheets of different countries write different ones. */
const DELIMITERS = [',', ';', '\t'] as const;
/** A line by which a file tells Excel its separator. */
const SEPARATOR_LINE = /^\uFEFF?("?)sep=(?<delimiter>[,;\t])\1(?=[\r\n]|$)/i;
/** Characters of an unknown column's name that are repeated to whoever wrote it. */
const MAX_SHOWN = 40;
/** What people and spreadsheets write for yes and no. */
const YES_OR_NO: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
/** A number whose leading 0 a spreadsheet dropped. */
const WITHOUT_ZERO = /^[35789]\d{8}$/;

/** The rows of a CSV body as the JSON form has them, and the line of each. */
export interface CsvOrders {
  orders: unknown[];
  lines: number[];
}

/** What files that are no CSV begin with: workbooks of Excel, today's and those until 2003. */
const WORKBOOKS = ['504b0304', 'd0cf11e0'].map((hex) => Buffer.from(hex, 'hex'));

/**
 * The text of a CSV body.
 * @throws Problem `malformed_request` that says what it is instead
 */
export function csvText(bytes: Buffer): string {
  if (WORKBOOKS.some((mark) => bytes.subarray(0, mark.length).equals(mark)))
    throw new Problem('malformed_request', {
      en: 'The body is an Excel workbook, not CSV. In Excel, save it as “CSV UTF-8”. Nothing was sold.',
      vi: 'Nội dung là tệp Excel, không phải CSV. Trong Excel, chọn lưu thành “CSV UTF-8”. Chưa có giao dịch nào được thực hiện.',
    });
  return textOfBody(bytes, {
    en: 'The CSV is not UTF-8. In Excel, save it as “CSV UTF-8”. Nothing was sold.',
    vi: 'Tệp CSV không dùng mã UTF-8. Trong Excel, chọn lưu thành “CSV UTF-8”. Chưa có giao dịch nào được thực hiện.',
  });
}

/**
 * Reads a list of orders with a header row: `externalId`, `msisdn`, `package` and `allowDuplicate`, in any order and in
 * letters of any size. A row without any value is no order. What follows one order too many is not looked at.
 * @throws Problem `malformed_request` where it is no such list
 */
export function* ordersFromCsv(text: string): Steps<CsvOrders> {
  const line = longLine(text);
  if (line !== undefined) throw lineTooLong(line);
  yield;
  const rows = rowsOf(text);
  const header = yield* nextWithValue(rows, MAX_COLUMNS);
  if (!header || headingOf(text) === '') throw unreadableCsv('it is empty', 'tệp rỗng');
  const names = columnsOf(header);
  const read: CsvOrders = { orders: [], lines: [] };
  while (read.orders.length <= MAX_BATCH_ROWS) {
    const row = yield* nextWithValue(rows, names.length);
    if (!row) break;
    read.orders.push(orderOf(names, row));
    read.lines.push(row.line);
  }
  return read;
}

function rowsOf(text: string): CsvRows {
  const separator = SEPARATOR_LINE.exec(text);
  const named = separator?.groups?.['delimiter'] ?? headingOf(text);
  const delimiter = DELIMITERS.find((each) => named.includes(each)) ?? ',';
  const rows = new CsvRows(text, delimiter);
  if (separator) rows.next(0);
  return rows;
}

/** The first line that may be the header row. */
function headingOf(text: string): string {
  return /[^\s,;\uFEFF].*/.exec(text)?.[0] ?? '';
}

function* nextWithValue(rows: CsvRows, columns: number): Steps<CsvRow | undefined> {
  for (;;) {
    yield;
    const row = rows.next(columns);
    if (!row || row.beyond !== undefined || row.cells.some((cell) => cell !== '')) return row;
  }
}

/** The columns up to the last that has a name. @throws Problem where they are not those of a list */
function columnsOf({ cells, beyond }: CsvRow): string[] {
  if (beyond !== undefined)
    throw unreadableCsv(
      `the header row has more than ${MAX_COLUMNS} columns`,
      `dòng tiêu đề có quá ${MAX_COLUMNS} cột`,
    );
  const names = cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1).map(columnOf);
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw unreadableCsv(
      `the header row lacks ${missing.join(', ')}`,
      `dòng tiêu đề thiếu ${missing.join(', ')}`,
    );
  for (const [at, name] of names.entries()) {
    if (name === '') continue; // spreadsheets leave empty columns behind; a value in one of them is a fault of its row
    if (!COLUMNS.includes(name)) throw unknownColumn(name);
    if (names.indexOf(name) !== at)
      throw unreadableCsv(`the header row names ${name} twice`, `dòng tiêu đề có ${name} hai lần`);
  }
  return names;
}

/** A column as its field is named; as it is where no field is named so. */
function columnOf(heading: string): string {
  return COLUMNS.find((name) => inLowerAscii(name) === inLowerAscii(heading)) ?? heading;
}

function unknownColumn(name: string): Problem {
  const harmless = visibleText(withoutNumbers(name));
  const shown = harmless.length > MAX_SHOWN ? `${harmless.slice(0, MAX_SHOWN)}…` : harmless;
  return unreadableCsv(
    `the header row has “${shown}”, which is no column; there are ${COLUMNS.join(', ')}`,
    `dòng tiêu đề có “${shown}”, không phải tên cột; các cột gồm ${COLUMNS.join(', ')}`,
  );
}

/** A fault of a row in the words of a file. */
export function inWordsOfCsv(fault: FieldFaultInWords): FieldFaultInWords {
  const { pointer, code } = fault;
  if (code === 'unknown_field') return { ...fault, detail: CELL_TOO_MANY };
  return pointer === '/allowDuplicate' && code === 'wrong_type' ? { ...fault, detail: TRUE_OR_FALSE } : fault;
}

const CELL_TOO_MANY: BilingualText = {
  en: 'The row has a value here, where the header row names no column.',
  vi: 'Dòng có giá trị ở vị trí mà dòng tiêu đề không có tên cột.',
};
const TRUE_OR_FALSE: BilingualText = {
  en: 'Must be true, false, 1 or 0, or be left empty.',
  vi: 'Phải là true, false, 1 hoặc 0, hoặc để trống.',
};

/** The first value under no name becomes a field that no order has, so that it is told like any other fault. */
function orderOf(names: readonly string[], { cells, beyond }: CsvRow): Record<string, unknown> {
  const order: Record<string, unknown> = {};
  let nameless = beyond;
  for (const [at, cell] of cells.entries()) {
    const name = names[at];
    if (cell === '') continue;
    if (name) order[name] = valueOf(name, cell);
    else if (nameless === undefined || at < nameless) nameless = at;
  }
  if (nameless !== undefined) order[`column ${nameless + 1}`] = true;
  return order;
}

function valueOf(name: string, cell: string): unknown {
  if (name === 'msisdn' && WITHOUT_ZERO.test(cell)) return `0${cell}`;
  return name === 'allowDuplicate' ? (YES_OR_NO[inLowerAscii(cell)] ?? cell) : cell;
}

function lineTooLong(line: number): Problem {
  return unreadableCsv(
    `line ${line} has more than ${MAX_LINE_LENGTH} characters`,
    `dòng ${line} dài quá ${MAX_LINE_LENGTH} ký tự`,
  );
}
