import type { Style } from './number-formats';

/** A row of a sheet. */
export interface SheetRow {
  /** As text: numbers without separators of thousands, moments as ISO 8601. */
  cells: readonly string[];
  /** What the texts of its numbers do not say, by their column from 0; of most rows nothing. */
  numbers: ReadonlyMap<number, ShownNumber>;
}

/** A number that is not whole, or is shown as per cent. */
export interface ShownNumber {
  isPercent: boolean;
  /** Whether its number format shows fewer of its digits than it has. */
  isRounded: boolean;
}

export const NO_NUMBERS: ReadonlyMap<number, ShownNumber> = new Map();

/** As many digits as a spreadsheet calculates with; what is behind them is of JavaScript alone. */
const DIGITS = 15;

/** @returns nothing for a whole number, which every format that is accepted shows as it is */
export function shownNumber(value: number, { decimals, isPercent }: Style): ShownNumber | undefined {
  if (Number.isInteger(value) && !isPercent) return undefined;
  const seen = Number((isPercent ? value * 100 : value).toPrecision(DIGITS));
  const isRounded = decimals !== undefined && Number(seen.toFixed(Math.min(decimals, DIGITS))) !== seen;
  return { isPercent, isRounded };
}
