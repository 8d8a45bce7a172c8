import { movesMoney, type SettlementColumn, type SettlementLine } from '../domain/reconciliation/settlement';
import { withoutNumbers } from '../domain/telephone-numbers';
import { LineFault } from './settlement-fields';
import type { Header } from './settlement-header';
import { lineMoney } from './settled-purchase';

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
   * Every number of a line of totals must be one that the lines come to: under a column the sum of that column, elsewhere
   * any of them.
   * @throws LineFault that names both figures
   */
  check(cells: readonly string[], header: Header): void {
    const aligned = cells.length === header.width;
    const columnAt = (at: number): SettlementColumn | undefined =>
      aligned ? [...header.positions].find(([, places]) => places.includes(at))?.[0] : undefined;
    for (const [at, cell] of cells.entries()) {
      const total = wholeNumber(cell);
      if (total === undefined) continue;
      const column = columnAt(at);
      const possible = this.possible(column);
      if (possible.includes(total)) continue;
      const said = column === 'msisdn' || MOBILE_NUMBER.test(cell) ? withoutNumbers(cell) : total;
      throw new LineFault(`control total: it says ${said}, the lines come to ${possible.join(' or ')}`);
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

function wholeNumber(text: string): number | undefined {
  const digits = /^(\d{1,3}(?:[., ]\d{3})+|\d{1,15})(?:[.,]0{1,2})?$/.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number(digits.replace(/\D/g, ''));
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
