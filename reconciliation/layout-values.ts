import type { SettlementColumn } from '../domain/reconciliation/settlement';
import { LineFault } from './settlement-fields';
import type { Header } from './settlement-header';
import { asCompared, type SettlementLayout } from './settlement-layout';

/**
 * Rewrites the cells of a file into the form of our own format.
 * @returns reads a column of one line
 * @throws LineFault (the function that is returned) that names the column
 */
export function layoutValues(
  layout: SettlementLayout,
): (cells: readonly string[], header: Header) => FieldOf {
  const values = {
    kind: inLowerCase(layout.values.kind),
    payment_form: inLowerCase(layout.values.payment_form),
    state: inLowerCase(layout.values.state),
    package: inLowerCase(layout.values.package),
  };
  const time = timeReader(layout.time);
  const amount = amountReader(layout.amounts);
  const rewritten = (column: SettlementColumn, text: string): string => {
    switch (column) {
      case 'kind':
      case 'payment_form':
      case 'state':
      case 'package':
        return values[column].get(asCompared(text)) ?? text;
      case 'time':
        return time(text);
      case 'amount':
      case 'discount_amount':
        return amount(text);
      case 'discount_rate_bp':
        return RATES[layout.rate](text);
      case 'msisdn':
        return withoutZero.test(text) ? `0${text}` : text;
      default:
        return text;
    }
  };
  return (cells, header) => (column) => {
    const constant = layout.constants[column];
    if (constant !== undefined) return constant;
    const places = header.positions.get(column);
    if (places)
      return rewritten(
        column,
        places
          .map((at) => cells[at] ?? '')
          .join(' ')
          .trim(),
      );
    return column === 'kind' ? commandOf(cells, header) : '';
  };
}
type FieldOf = (column: SettlementColumn) => string;

/** A file without a column for the kind says it in our transaction id. */
function commandOf(cells: readonly string[], { positions }: Header): string {
  const id = cells[positions.get('transaction_id')?.[0] ?? -1] ?? '';
  return /\.([a-z]+)/.exec(id)?.[1] ?? '';
}

function inLowerCase(words: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(words).map(([theirs, ours]) => [asCompared(theirs), ours]));
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;
/** A cell with a time of day alone: a workbook counts days from the end of 1899. */
const CLOCK_CELL = /\b1899-12-3[01]T(\d{2}:\d{2}:\d{2})[+-]\d{2}:\d{2}$/;
/** A cell with a day alone, joined with a time of day. */
const DAY_CELL = /^(\d{4}-\d{2}-\d{2}T)00:00:00([+-]\d{2}:\d{2}) (\d{1,2}:\d{2})(:\d{2})?$/;
const PARTS = { YYYY: 4, MM: 2, DD: 2, HH: 2, mm: 2, ss: 2 } as const;

/** Reads a written time as ISO 8601; one of another form comes back as it is, and is refused as such. */
function timeReader({ format, offset }: SettlementLayout['time']): (text: string) => string {
  if (format === 'iso') return (text) => text;
  const order: string[] = [];
  const pattern = format
    .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/YYYY|MM|DD|HH|mm|ss/g, (part) => {
      order.push(part);
      return `(\\d{${part === 'YYYY' ? 4 : '1,2'}})`;
    });
  const whole = new RegExp(`^${pattern}$`);
  const seconds = order.includes('ss');
  return (written) => {
    const text = written.replace(CLOCK_CELL, (_, clock: string) => (seconds ? clock : clock.slice(0, 5)));
    const [, day = '', zone = '', minute = '', second = ':00'] = DAY_CELL.exec(text) ?? [];
    if (day) return `${day}${minute.padStart(5, '0')}${second}${zone}`;
    if (ISO.test(text)) return text; // the moment of a workbook's cell
    const found = whole.exec(text);
    if (!found) throw new LineFault(`time: must be of the form ${format}`);
    const part = (name: keyof typeof PARTS) =>
      (found[order.indexOf(name) + 1] ?? '0').padStart(PARTS[name], '0');
    const clock = (['HH', 'mm', 'ss'] as const).map((name) => (order.includes(name) ? part(name) : '00'));
    return `${part('YYYY')}-${part('MM')}-${part('DD')}T${clock.join(':')}${offset}`;
  };
}

/** Takes the separators away; what is not of the layout's form comes back as it is, and is refused as such. */
function amountReader({ thousands, decimal }: SettlementLayout['amounts']): (text: string) => string {
  if (thousands === 'none' && decimal === 'none') return (text) => text;
  const group = thousands === 'none' ? '' : `(?:[${thousands === ' ' ? String.raw`\s` : thousands}]\\d{3})*`;
  const fraction = decimal === 'none' ? '' : `(?:[${decimal}]0{1,2})?`; // three could be a thousand
  const whole = new RegExp(`^(\\d{1,3}${group}|\\d+)${fraction}$`);
  return (text) => {
    const digits = whole.exec(text)?.[1];
    if (digits === undefined)
      throw new LineFault('amount: is not written as the layout says, or is not whole đồng');
    return digits.replace(/\D/g, '');
  };
}

/** A number of a workbook has lost the zero that it began with. */
const withoutZero = /^[35789]\d{8}$/;

const RATES = { basis_points: (text: string) => text, percent: basisPoints, fraction } as const;

/** `0,065` as 650. */
function fraction(text: string): string {
  const points = /^[01](?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) * 10_000 : NaN;
  if (Math.abs(points - Math.round(points)) < 1e-6) return String(Math.round(points));
  throw new LineFault('discount_rate_bp: must be a fraction such as 0,065');
}

/** `6,5`, `6.50` or `6,5 %` as 650. */
function basisPoints(text: string): string {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:[.,](\d{1,2})0*)?\s*%?$/.exec(text) ?? [];
  if (whole === undefined) throw new LineFault('discount_rate_bp: must be a percentage such as 6,5');
  return String(Number(whole) * 100 + Number(fraction.padEnd(2, '0')));
}
