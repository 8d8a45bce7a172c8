import { SETTLEMENT_COLUMN_NAMES, type SettlementColumn } from '../domain/reconciliation/settlement';
import { withoutUnseen } from '../domain/harmless-text';
import { withoutNumbers } from '../domain/telephone-numbers';
import { csvFields, DELIMITERS, type Delimiter } from './csv-fields';
import type { SettlementLayout } from './settlement-layout';
import type { SheetRow } from './shown-numbers';
import { MAX_LINE_CHARACTERS, SettlementFileFault } from './settlement-text';

/** A line as it was read: text of a CSV file, or a row of a workbook. */
export type RawLine = string | SheetRow;

/** As much is told of headings that are not known. */
const MAX_TOLD = 20;
const MAX_TOLD_CHARACTERS = 60;

/** Where the columns are. */
export interface Header {
  delimiter: Delimiter;
  positions: ReadonlyMap<SettlementColumn, readonly number[]>;
  width: number;
  /** Without subscribers' numbers: a file without a header may have anything there. */
  ignored: readonly string[];
}

/** Looks for the header in the first lines of a file. */
export class HeaderSearch {
  private readonly seen: { cells: readonly string[]; missing: readonly SettlementColumn[] }[] = [];
  private delimiter: Delimiter | undefined;

  constructor(private readonly layout: SettlementLayout) {
    this.delimiter = layout.delimiter;
  }

  /**
   * @returns nothing while the header may still come
   * @throws SettlementFileFault when this line is the header and cannot be used, or none of the first lines is
   */
  take(raw: RawLine, line: number): Header | undefined {
    if (typeof raw === 'string') {
      const separator = /^"?sep=(.)"?$/i.exec(raw.trim())?.[1]; // by which a spreadsheet says how the file is read
      const named = DELIMITERS.find((one) => one === separator);
      if (line === 1 && named) {
        this.delimiter = named;
        return undefined;
      }
      if (raw.length > MAX_LINE_CHARACTERS) {
        throw headerFault(`is longer than ${MAX_LINE_CHARACTERS} characters`);
      }
    }
    const delimiter = this.delimiter ?? (typeof raw === 'string' ? likeliest(raw) : ',');
    const cells = typeof raw === 'string' ? (csvFields(raw, delimiter) ?? []) : raw.cells;
    if (cells.every((cell) => cell.trim() === '')) return undefined;
    const header = this.headerOf(cells, delimiter);
    if ('width' in header) return header;
    this.seen.push({ cells, missing: header.missing });
    if (this.seen.length >= this.layout.headerWithin) throw this.fault();
    return undefined;
  }

  /** No line was the header. */
  fault(): SettlementFileFault {
    const best = this.seen.toSorted((one, other) => one.missing.length - other.missing.length)[0];
    if (!best) return new SettlementFileFault('The settlement file is empty.');
    return headerFault(`lacks ${listed(best.missing)}${this.unknownIn(best.cells)}`);
  }

  /** A line without any column that is known may be of another file, and is not told to whoever reads the fault. */
  private unknownIn(cells: readonly string[]): string {
    const unknown = cells.filter((cell) => !this.columnOf(cell));
    if (unknown.length === 0) return '';
    if (unknown.length === cells.length) return ` (of its ${cells.length} headings the format knows none)`;
    const told = unknown.slice(0, MAX_TOLD).map((cell) => cell.slice(0, MAX_TOLD_CHARACTERS));
    const more = unknown.length > told.length ? ` and ${unknown.length - told.length} more` : '';
    return ` (it has ${listed(told)}${more}, which the format does not know)`;
  }

  private headerOf(
    cells: readonly string[],
    delimiter: Delimiter,
  ): Header | { missing: readonly SettlementColumn[] } {
    const plain = cells.map(normalised);
    const positions = new Map<SettlementColumn, readonly number[]>();
    const missing: SettlementColumn[] = [];
    const repeated: string[] = [];
    for (const name of SETTLEMENT_COLUMN_NAMES) {
      const wanted = this.layout.columns[name];
      if (!wanted) continue;
      const parts = Array.isArray(wanted) ? [wanted] : wanted.join.map((one) => [one]);
      const places = parts.map((names) => placesOf(names, plain));
      if (places.some(([first]) => first === undefined)) missing.push(name);
      else
        positions.set(
          name,
          places.flatMap(([first = 0]) => first),
        );
      repeated.push(
        ...places
          .filter(([, second]) => second !== undefined)
          .flat()
          .map((at) => cells[at] ?? ''),
      );
    }
    if (missing.length > 0) return { missing };
    if (repeated.length > 0)
      throw headerFault(
        `names ${listed(repeated)} more than once: remove one, or let the layout name only the one that counts`,
      );
    const read = new Set([...positions.values()].flat());
    const ignored = cells.filter((_, at) => !read.has(at)).map(withoutNumbers);
    return { delimiter, positions, width: cells.length, ignored };
  }

  private columnOf(cell: string): SettlementColumn | undefined {
    const name = normalised(cell);
    return SETTLEMENT_COLUMN_NAMES.find((column) => {
      const wanted = this.layout.columns[column] ?? [];
      return (Array.isArray(wanted) ? wanted : wanted.join).some((alias) => normalised(alias) === name);
    });
  }
}

/** Where a column is, by any of its names. */
function placesOf(names: readonly string[], headings: readonly string[]): number[] {
  const wanted = new Set(names.map(normalised));
  return headings.flatMap((heading, at) => (wanted.has(heading) ? [at] : []));
}

/** As people compare names: case, accents’ encoding, blanks and what is not seen make no difference. */
function normalised(name: string): string {
  const seen = withoutUnseen(name.normalize('NFKC').replaceAll('"', '').replace(BREAKS, ' '));
  return seen.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Controls that break a line or move on in it, and the blank of Braille, which is drawn as one. */
const BREAKS = /[\t-\r\u0085\u2028\u2029\u2800]/g;

function likeliest(text: string): Delimiter {
  return DELIMITERS.reduce((best, one) => (text.split(one).length > text.split(best).length ? one : best));
}

function headerFault(what: string): SettlementFileFault {
  return new SettlementFileFault(
    `The header of the settlement file ${what}. docs/reconciliation.md describes the columns, and layouts for other files.`,
  );
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
