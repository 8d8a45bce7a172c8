import type { SettlementFileFault } from './settlement-text';
import { lettersOf, placeOf, wholeNumber } from './cell-names';
import { mergedCells, type MergedCells } from './merged-cells';
import { unusable } from './unusable-workbook';
import type { Sheet } from './workbook-parts';
import { tagsOf, type Tag } from './xml-tags';

/** As many as a sheet of Excel can have. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
/** As many as half a million lines of fifty columns; all of them, empty ones too, are held in memory. */
const MAX_CELLS = 25_000_000;
const TAGS = new Set(['sheetFormatPr', 'col', 'sheetData', 'row', 'c', 'v', 'is', 'f']);
/** In characters, and in points: what is smaller shows nothing that could be read. */
const LEAST_WIDTH = 1;
const LEAST_HEIGHT = 4;
/** Cells of these show a text; those of all others a number, a moment or a truth value (ECMA-376 part 1, 18.18.11). */
const TEXT_TYPES: ReadonlySet<string> = new Set(['s', 'str', 'inlineStr', 'e']);
const NUMBER_TYPES: ReadonlySet<string> = new Set(['', 'n', 's']);
/** As XML writes it (XML Schema part 2, 3.2.5); JavaScript reads others as well, such as `0x10`, and a blank as 0. */
const NUMBER = /^(?:\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*)?$/;
const SHOW_THEM = 'show what is hidden, or remove it: nobody who looks at the sheet sees what it adds';

/** A cell whose value is what a formula came to. */
export interface Formula {
  row: number;
  column: number;
  /** Whether it says nothing about other cells, as one over a range does. */
  isOfOneCell: boolean;
}

export interface PlacedSheet extends Sheet {
  /** One of each row. */
  formulas: readonly Formula[];
}

/**
 * A sheet in which each row and cell says its place. To say it is optional (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73): one
 * that does not comes right after the one before it.
 * @throws SettlementFileFault, with the sheet and the row, for a place that no sheet has, or that does not come next, and for a
 *   value that is not shown
 */
export function withPlaces(sheet: Sheet): PlacedSheet {
  const merged = mergedCells(sheet.xml);
  if (!merged)
    throw unusable(
      `in its sheet "${sheet.name}", merged cells overlap or have no place, which no spreadsheet writes`,
    );
  const places = new Places(sheet, merged);
  for (const tag of tagsOf(sheet.xml, TAGS)) places.take(tag);
  return { ...sheet, xml: places.xml(), formulas: places.formulas };
}

class Places {
  readonly formulas: Formula[] = [];
  private readonly parts: string[] = [];
  private readonly hiddenColumns = new Uint8Array(MAX_COLUMNS + 1);
  private columnTags = 0;
  private areRowsHidden = false;
  private isRowHidden = false;
  private copied = 0;
  private hasData = false;
  private isInData = false;
  private isInRow = false;
  private row = 0;
  private column = 0;
  /** The tag that the content of the open cell must have (ECMA-376 part 1, 18.3.1.4): the library reads no other, without a word. */
  private content: 'v' | 'is' | 'no more' | undefined;
  /** Whether the open cell has a number, or that of a shared text. */
  private isNumber = false;
  private isShownOtherwise = false;
  /** The last ones with a cell that has content. */
  private lastRow = 0;
  private lastColumn = 0;

  constructor(
    private readonly sheet: Sheet,
    private readonly merged: MergedCells,
  ) {}

  take(tag: Tag): void {
    if (tag.name === 'sheetData') this.takeData(tag);
    else if (tag.name === 'col' || tag.name === 'sheetFormatPr') this.takeColumns(tag);
    else if (!this.isInData) return;
    else if (tag.name === 'f') this.takeFormula(tag);
    else if (tag.name === 'v' || tag.name === 'is') this.takeContent(tag);
    else if (tag.isEnd) this.end(tag);
    else if (tag.name === 'row') this.beginRow(tag);
    else this.takeCell(tag);
  }

  xml(): string {
    return [...this.parts, this.sheet.xml.slice(this.copied)].join('');
  }

  private takeData({ isEnd, isEmpty }: Tag): void {
    if (!isEnd && this.hasData) throw this.fault('it has its rows twice');
    this.hasData = true;
    this.isInData = !isEnd && !isEmpty;
  }

  private takeColumns({ name, attributes }: Tag): void {
    const { min, max, hidden, width, defaultColWidth, zeroHeight, defaultRowHeight } = attributes;
    if (name === 'sheetFormatPr') {
      if (isBelow(LEAST_WIDTH, defaultColWidth)) this.hiddenColumns.fill(1);
      this.areRowsHidden = isYes(zeroHeight) || isBelow(LEAST_HEIGHT, defaultRowHeight);
      return;
    }
    this.columnTags += 1;
    if (this.columnTags > MAX_COLUMNS) throw this.fault(`it describes more than ${MAX_COLUMNS} columns`);
    const [from, to] = [wholeNumber(min ?? ''), wholeNumber(max ?? '')];
    const isHidden = isYes(hidden) || isBelow(LEAST_WIDTH, width);
    if (from >= 1 && from <= to && to <= MAX_COLUMNS) this.hiddenColumns.fill(isHidden ? 1 : 0, from, to + 1);
    else if (isHidden) throw this.fault('it hides columns that no sheet has');
  }

