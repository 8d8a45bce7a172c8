import { placeOf } from './cell-names';

interface Place {
  row: number;
  column: number;
}

interface Range {
  from: Place;
  to: Place;
}

/**
 * The merged cells of a sheet by their ranges; undefined where two overlap or one has no place that can be read, which no
 * spreadsheet writes. A spreadsheet shows the first cell of each, and what the others hold stays behind it.
 */
export function mergedCells(refs: readonly string[]): MergedCells | undefined {
  const ranges = refs.map((ref) => {
    const [first = '', last = first] = ref.split(':');
    return rangeOf(cellOf(first), cellOf(last));
  });
  if (ranges.some(({ from }) => Number.isNaN(from.row))) return undefined;
  return new MergedCells(ranges).overlap() ? undefined : new MergedCells(ranges);
}

/** Asked about the cells of a sheet row by row, so that many ranges cost no more than they are. */
export class MergedCells {
  private readonly toCome: Range[];
  /** In the order of their columns, of which no two share one; some may have ended above. */
  private readonly begun: Range[] = [];

  constructor(ranges: readonly Range[]) {
    this.toCome = ranges.toSorted((one, other) => other.from.row - one.from.row); // the next one last
  }

  /** Whether two of them have a cell in common; nothing is asked afterwards. */
  overlap(): boolean {
    return !this.moveTo(Infinity);
  }

  /** Whether the cell is behind another; a row before that of the last question is not asked about. */
  cover(row: number, column: number): boolean {
    this.moveTo(row);
    const range = this.begun[this.beginningUpTo(column) - 1];
    if (!range || row > range.to.row || column > range.to.column) return false;
    return row !== range.from.row || column !== range.from.column;
  }

  /** @returns false where one of them overlaps another */
  private moveTo(row: number): boolean {
    for (let next = this.toCome.at(-1); next && next.from.row <= row; next = this.toCome.at(-1)) {
      if (!this.begin(next)) return false;
      this.toCome.pop();
    }
    return true;
  }

  /** Takes the place of those that ended above it. */
  private begin(range: Range): boolean {
    const { from, to } = range;
    const before = this.beginningUpTo(from.column);
    const first = (this.begun[before - 1]?.to.column ?? 0) >= from.column ? before - 1 : before;
    let end = first;
    for (let other = this.begun[end]; other && other.from.column <= to.column; other = this.begun[end]) {
      if (other.to.row >= from.row) return false;
      end += 1;
    }
    this.begun.splice(first, end - first, range);
    return true;
  }

  /** How many begin in this column or before it. */
  private beginningUpTo(column: number): number {
    let [low, high] = [0, this.begun.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.begun[middle]?.from.column ?? Infinity) <= column) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A range may be named from any of its corners. */
function rangeOf(one: Place, other: Place): Range {
  return {
    from: { row: Math.min(one.row, other.row), column: Math.min(one.column, other.column) },
    to: { row: Math.max(one.row, other.row), column: Math.max(one.column, other.column) },
  };
}

function cellOf(name: string): Place {
  const [column, row] = placeOf(name.replaceAll('$', '').toUpperCase());
  return { row, column };
}
