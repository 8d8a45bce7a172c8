import { readSheet } from 'read-excel-file/node';
import { beginsAsTotals } from './control-totals';
import { lettersOf } from './cell-names';
import { withPlaces, type PlacedSheet } from './sheet-places';
import { SettlementFileFault } from './settlement-text';
import { tooLarge, unusable } from './unusable-workbook';
import { WorkbookParts, type Sheet } from './workbook-parts';

/** A workbook is read as a whole; beyond these sizes, packed and unpacked, it would fill the memory. */
const MAX_PACKED_BYTES = 20_000_000;
const MAX_UNPACKED_BYTES = 150_000_000;
/** As many as a cell of Excel can have. */
const MAX_CELL_CHARACTERS = 32_767;
/** Of all cells together: many may name one shared text. */
const MAX_CHARACTERS = 150_000_000;
const ZIP_MARK = Buffer.from('PK\u0003\u0004', 'latin1');

export const WORKBOOK_MARK_BYTES = ZIP_MARK.length;

/** Whether a file that begins so is an Excel workbook (.xlsx). */
export function isWorkbook(start: Uint8Array): boolean {
  return ZIP_MARK.equals(start.subarray(0, ZIP_MARK.length));
}

/** How a workbook is to be read. */
export interface WorkbookReading {
  /** The name of its sheet; the first that is not hidden unless given. */
  sheet: string | undefined;
  /** Of the moments, which a workbook does not say. */
  offset: string;
  /** How a line of totals begins: only there may a cell be calculated, since the lines themselves prove what it says. */
  totals: readonly string[];
}

/**
 * The rows of a sheet as text: numbers without separators, moments as ISO 8601.
 * @throws SettlementFileFault when it is too large, is no workbook, has no such sheet, or has a cell that cannot be read, is
 *   calculated, or is not shown
 */
export async function workbookRows(
  bytes: AsyncIterable<Uint8Array>,
  { sheet, offset, totals }: WorkbookReading,
): Promise<string[][]> {
  const packed: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_PACKED_BYTES) throw tooLarge(MAX_PACKED_BYTES);
    packed.push(chunk);
  }
  const parts = unpacked(Buffer.concat(packed));
  const placed = withPlaces(parts.sheet(sheet));
  const rows = await cellsOf(parts.repacked(placed), placed);
  const texts = textsOf(rows, offset, placed.name);
  refuseCalculated(texts, placed, totals);
  return texts;
}

/** What a formula comes to is stored beside it, by whatever program wrote the file, and need not be what a spreadsheet shows. */
function refuseCalculated(
  rows: readonly (readonly string[])[],
  { name, formulas }: PlacedSheet,
  totals: readonly string[],
): void {
  for (const { row, column, isOfOneCell } of formulas) {
    const cells = rows[row - 1] ?? [];
    const isTotal = beginsAsTotals(cells, totals) && !cells.some((cell) => cell.startsWith('pur_'));
    if (!(isTotal && isOfOneCell))
      throw unusable(
        `${inCell(name, row, column)} it is calculated by a formula; paste the values in place of the formulas`,
      );
  }
}

function textsOf(rows: readonly (readonly unknown[])[], offset: string, sheet: string): string[][] {
  let characters = 0;
  return rows.map((row, at) =>
    row.map((cell, column) => {
      const place = () => inCell(sheet, at + 1, column + 1);
      const text = textOf(cell, offset, place);
      if (text.length > MAX_CELL_CHARACTERS)
        throw unusable(`${place()} it has more than ${MAX_CELL_CHARACTERS} characters`);
      characters += text.length;
      if (characters > MAX_CHARACTERS)
        throw unusable(
          `in its sheet "${sheet}", row ${at + 1}: up to it the cells have more than ${MAX_CHARACTERS} characters`,
        );
      return text;
    }),
  );
}

function unpacked(file: Uint8Array): WorkbookParts {
  try {
    return WorkbookParts.unpack(file, MAX_UNPACKED_BYTES);
  } catch (fault) {
    if (fault instanceof SettlementFileFault) throw fault;
    throw unusable('its archive is damaged or cut short', fault);
  }
}

async function cellsOf(
  file: Uint8Array,
  { name, position }: Sheet,
): Promise<readonly (readonly unknown[])[]> {
  try {
    return await readSheet(Buffer.from(file), position);
  } catch (fault) {
    throw unusable(whyUnreadable(fault, name), fault);
  }
}

/** What `read-excel-file` calls a cell that it cannot read. */
const CELL_FAULT =
  /^<c\/> at row (\d+), col (\d+): (VALUE_INVALID|VALUE_MISSING|FORMAT_INVALID|TYPE_INVALID)$/;
const CELL_FAULTS: Readonly<Record<string, string>> = {
  VALUE_INVALID: 'its value does not fit its type',
  VALUE_MISSING: 'it has no value, which its type needs',
  FORMAT_INVALID: 'its style is none of the workbook',
  TYPE_INVALID: 'its type is none that a cell can have',
};

/** The library's other words, some of which are JavaScript's, say nothing to whoever has the file. */
function whyUnreadable(fault: unknown, name: string): string {
  const [, row, column, code = ''] = CELL_FAULT.exec(fault instanceof Error ? fault.message : '') ?? [];
  const why = CELL_FAULTS[code];
  if (why === undefined) return `its sheet "${name}" or what belongs to it is not as a workbook has it`;
  return `${inCell(name, Number(row), Number(column))} ${why}`;
}

function inCell(sheet: string, row: number, column: number): string {
  return `in its sheet "${sheet}", row ${row}, the cell ${lettersOf(column)}${row} cannot be read:`;
}

function textOf(cell: unknown, offset: string, place: () => string): string {
  if (cell instanceof Date) {
    const second = Math.round(cell.getTime() / 1000) * 1000; // a workbook counts in fractions of days
    if (!isMoment(second)) throw unusable(`${place()} its moment is in no calendar`);
    return new Date(second).toISOString().replace('.000Z', offset);
  }
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean'
    ? String(cell).trim()
    : ''; // an empty cell
}

function isMoment(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}
