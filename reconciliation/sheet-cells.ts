import { CellFault, cellText, type Workbook } from './cell-values';
import { lettersOf, placeOf, wholeNumber } from './cell-names';
import { beginsAsTotals } from './control-totals';
import { mergedCells } from './merged-cells';
import type { SettlementFileFault } from './settlement-text';
import { SheetView } from './sheet-view';
import { TEXT } from './shared-texts';
import { PLAIN } from './number-formats';
import { NO_NUMBERS, shownNumber, type SheetRow, type ShownNumber } from './shown-numbers';
import { unusable } from './unusable-workbook';
import { MAIN, places, readPart, type Part, type PartReader } from './workbook-elements';
import type { Tag } from './xml-tags';

/** As many as a sheet of Excel can have. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const MAX_CELL_CHARACTERS = 32_767;
/** Of all cells together: many may name one shared text. */
const MAX_CHARACTERS = 150_000_000;
/** As many as half a million lines of fifty columns; all of them, empty ones too, are held in memory. */
const MAX_CELLS = 25_000_000;
/** In characters, and in points: what is smaller shows nothing that could be read. */
const LEAST_WIDTH = 1;
const LEAST_HEIGHT = 4;
/** Cells of these show a text; those of all others a number, a moment or a truth value. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['s', 'str', 'inlineStr', 'e']);
const SHOW_THEM = 'show what is hidden, or remove it: nobody who looks at the sheet sees what it adds';

const WORKSHEET: Part = {
  root: 'worksheet',
  namespaces: MAIN,
  hasOthers: true,
  inside: places({
    sheetViews: {
      at: 0,
      inside: places({
        sheetView: {
          at: 0,
          isRepeated: true,
          inside: places({ pane: { at: 0 } }),
          unread: new Set(['selection', 'pivotSelection', 'extLst']),
        },
      }),
      unread: new Set(['extLst']),
    },
    sheetFormatPr: { at: 1 },
    cols: { at: 2, isRepeated: true, inside: places({ col: { at: 0, isRepeated: true } }) },
    sheetData: {
      at: 3,
      inside: places({
        row: {
          at: 0,
          isRepeated: true,
          inside: places({
            c: {
              at: 0,
              isRepeated: true,
              inside: places({ f: { at: 0 }, v: { at: 1 }, is: { at: 1, ...TEXT } }),
            },
          }),
        },
      }),
    },
    mergeCells: { at: 4, inside: places({ mergeCell: { at: 0, isRepeated: true } }) },
  }),
  unread: new Set(
    (
      'sheetPr dimension sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState ' +
      'dataConsolidate customSheetViews phoneticPr conditionalFormatting dataValidations hyperlinks printOptions ' +
      'pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags ' +
      'drawing drawingHF legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems tableParts extLst'
    ).split(' '),
  ),
};

export interface SheetReading {
  /** For a fault. */
  name: string;
  book: Workbook;
  /** Of the moments, which a workbook does not say. */
  offset: string;
  /** How a line of totals begins: only there may a cell be calculated, since the lines themselves prove what it says. */
  totals: readonly string[];
}

/**
 * The rows of a sheet. To say its place is optional for a row and a cell (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73): one
 * that does not comes right after the one before it.
 * @throws SettlementFileFault, with the sheet and the place, for a value that cannot be read, is calculated, or is not shown
 */
export function sheetRows(xml: string, reading: SheetReading): SheetRow[] {
  const cells = new SheetCells(reading);
  readPart(xml, WORKSHEET, cells);
  return cells.finished();
}

/** A cell that is being read. */
interface OpenCell {
  column: number;
  type: string;
  style: string | undefined;
  /** The element that its content is in, and its text. */
  content: 'v' | 'is' | undefined;
  value: string;
  hasFormula: boolean;
}

class SheetCells implements PartReader {
  private readonly rows: { cells: string[]; numbers: SheetRow['numbers'] }[] = [];
  private readonly merged: string[] = [];
  private readonly hiddenColumns = new Uint8Array(MAX_COLUMNS + 1);
  private readonly describedColumns = new Uint8Array(MAX_COLUMNS + 1);
  private readonly view = new SheetView();
  private columnTags = 0;
  private hasData = false;
  private areRowsHidden = false;
  private isRowHidden = false;
  private row = 0;
  private column = 0;
  private cells: string[] = [];
  /** Of the open row; most have none. */
  private numbers: Map<number, ShownNumber> | undefined;
  private cell: OpenCell | undefined;
  /** The first in the open row, and whether all of them say nothing about other cells, as one over a range does. */
  private formula: { column: number; areOfOneCell: boolean } | undefined;
  private lastColumn = 0;
  private characters = 0;

  constructor(private readonly reading: SheetReading) {}

