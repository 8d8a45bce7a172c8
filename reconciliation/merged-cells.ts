import { placeOf } from './cell-names';
import { tagsOf } from './xml-tags';

interface Range {
  from: { row: number; column: number };
  to: { row: number; column: number };
}

const MERGED = new Set(['mergeCell']);

/** The merged cells of a sheet. A spreadsheet shows the first cell of each, and what the others hold stays behind it. */
export function mergedCells(xml: string): MergedCells {
  if (!xml.includes('mergeCell')) return new MergedCells([]); // most have none, and are not read for it
  const ranges: Range[] = [];
  for (const { isEnd, attributes } of tagsOf(xml, MERGED)) {
    const [first = '', last = first] = (attributes['ref'] ?? '').split(':');
    const [from, to] = [cellOf(first), cellOf(last)];
    const isRange = !Number.isNaN(from.row + to.row);
    if (!isEnd && isRange) ranges.push({ from, to });
  }
  return new MergedCells(ranges);
}

/** Asked about the cells of a sheet row by row, so that many ranges cost no more than they are. */
export class MergedCells {
  private readonly toCome: Range[];
  private inRow: Range[] = [];
  private row = 0;

  constructor(ranges: readonly Range[]) {
    this.toCome = ranges.toSorted((one, other) => other.from.row - one.from.row); // the next one last
  }

  /** Whether the cell is behind another; a row before that of the last question is not asked about. */
  cover(row: number, column: number): boolean {
    if (row !== this.row) this.moveTo(row);
    return this.inRow.some(
      ({ from, to }) =>
        column >= from.column && column <= to.column && (row !== from.row || column !== from.column),
    );
  }

  private moveTo(row: number): void {
    this.row = row;
    for (let next = this.toCome.at(-1); next && next.from.row <= row; next = this.toCome.at(-1)) {
      this.inRow.push(next);
      this.toCome.pop();
    }
    this.inRow = this.inRow.filter(({ to }) => to.row >= row);
  }
}

function cellOf(name: string): Range['from'] {
  const [column, row] = placeOf(name.replaceAll('$', '').toUpperCase());
  return { row, column };
}
