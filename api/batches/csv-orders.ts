import { CsvError, parse, type Options } from 'csv-parse/sync';
import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import type { BilingualText } from '../../domain/bilingual';
import { visibleText } from '../../domain/harmless-text';
import { withoutNumbers } from '../../domain/telephone-numbers';
import { textOfBody } from '../http/json-body';
import { Problem, type FieldFaultInWords } from '../http/problems';

/** The columns by their field of an order; the last may be left out. */
const REQUIRED = ['externalId', 'msisdn', 'package'] as const;
const COLUMNS: readonly string[] = [...REQUIRED, 'allowDuplicate'];
/** Spreadsheets of different countries write different ones. */
const DELIMITERS = [',', ';', '\t'] as const;
type Delimiter = (typeof DELIMITERS)[number];
/** A line by which a file tells Excel its separator. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=([,;\t])"?$/i;
/** A line that has no value in any cell; the parser would make a row of it. */
const VALUELESS: Readonly<Record<Delimiter, RegExp>> = {
  ',': /^\uFEFF?(?:,|""|[^\S\r\n])+$/gm,
  ';': /^\uFEFF?(?:;|""|[^\S\r\n])+$/gm,
  '\t': /^\uFEFF?(?:""|[^\S\r\n])+$/gm,
};
/** Characters of an unknown column's name that are repeated to whoever wrote it. */
const MAX_SHOWN = 40;
/** What people and spreadsheets write for yes and no. */
const YES_OR_NO: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
/** A text that a spreadsheet was told to leave as it is: ="0901234567". */
const LEFT_AS_IT_IS = /^="(.*)"$/s;
/** A number whose leading 0 a spreadsheet dropped. */
const WITHOUT_ZERO = /^[35789]\d{8}$/;

/** The header row, and one order too many, which the reader of the orders refuses: whatever follows is not looked at. */
const MAX_RECORDS = MAX_BATCH_ROWS + 2;
/** Characters of a line; the longest order has some 150. */
const MAX_LINE_LENGTH = 2_000;

/** Lines that are looked at: for each order five, since lines may be blank and cells may have several. */
const MAX_LINES = 5 * MAX_BATCH_ROWS;
const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
const BLANK_CODES: ReadonlySet<number> = new Set([
  LINE_FEED,
  CARRIAGE_RETURN,
  ...[' ', '\u00a0', '\uFEFF', ...DELIMITERS].map((one) => one.charCodeAt(0)),
]);

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
 * letters of any size. A row without any value is no order.
 * @throws Problem `malformed_request` where it is no such list
 */
export function ordersFromCsv(text: string): CsvOrders {
  const [header, ...records] = recordsOf(text);
  if (!header || headingOf(text) === '') throw noList('it is empty', 'tệp rỗng');
  const names = header.record.map(columnOf);
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw noList(`the header row lacks ${missing.join(', ')}`, `dòng tiêu đề thiếu ${missing.join(', ')}`);
  for (const [at, name] of names.entries()) {
    if (name === '') continue; // spreadsheets leave empty columns behind; a value in one of them is a fault of its row
    if (!COLUMNS.includes(name)) throw unknownColumn(name);
    if (names.indexOf(name) !== at)
      throw noList(`the header row names ${name} twice`, `dòng tiêu đề có ${name} hai lần`);
  }
  return {
    orders: records.map(({ record }) => orderOf(names, record)),
    lines: records.map(({ line }) => line),
  };
}

/** A column as its field is named; as it is where no field is named so. */
function columnOf(heading: string): string {
  return COLUMNS.find((name) => name.toLowerCase() === heading.toLowerCase()) ?? heading;
}

