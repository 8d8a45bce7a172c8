import { movesMoney, type SettlementColumn, type SettlementLine } from '../domain/reconciliation/settlement';
import { withoutUnseen } from '../domain/harmless-text';
import { withoutNumbers } from '../domain/telephone-numbers';
import { withoutNames, withoutOtherNumbers } from './numbers-beside-sums';
import { LineFault } from './settlement-fields';
import type { Header } from './settlement-header';
import { lineMoney } from './settled-purchase';
import type { SheetRow } from './shown-numbers';

/** What the good lines of a file come to, for a line of totals at its end. */
export class ControlTotals {
  private count = 0;
  /** All amounts as they are written, and what they come to as money. */
  private readonly written = { amount: 0, discount: 0 };
  private readonly moved = { amount: 0, discount: 0 };
  private readonly charged = { count: 0 };

  add(line: SettlementLine): void {
    const { gross, discount } = lineMoney(line);
    this.count += 1;
    this.written.amount += line.amount;
    this.written.discount += line.discountAmount;
    this.moved.amount += gross;
    this.moved.discount += discount;
    if (movesMoney(line) && line.state === 'done') this.charged.count += 1;
  }

  /**
   * Every figure of a line of totals must be one that the lines come to: under a column the sum of that column, elsewhere
   * any of them. How it begins is a text, whatever the column.
   * @throws LineFault that names both figures, or the cell that cannot be compared
   */
  check(cells: readonly string[], header: Header, numbers: SheetRow['numbers']): void {
    const aligned = cells.length === header.width;
    const columnAt = (at: number): SettlementColumn | undefined =>
      aligned ? [...header.positions].find(([, places]) => places.includes(at))?.[0] : undefined;
    const first = cells.findIndex((cell) => cell.trim() !== '');
    for (const [at, cell] of cells.entries()) {
      const column = at === first ? undefined : columnAt(at);
      if (column !== undefined && NEVER_SUMS.has(column)) continue;
      const number = numbers.get(at);
      if (number?.isPercent) continue;
      if (number) throw unreadable(at);
      for (const { written, figure } of figuresOf(cell, column)) {
        if (figure === undefined) throw unreadable(at);
        const possible = this.possible(column);
        if (possible.includes(figure)) continue;
        const said = column === 'msisdn' || MOBILE_NUMBER.test(written) ? withoutNumbers(written) : figure;
        throw new LineFault(`control total: it says ${said}, the lines come to ${possible.join(' or ')}`);
      }
    }
  }

  private possible(column: SettlementColumn | undefined): number[] {
    const amounts = [this.written.amount, this.moved.amount];
    const discounts = [this.written.discount, this.moved.discount];
    if (column === 'amount') return unique(amounts);
    if (column === 'discount_amount') return unique(discounts);
    const payable = this.moved.amount - this.moved.discount;
    return unique([this.count, this.charged.count, ...amounts, ...discounts, payable]);
  }
}

/** With its prefix: nine digits alone are a sum of money as well. */
const MOBILE_NUMBER = /^\s*\+?(?:0*84|0+)[35789]\d{8}\s*$/;

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}

interface Figure {
  written: string;
  /** Undefined where it does not mean one whole number. */
  figure: number | undefined;
}

const NEVER_SUMS: ReadonlySet<SettlementColumn> = new Set(['discount_rate_bp', 'time']);
/** What a spreadsheet shows in place of a figure: #REF!, or ##### where the column is narrow. */
const ERROR = /^#/;
const CURRENCY = /(?<![\p{L}])(?:đồng|vnđ|vnd|đ)(?!\p{L})|₫/giu;
/** A mark that a blank follows ends it. */
const NUMBER_IN_TEXT = /(?:[+-]\s?)?\p{N}(?:(?:[.,'’]|\s)?\p{N})*/gu;
/** Groups of three between the same marks, or digits alone; and nothing but zeros behind the decimal mark, which is another. */
const WHOLE = /^(?:\d{1,3}([.,'’\s])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]0{1,2})?|\d{1,15}(?:[.,]0{1,2})?)$/;
const ZEROS_BEHIND = /[.,]0{1,2}$/;
const MAX_FIGURE_CHARACTERS = 40;

/** A sum stands alone in its column; elsewhere it may stand in a text. */
function figuresOf(cell: string, column: SettlementColumn | undefined): Figure[] {
  const text = withoutUnseen(cell.normalize('NFKC')).replaceAll('−', '-').trim();
  const isAlone = isSum(column);
  if (!/\p{N}/u.test(text) && !(isAlone && ERROR.test(text))) return [];
  const numbers = isAlone ? [text.replace(CURRENCY, ' ').trim()] : numbersIn(text);
  return numbers.map((written) => ({ written, figure: figureOf(written) }));
}

function numbersIn(text: string): readonly string[] {
  return withoutNames(withoutOtherNumbers(text).replace(CURRENCY, ' ')).match(NUMBER_IN_TEXT) ?? [];
}

function figureOf(written: string): number | undefined {
  if (written.length > MAX_FIGURE_CHARACTERS) return undefined;
  const isEnclosed = written.startsWith('(') && written.endsWith(')'); // as bookkeepers write what is below zero
  const signed = (isEnclosed ? written.slice(1, -1) : written).trim();
  const digits = signed.replace(/^[+-]\s*/, '');
  if (!WHOLE.test(digits)) return undefined;
  const whole = Number(digits.replace(ZEROS_BEHIND, '').replace(/\D/g, ''));
  return isEnclosed || signed.startsWith('-') ? -whole : whole;
}

/** Whether a column has whole đồng, which may be added up. */
export function isSum(column: SettlementColumn | undefined): boolean {
  return column === 'amount' || column === 'discount_amount';
}

function unreadable(at: number): LineFault {
  return new LineFault(`control total: its cell ${at + 1} cannot be read as a figure`);
}

/** Whether a line that holds no transaction begins as a line of totals does. */
export function isTotalsLine(
  cells: readonly string[],
  header: Header,
  beginnings: readonly string[],
): boolean {
  const id = cells[header.positions.get('transaction_id')?.[0] ?? -1] ?? '';
  return !id.startsWith('pur_') && beginsAsTotals(cells, beginnings);
}

/** Whether the first text of a line is the beginning of a line of totals. */
export function beginsAsTotals(cells: readonly string[], beginnings: readonly string[]): boolean {
  const first =
    cells
      .find((cell) => cell.trim() !== '')
      ?.normalize('NFC')
      .toLowerCase()
      .trim() ?? '';
  return beginnings.some((begin) => {
    const word = begin.normalize('NFC').toLowerCase();
    return first.startsWith(word) && !/^[\p{L}\p{N}]/u.test(first.slice(word.length));
  });
}
