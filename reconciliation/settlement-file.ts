import { createHash } from 'node:crypto';
import { localDay } from '../domain/local-time';
import { withoutNumbers } from '../domain/telephone-numbers';
import type { SettlementColumn, SettlementLine } from '../domain/reconciliation/settlement';
import { BadLines, type BadLine, type BadLineReason } from './bad-lines';
import { lettersOf } from './cell-names';
import { ControlTotals, isSum, isTotalsLine } from './control-totals';
import { csvFields, type Delimiter } from './csv-fields';
import { layoutValues } from './layout-values';
import { LineFault, settlementLine, type ThousandsRule } from './settlement-fields';
import { HeaderSearch, type Header, type RawLine } from './settlement-header';
import { OWN_LAYOUT, type SettlementLayout } from './settlement-layout';
import type { TimeSpan } from './settlement-times';
import { MAX_LINE_CHARACTERS, SettlementFileFault, type SettlementEncoding } from './settlement-text';
import { NO_NUMBERS, type SheetRow } from './shown-numbers';
import { unusable } from './unusable-workbook';
import { rawLines } from './workbook-or-text';

/** Beyond it no file is read: so many lines, and their purchases, are held in about 400 MB. */
export const MAX_SETTLEMENT_LINES = 500_000;

export interface SettlementFileOptions {
  /** For a file without a byte order mark; UTF-8 unless given. */
  encoding?: SettlementEncoding;
  /** Refused unless accepted: `90.000` could be ninety thousand or ninety. */
  thousands?: ThousandsRule;
  /** Our own format unless given. */
  layout?: SettlementLayout;
  /** When the file's transactions can have been done; any time unless given. */
  times?: TimeSpan;
  /** `MAX_SETTLEMENT_LINES` unless given. */
  maxLines?: number;
}

/** What a file turned out to be, for the statement. */
export interface SettlementFileSummary {
  format: 'csv' | 'xlsx';
  /** Of a workbook the sheet that was read, without subscribers' numbers. */
  sheet?: string;
  encoding: SettlementEncoding;
  delimiter: Delimiter;
  goodLines: number;
  /** The first of them. */
  badLines: readonly BadLine[];
  /** All of them. */
  badLineCount: number;
  /** The most frequent reasons. */
  badLineReasons: readonly BadLineReason[];
  /** Columns that the format does not know; they are not read. */
  ignoredColumns: readonly string[];
  /** Of the file's bytes, in hexadecimal: which file this was. */
  sha256: string;
}

