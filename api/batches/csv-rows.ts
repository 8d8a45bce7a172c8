import { MAX_BATCH_ROWS } from '../../domain/batch/batch';
import { unreadableCsv } from './unreadable-csv';

/** Characters of a line, and of a row whose cells have several; the longest order has some 150. */
export const MAX_LINE_LENGTH = 2_000;
/** Lines that are looked at: for each order five, since lines may be blank and cells may have several. */
const MAX_LINES = 5 * MAX_BATCH_ROWS;
const [LINE_FEED, CARRIAGE_RETURN, QUOTE, END] = [10, 13, 34, -1];
/** White space within a line. */
const BLANKS = codesOf(' \t\v\f\u00a0\uFEFF');
/** A text that a spreadsheet was told to leave as it is: ="0901234567". */
const LEFT_AS_IT_IS = /^="(.*)"$/s;

/** A row, of which only so many cells are kept as were asked for. */
export interface CsvRow {
  cells: string[];
  /** The place of the first value behind those. */
  beyond: number | undefined;
  /** The line in which it begins. */
  line: number;
}

/**
 * Reads CSV (RFC 4180) row by row. A cell that is not asked for costs no more than its characters: a line of two thousand
 * has room for as many.
 */
export class CsvRows {
  private at = 0;
  private rowFrom = 0;
  private line = 1;
  private readonly end: number;
  private readonly delimiter: number;

  constructor(
    private readonly text: string,
    delimiter: string,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
    this.end = this.endOfValues();
  }

  /**
   * The next row, which may be without any value; undefined after the last value.
   * @param columns how many of its cells are kept
   * @throws Problem
   */
  next(columns: number): CsvRow | undefined {
    if (this.at >= this.end) return undefined;
    if (this.line > MAX_LINES) throw tooManyLines();
    this.rowFrom = this.at;
    const row: CsvRow = { cells: [], beyond: undefined, line: this.line };
    for (let place = 0; ; place += 1) {
      const isKept = place < columns;
      const value = this.cell(isKept || row.beyond === undefined);
      if (isKept) row.cells.push(value);
      else if (value !== '') row.beyond ??= place;
      if (this.code(this.at) !== this.delimiter) break;
      this.at += 1;
    }
    this.at = this.afterLineEnd(this.at);
    return row;
  }

  /** A quotation mark may end a value. */
  private endOfValues(): number {
    const isValueless = (code: number) => code === this.delimiter || BLANKS.has(code) || isLineEnd(code);
    let end = this.text.length;
    while (end > 0 && isValueless(this.text.charCodeAt(end - 1))) end -= 1;
    return end;
  }

  private code(at: number): number {
    return at < this.end ? this.text.charCodeAt(at) : END;
  }

  /** Leaves the place behind the cell, at a delimiter or the end of the line. */
  private cell(isWanted: boolean): string {
    const from = this.afterBlanks(this.at);
    if (this.code(from) === QUOTE) return textOf(this.quoted(from));
    let to = from;
    for (let code = this.code(to); code !== this.delimiter && !isLineEnd(code); code = this.code(to)) to += 1;
    this.at = to;
    return isWanted ? textOf(this.text.slice(from, to)) : '';
  }

  private quoted(from: number): string {
    const { line } = this;
    const to = this.closing(from, line);
    for (let at = from; at < to;) at = isLineEnd(this.code(at)) ? this.afterLineEnd(at) : at + 1;
    this.at = this.afterBlanks(to + 1);
    const code = this.code(this.at);
    if (code !== this.delimiter && !isLineEnd(code)) throw misplaced(line);
    return this.text.slice(from + 1, to).replaceAll('""', '"');
  }

  /** Where the quotation mark is that closes a cell; two of them are one of its text. */
  private closing(from: number, line: number): number {
    for (let at = from + 1; ; at += 2) {
      at = this.text.indexOf('"', at);
      if (at < 0) throw notClosed(line);
      if (at - this.rowFrom > MAX_LINE_LENGTH) throw rowTooLong(line);
      if (this.code(at + 1) !== QUOTE) return at;
    }
  }

  private afterBlanks(at: number): number {
    let after = at;
    for (let code = this.code(after); code !== this.delimiter && BLANKS.has(code); code = this.code(after))
      after += 1;
    return after;
  }

  /** A file put together by two programs has line ends of all kinds. */
  private afterLineEnd(at: number): number {
    if (at >= this.end) return at;
    this.line += 1;
    return this.code(at) === CARRIAGE_RETURN && this.code(at + 1) === LINE_FEED ? at + 2 : at + 1;
  }
}

/** The number of the first line that is too long. */
export function longLine(text: string): number | undefined {
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

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN || code === END;
}

function textOf(cell: string): string {
  const text = cell.trim();
  return LEFT_AS_IT_IS.exec(text)?.[1]?.trim() ?? text;
}

function codesOf(text: string): ReadonlySet<number> {
  return new Set(Array.from(text, (one) => one.charCodeAt(0)));
}

function tooManyLines(): Error {
  return unreadableCsv(`it has more than ${MAX_LINES} lines`, `tệp có quá ${MAX_LINES} dòng`);
}

function rowTooLong(line: number): Error {
  return unreadableCsv(
    `the quotation mark that opens in line ${line} is not closed within ${MAX_LINE_LENGTH} characters`,
    `dấu ngoặc kép mở ở dòng ${line} không được đóng trong ${MAX_LINE_LENGTH} ký tự`,
  );
}

function notClosed(line: number): Error {
  return unreadableCsv(
    `the quotation mark that opens in line ${line} is not closed`,
    `dấu ngoặc kép mở ở dòng ${line} không được đóng`,
  );
}

function misplaced(line: number): Error {
  return unreadableCsv(
    `a quotation mark in line ${line} is in the wrong place`,
    `dấu ngoặc kép ở dòng ${line} không hợp lệ`,
  );
}
