import { Readable } from 'node:stream';
import { proposeLayout } from '../../reconciliation/propose-layout';
import { SettlementFile, type SettlementFileOptions } from '../../reconciliation/settlement-file';
import { layoutSchema, OWN_LAYOUT, type SettlementLayout } from '../../reconciliation/settlement-layout';
import { SettlementFileFault } from '../../reconciliation/settlement-text';
import { firstLines } from '../../reconciliation/workbook-or-text';
import { SETTLEMENT_COLUMN_NAMES } from '../../domain/reconciliation/settlement';
import { lettersOf } from '../../reconciliation/cell-names';
import { packedWorkbook, RELATION } from './packed-workbook';
import { internalPurchase } from './synthetic-day';

/** A number, and how it is shown: by a number of the standard or a code. */
interface Shown {
  number: string;
  as?: number | string;
}
type Cells = readonly (string | Shown)[];

const ID = internalPurchase('one').purchaseId;
const NAMES: readonly string[] = [...SETTLEMENT_COLUMN_NAMES, 'note'];

function charge(change: Readonly<Record<string, string | Shown>> = {}): Cells {
  const cells: Record<string, string | Shown> = {
    reference: 'MF1',
    transaction_id: `${ID}.charge`,
    kind: 'charge',
    msisdn: '84901234567',
    package: 'D90',
    payment_form: 'postpaid',
    amount: { number: '90000' },
    discount_rate_bp: { number: '650' },
    discount_amount: { number: '5850' },
    state: 'done',
    time: '2026-11-23T10:05:33+07:00',
    note: '',
    ...change,
  };
  return NAMES.map((name) => cells[name] ?? '');
}

/** A line of totals with figures under these columns. */
function totals(figures: Readonly<Record<string, Shown>>): Cells {
  return NAMES.map((name, at) => (at === 0 ? 'Total' : (figures[name] ?? '')));
}

function workbook(...rows: readonly Cells[]): Buffer {
  const formats: (number | string)[] = [0];
  const styleOf = (as: number | string) => {
    if (!formats.includes(as)) formats.push(as);
    return formats.indexOf(as);
  };
  const data = [NAMES, ...rows].map((cells, row) => {
    const xml = cells.map((cell, at) => {
      const place = `r="${lettersOf(at + 1)}${row + 1}"`;
      if (cell === '') return '';
      return typeof cell === 'string'
        ? `<c ${place} t="inlineStr"><is><t>${cell}</t></is></c>`
        : `<c ${place} s="${styleOf(cell.as ?? 0)}"><v>${cell.number}</v></c>`;
    });
    return `<row r="${row + 1}">${xml.join('')}</row>`;
  });
  const codes = formats.flatMap((as, at) =>
    typeof as === 'string' ? [`<numFmt numFmtId="${170 + at}" formatCode="${as}"/>`] : [],
  );
  const styles = formats.map((as, at) => `<xf numFmtId="${typeof as === 'string' ? 170 + at : as}"/>`);
  return packedWorkbook({
    'xl/workbook.xml': '<workbook><sheets><sheet name="Day" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      `<Relationships><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/>` +
      `<Relationship Id="rId2" Type="${RELATION}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet><numFmts>${codes.join('')}</numFmts><cellXfs>${styles.join('')}</cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${data.join('')}</sheetData></worksheet>`,
  });
}

function layout(change: Partial<Pick<SettlementLayout, 'amounts' | 'rate'>>): SettlementFileOptions {
  return { layout: layoutSchema.parse({ columns: OWN_LAYOUT.columns, ...change }) };
}

async function read(content: Buffer, options: SettlementFileOptions = {}) {
  const file = new SettlementFile(Readable.from([content]), options);
  const lines = [];
  for await (const line of file.lines()) lines.push(line);
  return { lines, bad: file.summary().badLines };
}

/** The words by which a file is refused. */
async function refusal(content: Buffer, options: SettlementFileOptions = {}): Promise<string> {
  const fault: unknown = await read(content, options).catch((why: unknown) => why);
  if (fault instanceof SettlementFileFault) return fault.message;
  throw new Error(`it was not refused: ${JSON.stringify(fault)}`);
}

const DOTS = { amounts: { thousands: '.', decimal: 'none' } } as const;
const COMMAS = { amounts: { thousands: ',', decimal: '.' } } as const;

