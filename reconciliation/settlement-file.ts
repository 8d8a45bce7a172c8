import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import {
  SETTLEMENT_COLUMN_NAMES,
  type SettlementColumn,
  type SettlementLine,
} from '../domain/reconciliation/settlement';
import { LineFault, settlementLine, type ThousandsRule } from './settlement-fields';
import { decodedText, SettlementFileFault, textLines, type SettlementEncoding } from './settlement-text';

export interface SettlementFileOptions {
  /** For a file without a byte order mark; UTF-8 unless given. */
  encoding?: SettlementEncoding;
  /** Refused unless accepted: `90.000` could be ninety thousand or ninety. */
  thousands?: ThousandsRule;
}

/** A line that cannot be used, kept apart; its text is not told, since it may hold a subscriber's number. */
export interface BadLine {
  /** As an editor counts: the header is line 1. */
  line: number;
  reason: string;
}

/** What a file turned out to be, for the statement. */
export interface SettlementFileSummary {
  encoding: SettlementEncoding;
  delimiter: ',' | ';';
  goodLines: number;
  badLines: readonly BadLine[];
  /** Columns that the format does not know; they are not read. */
  ignoredColumns: readonly string[];
  /** Of the file's bytes, in hexadecimal: which file this was. */
  sha256: string;
}

interface Header {
  delimiter: ',' | ';';
  positions: ReadonlyMap<SettlementColumn, number>;
  width: number;
  ignored: readonly string[];
}

interface ParsedRecord {
  record: string[];
  info: { lines: number };
}

/** One settlement file, read as it streams; its summary is there when all lines were taken. */
export class SettlementFile {
  private encoding: SettlementEncoding = 'utf-8';
  private header: Header | undefined;
  private goodLines = 0;
  private readonly bad: BadLine[] = [];
  private readonly digest = createHash('sha256');
  private sha256: string | undefined;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly options: SettlementFileOptions = {},
  ) {}

  /**
   * The good lines in the file's order; to be read once.
   * @throws SettlementFileFault when the header or the encoding is wrong
   */
  async *lines(): AsyncGenerator<SettlementLine> {
    const text = decodedText(this.hashed(), this.options.encoding, (encoding) => (this.encoding = encoding));
    const lines = textLines(text);
    const first = await lines.next();
    const header = readHeader(first.done ? '' : first.value);
    this.header = header;
    for await (const { record, info } of this.records(lines, header)) {
      const line = this.read(record, info.lines + 1, header); // the parser never saw the header
      if (line) yield line;
    }
    this.bad.sort((a, b) => a.line - b.line);
    this.sha256 = this.digest.digest('hex');
  }

  /** @throws Error before `lines` was read to its end */
  summary(): SettlementFileSummary {
    if (!this.header || this.sha256 === undefined)
      throw new Error('the settlement file was not read to its end');
    const { encoding, goodLines, bad, sha256 } = this;
    const { delimiter, ignored } = this.header;
    return { encoding, delimiter, goodLines, badLines: bad, ignoredColumns: ignored, sha256 };
  }

  private async *hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.bytes) {
      this.digest.update(chunk);
      yield chunk;
    }
  }

  private records(lines: AsyncIterable<string>, header: Header): AsyncIterable<ParsedRecord> {
    const parser = parse({
      delimiter: header.delimiter,
      record_delimiter: '\n',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    const source = Readable.from(this.wellQuoted(lines, header.delimiter));
    source.once('error', (error) => parser.destroy(error));
    return source.pipe(parser) as AsyncIterable<ParsedRecord>; // with `info` a record is this
  }

  /**
   * No field holds a line break, so that a misplaced quote spoils its own line only, where the parser would take in
   * all that follows. An empty line goes on in its place: the parser counts lines.
   */
  private async *wellQuoted(lines: AsyncIterable<string>, delimiter: string): AsyncGenerator<string> {
    const quotedField = new RegExp(`(^|${delimiter})[ \\t]*"(?:[^"]|"")*"[ \\t]*(?=${delimiter}|$)`, 'g');
    let line = 1;
    for await (const text of lines) {
      line += 1;
      const misplaced = text.includes('"') && text.replaceAll(quotedField, '$1').includes('"');
      if (misplaced) this.bad.push({ line, reason: 'a quote is misplaced or not closed on its line' });
      yield misplaced ? '\n' : `${text}\n`;
    }
  }

  private read(record: readonly string[], line: number, header: Header): SettlementLine | undefined {
    try {
      if (record.length !== header.width) {
        throw new LineFault(`it has ${record.length} fields, the header has ${header.width}`);
      }
      const field = (column: SettlementColumn) => record[header.positions.get(column) ?? -1] ?? '';
      const good = settlementLine(field, this.options.thousands ?? 'refuse');
      this.goodLines += 1;
      return good;
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.bad.push({ line, reason: error.message });
      return undefined;
    }
  }
}

function readHeader(text: string): Header {
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
