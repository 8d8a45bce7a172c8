import { placeOf } from './cell-names';
import type { Tag } from './xml-tags';

/** More than the heading of a list has; what is frozen beyond the edge of the screen cannot be scrolled to. */
const MAX_FROZEN = { rows: 50, columns: 30 } as const;

/** How the windows of a sheet show it (ECMA-376 part 1, 18.3.1.87 and 18.3.1.66). */
export class SheetView {
  /** Whether zeros are shown as empty cells. */
  hidesZeros = false;
  /** Where the window that is being read begins. */
  private first: readonly [column: number, row: number] = [1, 1];
  /** How many are before what is frozen. */
  private readonly outOfReach = { rows: 0, columns: 0 };

  /** @returns why nothing can be compared by this view; nothing when all can */
  take({ showZeros = '1', showFormulas = '0', topLeftCell = 'A1' }: Tag['attributes']): string | undefined {
    this.hidesZeros ||= !['1', 'true'].includes(showZeros.trim());
    this.first = placeOf(topLeftCell);
    if (['0', 'false'].includes(showFormulas.trim())) return undefined;
    return 'it is saved in the view of formulas, which shows no number format; save it in the usual view';
  }

  /** What is frozen after scrolling keeps what is before it out of reach. @returns the same */
  takePane({ state = 'split', xSplit = '0', ySplit = '0' }: Tag['attributes']): string | undefined {
    if (state.trim() === 'split') return undefined;
    const [columns, rows] = [Number(xSplit), Number(ySplit)];
    const [column, row] = this.first;
    const isKnown = columns >= 0 && rows >= 0 && column >= 1 && row >= 1;
    if (!isKnown || columns > MAX_FROZEN.columns || rows > MAX_FROZEN.rows)
      return (
        `it has more than ${MAX_FROZEN.rows} rows or ${MAX_FROZEN.columns} columns in frozen panes, ` +
        'or panes that no spreadsheet writes; unfreeze them'
      );
    if (columns > 0) this.outOfReach.columns = Math.max(this.outOfReach.columns, column - 1);
    if (rows > 0) this.outOfReach.rows = Math.max(this.outOfReach.rows, row - 1);
    return undefined;
  }

  isOutOfReach(row: number, column: number): boolean {
    return row <= this.outOfReach.rows || column <= this.outOfReach.columns;
  }
}
