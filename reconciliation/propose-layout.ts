import { SETTLEMENT_COLUMN_NAMES, type SettlementColumn } from '../domain/reconciliation/settlement';
import { withoutNumbers } from '../domain/telephone-numbers';
import { isSum } from './control-totals';
import { csvFields, DELIMITERS, type Delimiter } from './csv-fields';
import type { RawLine } from './settlement-header';
import { NO_NUMBERS, type SheetRow } from './shown-numbers';

/** What a sample was understood as, and what it was not: a person completes it. */
export interface ProposedLayout {
  layout: {
    about: string;
    delimiter?: Delimiter;
    sheet?: string;
    headerWithin: number;
    columns: Partial<Record<SettlementColumn, string[] | { join: string[] }>>;
    values: Partial<Record<WordColumn, Record<string, string>>>;
    time: { format: string };
    amounts: { thousands: string; decimal: string };
    rate: string;
  };
  understood: string[];
  open: string[];
}
type WordColumn = 'kind' | 'payment_form' | 'state';

/** How systems name our columns, without accents; earlier names are the likelier ones. */
const NAMES: Record<SettlementColumn, readonly string[]> = {
  reference: [
    'reference',
    'ma gd mobifone',
    'ma giao dich mobifone',
    'trans_id',
    'transid',
    'ma giao dich',
    'ma gd',
    'so gd',
  ],
  transaction_id: [
    'transaction_id',
    'ma gd doi tac',
    'ma giao dich doi tac',
    'ma doi tac',
    'ma gd dai ly',
    'partner_ref',
    'partner_trans_id',
    'request_id',
  ],
  kind: ['kind', 'loai gd', 'loai giao dich', 'nghiep vu', 'service', 'trans_type'],
  msisdn: ['msisdn', 'so thue bao', 'so dien thoai', 'thue bao', 'isdn', 'sdt'],
  package: ['package', 'goi cuoc', 'ma goi', 'ten goi', 'goi', 'pkg', 'package_code'],
  payment_form: ['payment_form', 'loai thue bao', 'loai tb', 'hinh thuc', 'sub_type'],
  amount: ['amount', 'so tien', 'thanh tien', 'gia goi', 'gia cuoc', 'fee', 'price'],
  discount_rate_bp: ['discount_rate_bp', 'ty le ck', 'ty le chiet khau', '% ck', 'comm_rate'],
  discount_amount: [
    'discount_amount',
    'tien chiet khau',
    'tien ck',
    'so tien chiet khau',
    'chiet khau',
    'comm',
  ],
  state: ['state', 'trang thai', 'ket qua', 'status'],
  time: ['time', 'thoi gian', 'thoi diem', 'ngay giao dich', 'ngay gd', 'ngay', 'trans_date', 'datetime'],
};
const CLOCK_NAMES: ReadonlySet<string> = new Set(['gio', 'gio gd', 'gio giao dich']);

const WORDS: Record<WordColumn, Record<string, string>> = {
  kind: {
    registration: 'registration',
    'dang ky': 'registration',
    dk: 'registration',
    reg: 'registration',
    charge: 'charge',
    'tru cuoc': 'charge',
    tc: 'charge',
    chg: 'charge',
    rollback: 'rollback',
    huy: 'rollback',
    'hoan cuoc': 'rollback',
    can: 'rollback',
  },
  payment_form: {
    prepaid: 'prepaid',
    'tra truoc': 'prepaid',
    tt: 'prepaid',
    postpaid: 'postpaid',
    'tra sau': 'postpaid',
    ts: 'postpaid',
  },
  state: {
    done: 'done',
    'thanh cong': 'done',
    'hoan tat': 'done',
    ok: 'done',
    success: 'done',
    reversed: 'reversed',
    'da hoan': 'reversed',
    dao: 'reversed',
    void: 'void',
    'huy bo': 'void',
  },
};

const TIMES: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/, 'iso'],
  [/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'YYYY-MM-DD HH:mm:ss'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}:\d{2}$/, 'DD/MM/YYYY HH:mm:ss'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}$/, 'DD/MM/YYYY HH:mm'],
  [/^\d{1,2}-\d{1,2}-\d{4} \d{1,2}:\d{2}:\d{2}$/, 'DD-MM-YYYY HH:mm:ss'],
  [/^\d{1,2}\/\d{1,2}\/\d{4}$/, 'DD/MM/YYYY'],
  [/^\d{14}$/, 'YYYYMMDDHHmmss'],
];

/**
 * @param lines the first lines of a file
 * @param sheet where a person has said in which one they are
 */
export function proposeLayout(lines: readonly RawLine[], sheet?: string): ProposedLayout {
  const delimiter = lines.some((line) => typeof line === 'string') ? likeliest(lines) : undefined;
  const rows = lines.map((line): SheetRow =>
    typeof line === 'string' ? { cells: csvFields(line, delimiter ?? ',') ?? [], numbers: NO_NUMBERS } : line,
  );
  const known = rows.map(({ cells }) => cells.filter((cell) => columnOf(cell) !== undefined).length);
  const at = known.indexOf(Math.max(...known, 0));
  const header = rows[at]?.cells ?? [];
  const proposal: ProposedLayout = {
    layout: {
      about: 'Proposed from a sample: check every line of it against MobiFone’s description.',
      ...(delimiter ? { delimiter } : {}),
      ...(sheet === undefined ? {} : { sheet }),
      headerWithin: Math.min(50, at + 1),
      columns: {},
      values: {},
      time: { format: 'iso' },
      amounts: { thousands: 'none', decimal: 'none' },
      rate: 'basis_points',
    },
    understood: [
      `line ${at + 1} is the header`,
      ...(delimiter ? [`the delimiter is ${JSON.stringify(delimiter)}`] : []),
    ],
    open: [],
  };
  const body = rows.slice(at + 1).filter(({ cells }) => cells.length === header.length);
  const valuesOf = columns(header, body, proposal);
  words(valuesOf, proposal);
  forms(valuesOf, proposal);
  return proposal;
}