describe('a number with a fraction in a cell under an amount', () => {
  it.each([
    ['the day’s rule accepts separators', { thousands: 'accept' }],
    ['a layout separates thousands by a full stop', layout(DOTS)],
    ['a layout separates thousands by a comma', layout(COMMAS)],
    ['nothing is said', {}],
  ] as const)('is no amount, and never thousands of its own, where %s', async (_, options) => {
    for (const column of ['amount', 'discount_amount']) {
      const { lines, bad } = await read(workbook(charge({ [column]: { number: '5.850' } })), options);
      expect(lines).toEqual([]);
      expect(bad).toEqual([{ line: 2, reason: `${column}: must be a whole number of đồng, 0 or more` }]);
    }
  });

  it('is read as before where it is a text, which separators may divide', async () => {
    const texts = workbook(charge({ amount: '90.000', discount_amount: '5.850' }));
    expect((await read(texts, layout(DOTS))).lines).toMatchObject([
      { amount: 90_000, discountAmount: 5_850 },
    ]);
  });

  it('is no figure of a line of totals either', async () => {
    for (const column of ['amount', 'note']) {
      const { bad } = await read(workbook(charge(), totals({ [column]: { number: '90.000' } })));
      expect(bad).toMatchObject([{ line: 3, reason: expect.stringContaining('control total') as string }]);
      const fraction = workbook(
        charge({ amount: { number: '90125' } }),
        totals({ [column]: { number: '90.125' } }),
      );
      expect((await read(fraction)).bad).toMatchObject([
        { line: 3, reason: expect.stringContaining('cannot be read as a figure') as string },
      ]);
    }
  });

  it('is not proposed as one that separators divide', async () => {
    const sample = await firstLines(Readable.from([workbook(charge({ amount: { number: '90.125' } }))]), {});
    expect(proposeLayout(sample).layout.amounts).toEqual({ thousands: 'none', decimal: 'none' });
  });
});

describe('a number of which a spreadsheet shows another, in a column that is read', () => {
  const where = (cell: string) =>
    `in its sheet "Day", the cell ${cell} has a number format that shows something else than its value`;

  it.each([1, 3, 37, 38, 41, 42, '0', '#,##0', '#,##0.0', '#,##0 [$đ-42A];-#,##0 [$đ-42A]', '0.00'])(
    'is refused where its fraction is rounded away: by %j',
    async (as) => {
      const discount = { number: '3.125', as };
      expect(
        await refusal(workbook(charge(), charge({ discount_amount: discount })), layout(DOTS)),
      ).toContain(where('I3'));
    },
  );

  it.each([
    ['percent', '6.5', 1, 'H2'],
    ['percent', '6.25', '0.0', 'H2'],
    ['fraction', '0.065', 9, 'H2'],
    ['fraction', '0.0655', '0.0%', 'H2'],
    ['fraction', '0.065', 2, 'H2'],
  ] as const)('is refused where the rate is rounded: %s, %s as %j', async (rate, number, as, cell) => {
    expect(await refusal(workbook(charge({ discount_rate_bp: { number, as } })), layout({ rate }))).toContain(
      where(cell),
    );
  });

  it.each([
    ['a rate of percents', 'percent', 'discount_rate_bp', '6', 'H2'],
    ['a rate of basis points', 'basis_points', 'discount_rate_bp', '650', 'H2'],
    ['an amount', 'fraction', 'amount', '90000', 'G2'],
    ['a discount', 'fraction', 'discount_amount', '5850', 'I2'],
  ] as const)(
    'is refused where it is shown as a hundred times more: %s',
    async (_, rate, column, number, cell) => {
      expect(await refusal(workbook(charge({ [column]: { number, as: 9 } })), layout({ rate }))).toContain(
        where(cell),
      );
    },
  );

  it('is refused in a line of totals under an amount', async () => {
    const figures = { amount: { number: '90000.4', as: 3 } };
    expect(await refusal(workbook(charge(), totals(figures)))).toContain(where('G3'));
  });

  it.each([
    ['percent', '6.5', 0],
    ['percent', '6.5', '0.0'],
    ['percent', '6.50', 2],
    ['fraction', '0.065', 0],
    ['fraction', '0.065', 10],
    ['fraction', '0.065', '0.0%'],
    ['fraction', '6.5000000000000002E-2', '0.0%'],
    ['fraction', '0.06500000000000004', '0.0%'],
    ['fraction', '0.065', '0.000'],
    ['basis_points', '650', 2],
  ] as const)('is read where all of the rate is seen: %s, %s as %j', async (rate, number, as) => {
    const { lines } = await read(workbook(charge({ discount_rate_bp: { number, as } })), layout({ rate }));
    expect(lines).toMatchObject([{ discountRateBasisPoints: 650 }]);
  });

  it('makes no difference in a column that is not read, and at the rate of a line of totals', async () => {
    const note = { number: '81818.18', as: 3 };
    const average = { discount_rate_bp: { number: '6.4123', as: 1 }, note: { number: '0.064123', as: 9 } };
    const { lines, bad } = await read(workbook(charge({ note }), totals(average)));
    expect(bad).toEqual([]);
    expect(lines).toHaveLength(1);
  });
});
