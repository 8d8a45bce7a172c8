import { CsvError, parse } from 'csv-parse/sync';
import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import { Problem } from '../http/problems';

/** The columns by their field of an order; the last may be left out. */
const REQUIRED = ['externalId', 'msisdn', 'package'] as const;
const COLUMNS: readonly string[] = [...REQUIRED, 'allowDuplicate'];
/** Spreadsheets of different countries write different ones. */
const DELIMITERS = [',', ';', '\t'] as const;
/** What people and spreadsheets write for yes and no. */
const YES_OR_NO: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
/** A number whose leading 0 a spreadsheet dropped. */
const WITHOUT_ZERO = /^[35789]\d{8}$/;

/** The header row, and one order too many, which the reader of the orders refuses: whatever follows is not looked at. */
const MAX_RECORDS = MAX_BATCH_ROWS + 2;
/** Characters of a line; the longest order has some 150. */
const MAX_LINE_LENGTH = 2_000;
const LINE_ENDS = new Set(['\n', '\r'].map((end) => end.charCodeAt(0)));

/** The rows of a CSV body as the JSON form has them, and the line of each. */
export interface CsvOrders {
  orders: unknown[];
  lines: number[];
}

/**
 * Reads a list of orders with a header row: `externalId`, `msisdn`, `package` and `allowDuplicate`, in any order.
 * @throws Problem `malformed_request` where it is no such list
 */
export function ordersFromCsv(text: string): CsvOrders {
  const [header, ...records] = recordsOf(text);
  if (!header) throw noList('it is empty', 'tệp rỗng');
  const names = header.record.map((name) => name.trim());
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw noList(`the header row lacks ${missing.join(', ')}`, `dòng tiêu đề thiếu ${missing.join(', ')}`);
  const isKnown = names.every((name, at) => COLUMNS.includes(name) && names.indexOf(name) === at);
  if (!isKnown)
    throw noList(
      `the header row may have only ${COLUMNS.join(', ')}, each once`,
      `dòng tiêu đề chỉ được có ${COLUMNS.join(', ')}, mỗi cột một lần`,
    );
  return {
    orders: records.map(({ record }) => orderOf(names, record)),
    lines: records.map(({ line }) => line),
  };
}

interface CsvRecord {
  record: string[];
  line: number;
}

function recordsOf(text: string): CsvRecord[] {
  if (hasLongLine(text)) throw tooLong();
  const [heading = ''] = text.split('\n', 1);
  const delimiter = DELIMITERS.find((each) => heading.includes(each)) ?? ',';
  try {
    const records: unknown = parse(text, {
      bom: true,
      delimiter,
      info: true,
      max_record_size: MAX_LINE_LENGTH, // a quoted field may have lines of its own
      relax_column_count: true,
      skip_empty_lines: true,
      to: MAX_RECORDS,
      trim: true,
    });
    return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => {
      return { record, line: info.lines }; // as `info` has it
    });
  } catch (fault) {
    if (fault instanceof CsvError && fault.code === 'CSV_MAX_RECORD_SIZE') throw tooLong();
    throw noList('a quotation mark is not closed or stands within a field', 'dấu ngoặc kép không hợp lệ');
  }
}

/** The parser would make a cell of every delimiter first. */
function hasLongLine(text: string): boolean {
  let begin = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (LINE_ENDS.has(text.charCodeAt(at))) begin = at + 1;
    else if (at - begin >= MAX_LINE_LENGTH) return true;
  }
  return false;
}

function tooLong(): Problem {
  return noList(
    `a line has more than ${MAX_LINE_LENGTH} characters`,
    `một dòng dài quá ${MAX_LINE_LENGTH} ký tự`,
  );
}

/** A cell too many becomes a field that no order has, so that it is told like any other fault. */
function orderOf(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const order: Record<string, unknown> = {};
  cells.forEach((cell, at) => {
    const name = names[at] ?? `column ${at + 1}`;
    if (cell !== '') order[name] = valueOf(name, cell);
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
