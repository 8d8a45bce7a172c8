import type { SettlementFileFault } from './settlement-text';
import { unusable, type Sheet } from './workbook-parts';
import { tagsOf, type Tag } from './xml-tags';

/** As many as a sheet of Excel can have. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
/** As many as half a million lines of fifty columns; all of them, empty ones too, are held in memory. */
const MAX_CELLS = 25_000_000;
const TAGS = new Set(['sheetData', 'row', 'c', 'v', 'is']);

/**
 * A sheet in which each row and cell says its place. To say it is optional (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73): one
 * that does not comes right after the one before it.
 * @throws SettlementFileFault, with the sheet and the row, for a place that no sheet has, or that does not come next
 */
export function withPlaces(sheet: Sheet): Sheet {
  const places = new Places(sheet);
  for (const tag of tagsOf(sheet.xml, TAGS)) places.take(tag);
  return { ...sheet, xml: places.xml() };
}

class Places {
  private readonly parts: string[] = [];
  private copied = 0;
  private isInData = false;
  private isInRow = false;
  private row = 0;
  private column = 0;
  /** The tag that the content of the open cell must have (ECMA-376 part 1, 18.3.1.4): the library reads no other, without a word. */
  private content: 'v' | 'is' | undefined;
  /** The last ones with a cell that has content. */
  private lastRow = 0;
  private lastColumn = 0;

  constructor(private readonly sheet: Sheet) {}

  take(tag: Tag): void {
    if (tag.name === 'sheetData') this.isInData = !tag.isEnd && !tag.isEmpty;
    else if (!this.isInData) return;
    else if (tag.name === 'v' || tag.name === 'is') this.takeContent(tag);
    else if (tag.isEnd) this.end(tag);
    else if (tag.name === 'row') this.beginRow(tag);
    else this.takeCell(tag);
  }

  xml(): string {
    return [...this.parts, this.sheet.xml.slice(this.copied)].join('');
  }

  private beginRow({ attributes: { r }, nameEnd, isEmpty }: Tag): void {
    const before = this.row;
    this.row = r === undefined ? before + 1 : wholeNumber(r);
    if (!(this.row > before && this.row <= MAX_ROWS))
      throw this.fault(`after row ${before} comes ${r === undefined ? 'another' : `"${shortened(r)}"`}`);
    if (r === undefined) this.insert(nameEnd, ` r="${this.row}"`);
    this.column = 0;
    this.isInRow = !isEmpty;
  }

  private end({ name }: Tag): void {
    this.isInRow &&= name !== 'row';
    this.content = undefined;
  }

  private takeContent({ name, isEnd }: Tag): void {
    if (isEnd || this.content === undefined || name === this.content) return;
    const cell = `${lettersOf(this.column)}${this.row}`;
    throw this.fault(`row ${this.row}, the cell ${cell} cannot be read: its content is not of its type`);
  }

  private takeCell({ attributes: { r, t }, nameEnd, isEmpty }: Tag): void {
    if (!this.isInRow) throw this.fault(`after row ${this.row} comes a cell that is in no row`);
    const before = this.column;
    const [column, row] = r === undefined ? [before + 1, this.row] : placeOf(r);
    if (!(row === this.row && column > before && column <= MAX_COLUMNS)) {
      const cell = r === undefined ? 'one more cell than a sheet has columns' : `a cell "${shortened(r)}"`;
      throw this.fault(`row ${this.row} has ${cell} after column ${before}`);
    }
    this.column = column;
    if (r === undefined) this.insert(nameEnd, ` r="${lettersOf(column)}${row}"`);
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

/** NaN for anything else. */
function wholeNumber(text: string): number {
  return /^\d{1,8}$/.test(text) ? Number(text) : NaN;
}

function placeOf(reference: string): [column: number, row: number] {
  const [, letters = '', digits = ''] = /^([A-Z]{1,3})(\d{1,8})$/.exec(reference) ?? [];
  const column = letters.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
  return [column, wholeNumber(digits)];
}

/** 1 is A, 27 is AA. */
export function lettersOf(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? lettersOf(rest) : '') + String.fromCharCode(65 + ((column - 1) % 26));
}

function shortened(text: string): string {
  return text.slice(0, 20);
}