type ValuesOf = (column: SettlementColumn) => string[];

function columns(
  header: readonly string[],
  body: readonly SheetRow[],
  { layout, understood, open }: ProposedLayout,
): ValuesOf {
  const places = new Map<SettlementColumn, number[]>();
  for (const column of SETTLEMENT_COLUMN_NAMES) {
    const [place] = header
      .map((cell, at) => ({ at, rank: columnOf(cell) === column ? rankOf(column, cell) : Infinity }))
      .filter(({ rank }) => rank < Infinity)
      .sort((one, other) => one.rank - other.rank);
    if (place) places.set(column, [place.at]);
    else if (column === 'kind') understood.push('kind: said by the transaction id');
    else
      open.push(
        `${column}: no column is known to be it; name one in columns, or give its value in constants`,
      );
  }
  const clock = header.findIndex((cell) => CLOCK_NAMES.has(plain(cell)));
  const day = places.get('time')?.[0];
  if (day !== undefined && clock >= 0) places.set('time', [day, clock]);
  for (const [column, found] of places) {
    const names = found.map((place) => header[place]?.trim() ?? '');
    layout.columns[column] = found.length > 1 ? { join: names } : names;
    understood.push(`${column}: ${names.map(withoutNumbers).join(' and ')}`);
  }
  const read = new Set([...places.values()].flat());
  const unread = header.filter((cell, at) => !read.has(at) && cell.trim() !== '');
  if (unread.length > 0) understood.push(`not read: ${unread.map(withoutNumbers).join(', ')}`);
  return (column) =>
    body
      .map(({ cells, numbers }) =>
        (places.get(column) ?? [])
          .filter((at) => !(isSum(column) && numbers.has(at))) // a fraction of a đồng, which no separators write
          .map((at) => cells[at] ?? '')
          .join(' ')
          .trim(),
      )
      .filter((text) => text !== '');
}

/** Words stand for ours where they are known; others a person must assign. */
function words(valuesOf: ValuesOf, { layout, understood, open }: ProposedLayout): void {
  for (const column of ['kind', 'payment_form', 'state'] as const) {
    const mapped: Record<string, string> = {};
    for (const text of new Set(valuesOf(column))) {
      const ours = WORDS[column][plain(text)];
      if (ours === undefined)
        open.push(`${column}: what does "${withoutNumbers(text)}" mean? Say it in values.${column}`);
      else if (ours !== text) mapped[text] = ours;
    }
    if (Object.keys(mapped).length === 0) continue;
    layout.values[column] = mapped;
    understood.push(
      `${column}: ${Object.entries(mapped)
        .map(([theirs, ours]) => `${withoutNumbers(theirs)} is ${ours}`)
        .join(', ')}`,
    );
  }
}

function forms(valuesOf: ValuesOf, { layout, understood, open }: ProposedLayout): void {
  const times = valuesOf('time');
  const format = TIMES.find(([form]) => times.length > 0 && times.every((text) => form.test(text)))?.[1];
  if (format === undefined) open.push('time: its form is not known; say it in time.format');
  else layout.time.format = format;
  if (
    format !== undefined &&
    format.startsWith('DD/MM') &&
    times.every((text) => Number(text.split('/')[0]) <= 12)
  ) {
    open.push('time: day and month could be the other way round');
  }
  const amounts = [...valuesOf('amount'), ...valuesOf('discount_amount')];
  const grouped = ['.', ','].find((mark) =>
    amounts.some((text) => new RegExp(`^\\d{1,3}([${mark}]\\d{3})+`).test(text)),
  );
  if (grouped !== undefined) layout.amounts.thousands = grouped;
  const decimal = ['.', ','].find((mark) =>
    amounts.some((text) => new RegExp(`[${mark}]0{1,2}$`).test(text)),
  );
  if (decimal !== undefined && decimal !== grouped) layout.amounts.decimal = decimal;
  const rates = valuesOf('discount_rate_bp').map((text) =>
    Number(text.replace(/[% ]/g, '').replace(',', '.')),
  );
  const largest = Math.max(0, ...rates.filter(Number.isFinite));
  if (largest > 0) layout.rate = largest < 1 ? 'fraction' : largest <= 100 ? 'percent' : 'basis_points';
  const { thousands, decimal: fraction } = layout.amounts;
  understood.push(
    `times are written ${layout.time.format}`,
    `thousands are separated by ${thousands}, decimals by ${fraction}`,
    `the rate is in ${layout.rate}`,
  );
}

function columnOf(cell: string): SettlementColumn | undefined {
  return SETTLEMENT_COLUMN_NAMES.find((column) => rankOf(column, cell) < Infinity);
}

/** How likely a name is the column's: its place among the known ones. */
function rankOf(column: SettlementColumn, cell: string): number {
  const place = NAMES[column].indexOf(plain(cell));
  return place < 0 ? Infinity : place;
}

/** Without accents, case, units in brackets and needless blanks. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll(/đ/gi, 'd')
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function likeliest(lines: readonly RawLine[]): Delimiter {
  const text = lines.filter((line) => typeof line === 'string').join('\n');
  return DELIMITERS.reduce((best, one) => (text.split(one).length > text.split(best).length ? one : best));
}