/** One settlement file, read as it streams (a workbook as a whole); its summary is there when all lines were taken. */
export class SettlementFile {
  private format: 'csv' | 'xlsx' = 'csv';
  private encoding: SettlementEncoding = 'utf-8';
  private sheet: string | undefined;
  private header: Header | undefined;
  private goodLines = 0;
  private readonly bad = new BadLines();
  private readonly totals = new ControlTotals();
  private readonly layout: SettlementLayout;
  private readonly valuesOf: ReturnType<typeof layoutValues>;
  private readonly digest = createHash('sha256');
  private sha256: string | undefined;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly options: SettlementFileOptions = {},
  ) {
    this.layout = options.layout ?? OWN_LAYOUT;
    this.valuesOf = layoutValues(this.layout);
  }

  /**
   * The good lines in the file's order; to be read once.
   * @throws SettlementFileFault when the header or the encoding is wrong, or there are too many lines
   */
  async *lines(): AsyncGenerator<SettlementLine> {
    const search = new HeaderSearch(this.layout);
    let number = 0;
    for await (const batch of this.batches()) {
      for (const raw of batch) {
        number += 1;
        const good = this.header ? this.read(raw, number, this.header) : this.begin(search.take(raw, number));
        if (good) yield good;
      }
    }
    if (!this.header) throw search.fault();
    this.sha256 = this.digest.digest('hex');
  }

  /** @throws Error before `lines` was read to its end */
  summary(): SettlementFileSummary {
    if (!this.header || this.sha256 === undefined)
      throw new Error('the settlement file was not read to its end');
    const { format, sheet, encoding, goodLines, bad, sha256 } = this;
    const { delimiter, ignored } = this.header;
    return {
      format,
      ...(sheet === undefined ? {} : { sheet: withoutNumbers(sheet) }),
      encoding,
      delimiter,
      goodLines,
      badLines: bad.listed(),
      badLineCount: bad.count,
      badLineReasons: bad.byReason(),
      ignoredColumns: ignored,
      sha256,
    };
  }

  /** The bad lines, also those that the summary does not list. */
  allBadLines(): Iterable<BadLine> {
    return this.bad.all();
  }

  private async *hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.bytes) {
      this.digest.update(chunk);
      yield chunk;
    }
  }

  private batches(): AsyncIterable<readonly RawLine[]> {
    const { layout, options } = this;
    return rawLines(this.hashed(), {
      encoding: layout.encoding ?? options.encoding,
      sheet: layout.sheet,
      totals: layout.totals,
      offset: layout.time.offset,
      onWorkbook: (sheet) => {
        this.format = 'xlsx';
        this.sheet = sheet;
      },
      onEncoding: (encoding) => (this.encoding = encoding),
    });
  }

  private begin(header: Header | undefined): undefined {
    this.header = header;
  }

  private read(raw: RawLine, line: number, header: Header): SettlementLine | undefined {
    try {
      const fields = fieldsOf(raw, header);
      if (!fields) return undefined;
      const numbers = typeof raw === 'string' ? NO_NUMBERS : raw.numbers;
      if (isTotalsLine(fields, header, this.layout.totals)) {
        this.requireShown(numbers, line, header, isSum);
        if (this.bad.count > 0)
          // an unusable line is missing in our sums
          throw new LineFault('control total: not compared, since lines before it cannot be used');
        this.totals.check(fields, header, numbers);
        return undefined;
      }
      if (fields.length !== header.width) {
        throw new LineFault(`it has ${fields.length} fields, the header has ${header.width}`);
      }
      this.requireShown(numbers, line, header);
      requireWhole(numbers, header);
      const good = settlementLine(this.valuesOf(fields, header), this.options.thousands ?? 'refuse');
      this.requireTime(good);
      this.countGood();
      this.totals.add(good);
      return good;
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.bad.add(line, error.message);
      return undefined;
    }
  }

  /**
   * Of a number that is read, a spreadsheet must show what is compared: all of its digits, and a per cent only where the layout
   * has the rate as a fraction.
   * @throws SettlementFileFault
   */
  private requireShown(
    numbers: SheetRow['numbers'],
    line: number,
    { positions }: Header,
    isRead: (column: SettlementColumn) => boolean = () => true,
  ): void {
    if (numbers.size === 0) return;
    const { layout, sheet } = this;
    for (const [column, places] of positions) {
      const mayBePercent = column === 'discount_rate_bp' && layout.rate === 'fraction';
      const other = places.find((at) => {
        const number = numbers.get(at);
        return number && (number.isRounded || (number.isPercent && !mayBePercent));
      });
      if (other === undefined || !isRead(column)) continue;
      throw unusable(
        `in its sheet "${sheet}", the cell ${lettersOf(other + 1)}${line} has a number format that shows something else than its value`,
      );
    }
  }

  private requireTime({ at }: SettlementLine): void {
    const { times } = this.options;
    if (!times || (times.from <= at && at < times.until)) return;
    const [from, last] = [times.from, times.until - 1].map((moment) => localDay(new Date(moment)));
    throw new LineFault(`time: is not one of this file, which can have ${from} to ${last}`);
  }

  private countGood(): void {
    const { maxLines = MAX_SETTLEMENT_LINES } = this.options;
    this.goodLines += 1;
    if (this.goodLines <= maxLines) return;
    throw new SettlementFileFault(
      `The settlement file has more than ${maxLines} lines, which is more than any day has: it was not compared.`,
    );
  }
}

/** A cell with a fraction is no amount, whatever separators its text seems to have. */
function requireWhole(numbers: SheetRow['numbers'], { positions }: Header): void {
  if (numbers.size === 0) return;
  for (const [column, places] of positions)
    if (isSum(column) && places.some((at) => numbers.has(at)))
      throw new LineFault(`${column}: must be a whole number of đồng, 0 or more`);
}

/** @returns nothing for an empty line */
function fieldsOf(raw: RawLine, { delimiter, width }: Header): readonly string[] | undefined {
  if (typeof raw !== 'string')
    return raw.cells.every((cell) => cell === '') ? undefined : padded(raw.cells, width);
  if (raw.trim() === '') return undefined;
  if (raw.length > MAX_LINE_CHARACTERS) {
    throw new LineFault(`it is longer than ${MAX_LINE_CHARACTERS} characters`);
  }
  const fields = csvFields(raw, delimiter);
  if (!fields) throw new LineFault('a quote is misplaced or not closed on its line');
  return fields;
}

/** A workbook leaves out the empty cells at the end of a row. */
function padded(cells: readonly string[], width: number): readonly string[] {
  return cells.length >= width
    ? cells
    : [...cells, ...Array.from({ length: width - cells.length }, () => '')];
}