function unknownColumn(name: string): Problem {
  const harmless = visibleText(withoutNumbers(name));
  const shown = harmless.length > MAX_SHOWN ? `${harmless.slice(0, MAX_SHOWN)}…` : harmless;
  return noList(
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

interface CsvRecord {
  record: string[];
  line: number;
}

function recordsOf(written: string): CsvRecord[] {
  const long = longLine(written);
  if (long !== undefined) throw tooLong(long);
  const { text, isCut } = firstLines(written);
  const [heading = ''] = text.split('\n', 1);
  const named = SEPARATOR_LINE.exec(heading)?.[1];
  const delimiter = DELIMITERS.find((each) => (named ?? headingOf(text)).includes(each)) ?? ',';
  const rows = (named === undefined ? text : text.slice(heading.length)).replace(VALUELESS[delimiter], '');
  let lastLine = 0; // of the row that was read last
  try {
    const options: Options<string[]> = {
      record_delimiter: '\n',
      bom: true,
      delimiter,
      info: true,
      on_record: (row, { lines }) => {
        lastLine = lines;
        return row;
      },
      max_record_size: MAX_LINE_LENGTH, // a quoted field may have lines of its own
      relax_column_count: true,
      relax_quotes: true, // a quotation mark within a cell is its cell's fault, by its line
      skip_empty_lines: true,
      to: MAX_RECORDS,
      trim: true,
    };
    const records: unknown = withoutStacks(() => parse(rows, options));
    const read = (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => {
      return { record, line: info.lines - lineEndsIn(record.join('')) }; // `info` has the line in which it ends
    });
    if (isCut && read.length < MAX_RECORDS) throw tooManyLines();
    return read;
  } catch (fault) {
    if (fault instanceof Problem) throw fault;
    const isOpen = fault instanceof CsvError && fault.code === 'CSV_QUOTE_NOT_CLOSED';
    if (isOpen) throw isCut ? tooManyLines() : notClosed(lineAfter(rows, lastLine));
    if (fault instanceof CsvError && fault.code === 'CSV_MAX_RECORD_SIZE') throw tooLong();
    throw noList('a quotation mark is in the wrong place', 'dấu ngoặc kép không hợp lệ');
  }
}

/** The lines that are looked at, without those after the last value, each ending in one way. */
function firstLines(written: string): { text: string; isCut: boolean } {
  const end = written.length - blankEnd(written);
  const lineEnds = /\r\n?|\n/g; // a file put together by two programs has all of them
  let until = 0;
  for (let line = 0; line < MAX_LINES && until < end; line += 1)
    until = lineEnds.exec(written) ? lineEnds.lastIndex : written.length;
  return { text: written.slice(0, until).replace(lineEnds, '\n'), isCut: until < end };
}

/** How many characters at the end of a text are blanks, line ends or delimiters. A quotation mark may end a value. */
function blankEnd(text: string): number {
  let at = text.length;
  while (at > 0 && BLANK_CODES.has(text.charCodeAt(at - 1))) at -= 1;
  return text.length - at;
}

/** A row of another length makes the parser an error each, of which nobody reads the stack; ten thousand took a second. */
function withoutStacks<Result>(work: () => Result): Result {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The first line that may be the header row. */
function headingOf(text: string): string {
  return /[^\s,;\uFEFF].*/.exec(text)?.[0] ?? '';
}

/** The number of the first line that is too long: the parser would make a cell of every delimiter first. */
function longLine(text: string): number | undefined {
  let begin = 0;
  let line = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at); // of megabytes, so no text is made of each
    if (code === LINE_FEED || code === CARRIAGE_RETURN) {
      if (code === LINE_FEED || text.charCodeAt(at + 1) !== LINE_FEED) line += 1;
      begin = at + 1;
    } else if (at - begin >= MAX_LINE_LENGTH) return line;
  }
  return undefined;
}

function lineEndsIn(text: string): number {
  return text.split('\n').length - 1;
}

/** @param line where it is known */
function tooLong(line?: number): Problem {
  const [en, vi] = line === undefined ? ['a line', 'một dòng'] : [`line ${line}`, `dòng ${line}`];
  return noList(
    `${en} has more than ${MAX_LINE_LENGTH} characters`,
    `${vi} dài quá ${MAX_LINE_LENGTH} ký tự`,
  );
}

function tooManyLines(): Problem {
  return noList(`it has more than ${MAX_LINES} lines`, `tệp có quá ${MAX_LINES} dòng`);
}

/** The first line with a text after another. */
function lineAfter(text: string, line: number): number {
  const lines = text.split('\n');
  const next = lines.findIndex((each, at) => at >= line && each.trim() !== '');
  return (next < 0 ? line : next) + 1;
}

function notClosed(line: number): Problem {
  return noList(
    `the quotation mark that opens in line ${line} is not closed`,
    `dấu ngoặc kép mở ở dòng ${line} không được đóng`,
  );
}

/** A value under no name becomes a field that no order has, so that it is told like any other fault. */
function orderOf(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const order: Record<string, unknown> = {};
  cells.forEach((cell, at) => {
    const name = names[at] || `column ${at + 1}`;
    const text = (LEFT_AS_IT_IS.exec(cell)?.[1] ?? cell).trim();
    if (text !== '') order[name] = valueOf(name, text);
  });
  return order;
}

function valueOf(name: string, cell: string): unknown {
  if (name === 'msisdn' && WITHOUT_ZERO.test(cell)) return `0${cell}`;
  return name === 'allowDuplicate' ? (YES_OR_NO[cell.toLowerCase()] ?? cell) : cell;
}

function noList(en: string, vi: string): Problem {
  return new Problem('malformed_request', {
    en: `The CSV cannot be read: ${en}. The first line names the columns: externalId,msisdn,package. Nothing was sold.`,
    vi: `Không đọc được CSV: ${vi}. Dòng đầu là tên cột: externalId,msisdn,package. Chưa có giao dịch nào được thực hiện.`,
  });
}