  begin(tag: Tag): void {
    const { cell } = this;
    switch (tag.name) {
      case 'c':
        return this.beginCell(tag);
      case 'v':
      case 'is':
        if (cell) cell.content = tag.name;
        if (cell && tag.name === 'v') cell.value = tag.text;
        return;
      case 't':
        if (cell) cell.value += tag.text;
        return;
      case 'row':
        return this.beginRow(tag);
      case 'sheetData':
        this.hasData = true;
        return;
      case 'f':
        return this.takeFormula(tag);
      case 'col':
        return this.takeColumns(tag);
      case 'sheetView':
      case 'pane':
        return this.takeView(tag);
      case 'sheetFormatPr':
        return this.takeDefaults(tag);
      case 'mergeCell':
        this.merged.push(tag.attributes['ref'] ?? '');
    }
  }

  end(name: string): void {
    if (name === 'c' && this.cell) this.endCell(this.cell);
    else if (name === 'row') this.endRow();
  }

  where(): string {
    const row = this.row === 0 ? '' : ` at row ${this.row},`;
    return `in its sheet "${this.reading.name}",${row}`;
  }

  /** All as wide as the widest, without empty ones at the end. */
  finished(): SheetRow[] {
    if (!this.hasData) throw this.fault('it is not as a workbook has it: it has no <sheetData>');
    const merged = mergedCells(this.merged);
    if (!merged) throw this.fault('merged cells overlap or have no place, which no spreadsheet writes');
    for (const [at, { cells }] of this.rows.entries()) {
      const covered =
        this.merged.length > 0
          ? cells.findIndex((cell, column) => cell !== '' && merged.cover(at + 1, column + 1))
          : -1;
      if (covered >= 0)
        throw this.fault(
          `the cell ${lettersOf(covered + 1)}${at + 1} is covered by a merged one; ${SHOW_THEM}`,
        );
      while (cells.length < this.lastColumn) cells.push('');
    }
    return this.rows;
  }

  private takeView({ name, attributes }: Tag): void {
    const why = name === 'pane' ? this.view.takePane(attributes) : this.view.take(attributes);
    if (why !== undefined) throw this.fault(why);
  }

  private takeDefaults({ attributes }: Tag): void {
    const { defaultColWidth, zeroHeight, defaultRowHeight } = attributes;
    if (isBelow(LEAST_WIDTH, defaultColWidth)) this.hiddenColumns.fill(1);
    this.areRowsHidden = isYes(zeroHeight) || isBelow(LEAST_HEIGHT, defaultRowHeight);
  }

  private takeColumns({ attributes: { min, max, hidden, width } }: Tag): void {
    this.columnTags += 1;
    if (this.columnTags > MAX_COLUMNS) throw this.fault(`it describes more than ${MAX_COLUMNS} columns`);
    const [from, to] = [wholeNumber(min ?? ''), wholeNumber(max ?? '')];
    const isHidden = isYes(hidden) || isBelow(LEAST_WIDTH, width);
    if (!(from >= 1 && from <= to && to <= MAX_COLUMNS)) {
      if (isHidden) throw this.fault('it hides columns that no sheet has');
      return;
    }
    if (this.describedColumns.subarray(from, to + 1).includes(1))
      throw this.fault(`it describes a column twice, of ${lettersOf(from)} to ${lettersOf(to)}`);
    this.describedColumns.fill(1, from, to + 1);
    this.hiddenColumns.fill(isHidden ? 1 : 0, from, to + 1);
  }

  private takeFormula({ attributes: { t, ref } }: Tag): void {
    const own = `${lettersOf(this.column)}${this.row}`;
    const isOfOneCell = t === 'shared' || ref === undefined || ref === own || ref === `${own}:${own}`;
    this.formula ??= { column: this.column, areOfOneCell: true };
    this.formula.areOfOneCell &&= isOfOneCell;
    if (this.cell) this.cell.hasFormula = true;
  }

  private beginRow({ attributes: { r, hidden, ht } }: Tag): void {
    const before = this.row;
    this.row = r === undefined ? before + 1 : wholeNumber(r);
    if (!(this.row > before && this.row <= MAX_ROWS))
      throw this.fault(`after row ${before} comes ${r === undefined ? 'another' : `"${shortened(r)}"`}`);
    this.column = 0;
    this.cells = [];
    this.numbers = undefined;
    this.formula = undefined;
    this.isRowHidden = isYes(hidden) || isBelow(LEAST_HEIGHT, ht) || (this.areRowsHidden && ht === undefined);
  }

  /** What a formula comes to is stored beside it, by whatever program wrote the file, and need not be what a spreadsheet shows. */
  private endRow(): void {
    const { cells, formula } = this;
    const isTotal = () =>
      beginsAsTotals(cells, this.reading.totals) && !cells.some((cell) => cell.startsWith('pur_'));
    if (formula && !(formula.areOfOneCell && isTotal()))
      throw this.unreadable(
        formula.column,
        'it is calculated by a formula; paste the values in place of the formulas',
      );
    if (cells.length === 0) return;
    while (this.rows.length < this.row - 1) this.rows.push({ cells: [], numbers: NO_NUMBERS });
    this.rows.push({ cells, numbers: this.numbers ?? NO_NUMBERS });
  }

