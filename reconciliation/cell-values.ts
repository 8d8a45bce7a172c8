import type { Style } from './number-formats';
import { unescaped } from './shared-texts';

/** A cell as it is written. */
export interface WrittenCell {
  /** What its value is (ECMA-376 part 1, 18.18.11). */
  type: string;
  /** Its text, or the number of a shared one. */
  value: string;
  style: Style;
}

/** What cells say by numbers only. */
export interface Workbook {
  texts: readonly string[];
  /** By their number. */
  styles: readonly Style[];
  /** Whether days count from 1904, not from 1900. */
  is1904: boolean;
}

/** A cell cannot be read; the message says why. */
export class CellFault extends Error {}

/** As XML writes it (XML Schema part 2, 3.2.5); JavaScript reads others as well, such as `0x10`. */
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const INDEX = /^\s*\d{1,9}\s*$/;
/** Without an offset: a workbook says the time of a clock, not where it hangs. */
const MOMENT = /^\s*(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(\.\d+)?Z?)?\s*$/;
const DAY_MS = 86_400_000;
/** Days from the workbook's first day to that of JavaScript. */
const EPOCH_DAYS = { from1900: 25_569, from1904: 25_569 - 1_462 } as const;

/**
 * What a cell shows, as text: a number without separators, a moment as ISO 8601.
 * @throws CellFault when its value does not fit its type, or is not shown
 */
export function cellText({ type, value, style }: WrittenCell, book: Workbook, offset: string): string {
  if (value === '') return '';
  switch (type) {
    case 'n':
      if (!NUMBER.test(value) || !Number.isFinite(Number(value))) throw new CellFault(NO_FIT);
      return style.isMoment
        ? momentText(Math.floor((Number(value) - epochOf(book)) * DAY_MS), offset)
        : String(Number(value));
    case 's': {
      const text = INDEX.test(value) ? book.texts[Number(value)] : undefined;
      if (text === undefined) throw new CellFault(NO_FIT);
      return text.trim();
    }
    case 'str':
    case 'inlineStr':
      return unescaped(value).trim();
    case 'b':
      if (value !== '0' && value !== '1') throw new CellFault(NO_FIT);
      return String(value === '1');
    case 'e':
      return value.trim();
    case 'd':
      return isoText(value, style, offset);
    default:
      throw new CellFault('its type is none that a cell can have');
  }
}

const NO_FIT = 'its value does not fit its type';

function epochOf({ is1904 }: Workbook): number {
  return is1904 ? EPOCH_DAYS.from1904 : EPOCH_DAYS.from1900;
}

function isoText(value: string, style: Style, offset: string): string {
  const [, day = '', clock = '00:00:00', fraction = ''] = MOMENT.exec(value) ?? [];
  const at = new Date(`${day}T${clock}${fraction}Z`).getTime();
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(day)) throw new CellFault(NO_FIT);
  if (!style.isMoment) throw new CellFault('it is a moment, and its number format shows a number');
  return momentText(at, offset);
}

function momentText(at: number, offset: string): string {
  const second = new Date(Math.round(at / 1000) * 1000); // a workbook counts in fractions of days
  if (Number.isNaN(second.getTime())) throw new CellFault('its moment is in no calendar');
  return second.toISOString().replace('.000Z', offset);
}
