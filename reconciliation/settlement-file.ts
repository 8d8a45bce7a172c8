import { createHash } from 'node:crypto';
import {
  SETTLEMENT_COLUMN_NAMES,
  type SettlementColumn,
  type SettlementLine,
} from '../domain/reconciliation/settlement';
import { BadLines, type BadLine, type BadLineReason } from './bad-lines';
import { csvFields, type Delimiter } from './csv-fields';
import { LineFault, settlementLine, type ThousandsRule } from './settlement-fields';
import {
  decodedText,
  lineBatches,
  MAX_LINE_CHARACTERS,
  SettlementFileFault,
  type SettlementEncoding,
} from './settlement-text';

/** Beyond it no file is read: so many lines, and their purchases, are held in about 400 MB. */
export const MAX_SETTLEMENT_LINES = 500_000;

export interface SettlementFileOptions {
  /** For a file without a byte order mark; UTF-8 unless given. */
  encoding?: SettlementEncoding;
  /** Refused unless accepted: `90.000` could be ninety thousand or ninety. */
  thousands?: ThousandsRule;
  /** `MAX_SETTLEMENT_LINES` unless given. */
  maxLines?: number;
}

/** What a file turned out to be, for the statement. */
export interface SettlementFileSummary {
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

interface Header {
  delimiter: Delimiter;
  positions: ReadonlyMap<SettlementColumn, number>;
  width: number;
  ignored: readonly string[];
}

/** One settlement file, read as it streams; its summary is there when all lines were taken. */
export class SettlementFile {
  private encoding: SettlementEncoding = 'utf-8';
  private header: Header | undefined;
  private goodLines = 0;
  private readonly bad = new BadLines();
  private readonly digest = createHash('sha256');
  private sha256: string | undefined;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly options: SettlementFileOptions = {},
  ) {}

  /**
   * The good lines in the file's order; to be read once.
   * @throws SettlementFileFault when the header or the encoding is wrong, or there are too many lines
   */
  async *lines(): AsyncGenerator<SettlementLine> {
    const text = decodedText(this.hashed(), this.options.encoding, (encoding) => (this.encoding = encoding));
    let number = 0;
    for await (const batch of lineBatches(text)) {
      for (const line of batch) {
        number += 1;
        const good = this.header ? this.read(line, number, this.header) : this.begin(line);
        if (good) yield good;
      }
    }
    this.header ??= readHeader('');
    this.sha256 = this.digest.digest('hex');
  }

  /** @throws Error before `lines` was read to its end */
  summary(): SettlementFileSummary {
    if (!this.header || this.sha256 === undefined)
      throw new Error('the settlement file was not read to its end');
    const { encoding, goodLines, bad, sha256 } = this;
    const { delimiter, ignored } = this.header;
    return {
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

  private begin(line: string): undefined {
    this.header = readHeader(line);
  }

  private read(text: string, line: number, header: Header): SettlementLine | undefined {
    try {
      const fields = fieldsOf(text, header);
      if (!fields) return undefined;
      const field = (column: SettlementColumn) => fields[header.positions.get(column) ?? -1] ?? '';
      const good = settlementLine(field, this.options.thousands ?? 'refuse');
      this.countGood();
      return good;
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.bad.add(line, error.message);
      return undefined;
    }
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

/** @returns nothing for an empty line */
function fieldsOf(text: string, { delimiter, width }: Header): string[] | undefined {
  if (text.trim() === '') return undefined;
  if (text.length > MAX_LINE_CHARACTERS) {
    throw new LineFault(`it is longer than ${MAX_LINE_CHARACTERS} characters`);
  }
  const fields = csvFields(text, delimiter);
  if (!fields) throw new LineFault('a quote is misplaced or not closed on its line');
  if (fields.length !== width) {
    throw new LineFault(`it has ${fields.length} fields, the header has ${width}`);
  }
  return fields;
}

function readHeader(text: string): Header {
  if (text.length > MAX_LINE_CHARACTERS)
    throw headerFault(`is longer than ${MAX_LINE_CHARACTERS} characters`);
  const delimiter = text.split(';').length > text.split(',').length ? ';' : ',';
  const names = text.split(delimiter).map((cell) => cell.trim().replaceAll('"', '').trim().toLowerCase());
  const repeated = names.filter((name, at) => name !== '' && names.indexOf(name) !== at);
  if (repeated.length > 0) throw headerFault(`names ${listed(repeated)} more than once`);
  const missing = SETTLEMENT_COLUMN_NAMES.filter((column) => !names.includes(column));
  const ignored = names.filter((name) => !SETTLEMENT_COLUMN_NAMES.some((column) => column === name));
  if (missing.length > 0) {
    const unknown = ignored.length > 0 ? ` (it has ${listed(ignored)}, which the format does not know)` : '';
    throw headerFault(`lacks ${listed(missing)}${unknown}`);
  }
  const positions = new Map(SETTLEMENT_COLUMN_NAMES.map((column) => [column, names.indexOf(column)]));
  return { delimiter, positions, width: names.length, ignored };
}

function headerFault(what: string): SettlementFileFault {
  return new SettlementFileFault(
    `The header of the settlement file ${what}. docs/reconciliation.md describes the columns.`,
  );
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