  private takeFormula({ isEnd, attributes: { t, ref } }: Tag): void {
    if (isEnd) return;
    const own = `${lettersOf(this.column)}${this.row}`;
    const isOfOneCell = t === 'shared' || ref === undefined || ref === own || ref === `${own}:${own}`;
    const last = this.formulas.at(-1);
    if (last?.row === this.row) last.isOfOneCell &&= isOfOneCell;
    else this.formulas.push({ row: this.row, column: this.column, isOfOneCell });
  }

  private beginRow({ attributes: { r, hidden, ht }, nameEnd, isEmpty }: Tag): void {
    const before = this.row;
    this.row = r === undefined ? before + 1 : wholeNumber(r);
    if (!(this.row > before && this.row <= MAX_ROWS))
      throw this.fault(`after row ${before} comes ${r === undefined ? 'another' : `"${shortened(r)}"`}`);
    if (r === undefined) this.insert(nameEnd, ` r="${this.row}"`);
    this.column = 0;
    this.isRowHidden = isYes(hidden) || isBelow(LEAST_HEIGHT, ht) || (this.areRowsHidden && ht === undefined);
    this.isInRow = !isEmpty;
  }

  private end({ name }: Tag): void {
    this.isInRow &&= name !== 'row';
    this.content = undefined;
  }

  private takeContent(tag: Tag): void {
    const { name, isEnd, isEmpty } = tag;
    if (isEnd || this.content === undefined) return;
    if (!isEmpty && this.isRowHidden) throw this.fault(`row ${this.row} is hidden; ${SHOW_THEM}`);
    if (!isEmpty && this.hiddenColumns[this.column] === 1)
      throw this.fault(`column ${lettersOf(this.column)} is hidden; ${SHOW_THEM}`);
    if (!isEmpty && this.merged.cover(this.row, this.column))
      throw this.fault(
        `the cell ${lettersOf(this.column)}${this.row} is covered by a merged one; ${SHOW_THEM}`,
      );
    if (!isEmpty && this.isShownOtherwise)
      throw this.fault(
        `the cell ${lettersOf(this.column)}${this.row} has a number format that shows something else than its value`,
      );
    const isOfItsType = name === this.content;
    this.content = 'no more';
    if (isOfItsType && (isEmpty || !this.isNumber || NUMBER.test(this.textIn(tag)))) return;
    const cell = `${lettersOf(this.column)}${this.row}`;
    const why = isOfItsType
      ? 'its value does not fit its type'
      : 'its content is not of its type, or there twice';
    throw this.fault(`row ${this.row}, the cell ${cell} cannot be read: ${why}`);
  }

  private textIn({ end }: Tag): string {
    return this.sheet.xml.slice(end, this.sheet.xml.indexOf('<', end));
  }

  private takeCell({ attributes: { r, t, s = '0' }, nameEnd, isEmpty }: Tag): void {
    if (!this.isInRow) throw this.fault(`after row ${this.row} comes a cell that is in no row`);
    const before = this.column;
    const [column, row] = r === undefined ? [before + 1, this.row] : placeOf(r);
    if (!(row === this.row && column > before && column <= MAX_COLUMNS)) {
      const cell = r === undefined ? 'one more cell than a sheet has columns' : `a cell "${shortened(r)}"`;
      throw this.fault(`row ${this.row} has ${cell} after column ${before}`);
    }
    this.column = column;
    if (r === undefined) this.insert(nameEnd, ` r="${lettersOf(column)}${row}"`);
    const style = this.sheet.styles[Number(s)];
    this.isShownOtherwise =
      (t !== undefined && TEXT_TYPES.has(t) ? style?.hidesText : style?.hidesNumber) ?? false;
    this.isNumber = t === undefined || NUMBER_TYPES.has(t);
    this.content = isEmpty ? undefined : t === 'inlineStr' ? 'is' : 'v';
    if (!isEmpty) this.reach(column);
  }

  private reach(column: number): void {
    this.lastRow = this.row;
    this.lastColumn = Math.max(this.lastColumn, column);
    if (this.lastRow * this.lastColumn > MAX_CELLS)
      throw this.fault(
        `row ${this.row}: up to it and column ${lettersOf(this.lastColumn)} there are more than ${MAX_CELLS} cells`,
      );
  }

  private insert(at: number, text: string): void {
    this.parts.push(this.sheet.xml.slice(this.copied, at), text);
    this.copied = at;
  }

  private fault(why: string): SettlementFileFault {
    return unusable(`in its sheet "${this.sheet.name}", ${why}`);
  }
}

function isYes(flag: string | undefined): boolean {
  return flag?.trim() === '1' || flag?.trim() === 'true';
}

/** Whether a height or width is so small that nothing is seen, or none that can be read. */
function isBelow(least: number, size: string | undefined): boolean {
  return size !== undefined && !(Number(size) >= least);
}

function shortened(text: string): string {
  return text.slice(0, 20);
}