  private beginCell({ attributes: { r, t = 'n', s, vm } }: Tag): void {
    const before = this.column;
    const [column, row] = r === undefined ? [before + 1, this.row] : placeOf(r);
    if (!(row === this.row && column > before && column <= MAX_COLUMNS)) {
      const cell = r === undefined ? 'one more cell than a sheet has columns' : `a cell "${shortened(r)}"`;
      throw this.fault(`row ${this.row} has ${cell} after column ${before}`);
    }
    this.column = column;
    if (vm !== undefined)
      throw this.unreadable(
        column,
        'it shows a picture or a data type in place of its value; paste the value',
      );
    this.cell = { column, type: t, style: s, content: undefined, value: '', hasFormula: false };
  }

  private endCell(cell: OpenCell): void {
    const { column, content, hasFormula } = cell;
    if (hasFormula && cell.value === '' && cell.type === 'n')
      throw this.unreadable(column, 'its formula has no result; save the file with a spreadsheet program');
    if (content === undefined) return;
    if (content !== (cell.type === 'inlineStr' ? 'is' : 'v'))
      throw this.unreadable(column, 'its content is not of its type');
    const text = this.textOf(cell);
    if (text === '') return;
    this.requireShown(cell);
    this.reach(column, text);
    while (this.cells.length < column - 1) this.cells.push('');
    this.cells.push(text);
    if (cell.type === 'n') this.takeNumber(cell);
  }

  private takeNumber(cell: OpenCell): void {
    const style = this.styleOf(cell);
    const shown = style.isMoment ? undefined : shownNumber(Number(cell.value), style);
    if (shown) (this.numbers ??= new Map()).set(cell.column - 1, shown);
  }

  private textOf(cell: OpenCell): string {
    try {
      return cellText({ ...cell, style: this.styleOf(cell) }, this.reading.book, this.reading.offset);
    } catch (fault) {
      if (fault instanceof CellFault) throw this.unreadable(cell.column, fault.message);
      throw fault;
    }
  }

  private styleOf({ style: number, column }: OpenCell) {
    const { styles } = this.reading.book;
    if (number === undefined) return styles[0] ?? PLAIN;
    const style = styles[wholeNumber(number)];
    if (!style) throw this.unreadable(column, 'its style is none of the workbook');
    return style;
  }

  private requireShown(cell: OpenCell): void {
    const { column, type } = cell;
    if (this.isRowHidden) throw this.fault(`row ${this.row} is hidden; ${SHOW_THEM}`);
    if (this.hiddenColumns[column] === 1)
      throw this.fault(`column ${lettersOf(column)} is hidden; ${SHOW_THEM}`);
    const place = `${lettersOf(column)}${this.row}`;
    if (this.view.isOutOfReach(this.row, column))
      throw this.fault(
        `the cell ${place} is before the frozen panes, where nobody can scroll to; ${SHOW_THEM}`,
      );
    if (this.view.hidesZeros && !TEXT_TYPES.has(type) && Number(cell.value) === 0)
      throw this.fault(`the cell ${place} is 0, and the sheet shows no zeros; ${SHOW_THEM}`);
    const { hidesText, hidesNumber, isMisaligned } = this.styleOf(cell);
    if (isMisaligned)
      throw this.fault(
        `the cell ${place} is aligned so that it shows something else than its value: repeated, or pushed out of the cell`,
      );
    if (TEXT_TYPES.has(type) ? hidesText : hidesNumber)
      throw this.fault(`the cell ${place} has a number format that shows something else than its value`);
  }

  private reach(column: number, { length }: string): void {
    this.lastColumn = Math.max(this.lastColumn, column);
    if (this.row * this.lastColumn > MAX_CELLS)
      throw this.fault(
        `row ${this.row}: up to it and column ${lettersOf(this.lastColumn)} there are more than ${MAX_CELLS} cells`,
      );
    if (length > MAX_CELL_CHARACTERS)
      throw this.unreadable(column, `it has more than ${MAX_CELL_CHARACTERS} characters`);
    this.characters += length;
    if (this.characters > MAX_CHARACTERS)
      throw this.fault(`row ${this.row}: up to it the cells have more than ${MAX_CHARACTERS} characters`);
  }

  private unreadable(column: number, why: string): SettlementFileFault {
    return this.fault(`row ${this.row}, the cell ${lettersOf(column)}${this.row} cannot be read: ${why}`);
  }

  private fault(why: string): SettlementFileFault {
    return unusable(`in its sheet "${this.reading.name}", ${why}`);
  }
}

/** Some programs take more for a yes than others. */
function isYes(flag = '0'): boolean {
  return !['0', 'false'].includes(flag.trim());
}

/** Whether a height or width is so small that nothing is seen, or none that can be read. */
function isBelow(least: number, size: string | undefined): boolean {
  return size !== undefined && !(SIZE.test(size) && Number(size) >= least);
}
const SIZE = /^\s*\+?\d*\.?\d+(?:e[+-]?\d+)?\s*$/i;

function shortened(text: string): string {
  return text.slice(0, 20);
}
