import { Readable } from 'node:stream';
import writeXlsxFile from 'write-excel-file/node';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { proposeLayout } from '../../reconciliation/propose-layout';
import { SettlementFile } from '../../reconciliation/settlement-file';
import {
  layoutSchema,
  loadLayout,
  OWN_LAYOUT,
  type SettlementLayout,
} from '../../reconciliation/settlement-layout';
import { internalPurchase } from './synthetic-day';

const ID = internalPurchase('one').purchaseId;
const CHARGE = {
  reference: 'MF1',
  transactionId: `${ID}.charge`,
  kind: 'charge',
  msisdn: '84901234567',
  package: 'D90',
  paymentForm: 'postpaid',
  amount: 90_000,
  discountRateBasisPoints: 650,
  discountAmount: 5_850,
  state: 'done',
  at: Date.parse('2026-11-23T10:05:33+07:00'),
};

async function read(content: string | Buffer, layout: SettlementLayout) {
  const file = new SettlementFile(Readable.from([Buffer.from(content)]), { layout });
  const lines: SettlementLine[] = [];
  for await (const line of file.lines()) lines.push(line);
  return { lines, summary: file.summary() };
}

const VIETNAMESE = [
  'Mã GD MobiFone;Mã GD đối tác;Loại GD;Số thuê bao;Gói cước;Loại thuê bao;Số tiền;Tỷ lệ CK (%);Tiền chiết khấu;Trạng thái;Thời gian;Ghi chú',
  `MF1;${ID}.charge;Trừ cước;0901234567;D90;Trả sau;90.000;6,5;5.850;Thành công;23/11/2026 10:05:33;x`,
  `MF2;${ID}.charge;Trừ cước;0901234567;D90;Trả sau;90.000,5;6,5;5.850;Thành công;23/11/2026 10:05:33;`,
  `MF3;${ID}.charge;Trừ cước;0901234567;D90;Trả sau;90.000;6,5;5.850;Chờ;11/23/2026 10:05:33;`,
].join('\r\n');

const PIPES = [
  'TRANS_ID|PARTNER_REF|SERVICE|ISDN|PKG|SUB_TYPE|FEE|COMM_RATE|COMM|TRANS_DATE',
  `MF1|${ID}.charge|CHG|84901234567|D90|2|90000|650|5850|20261123100533`,
  'TRL|1|90000',
].join('\n');

/** A cell that Excel shows as a day or a time of day; it has no time zone. */
function dated(moment: string): Cell {
  const isDay = !moment.includes('T');
  const value = new Date(isDay ? `${moment}T00:00:00Z` : `${moment}:00Z`);
  return { value, type: Date, format: isDay ? 'dd/mm/yyyy' : 'hh:mm' };
}
interface Cell {
  value: Date;
  type: typeof Date;
  format: string;
}

/** As a person would make it in Excel: a title, numbers as numbers, a day as a date. */
function workbook(day: string | Cell = '23/11/2026', time: string | Cell = '10:05'): Promise<Buffer> {
  const header = [
    'Mã giao dịch',
    'Mã đối tác',
    'Số thuê bao',
    'Gói',
    'Hình thức',
    'Thành tiền (VNĐ)',
    'Tỷ lệ CK',
    'Chiết khấu (VNĐ)',
    'Kết quả',
    'Ngày',
    'Giờ',
  ];
  const cells = ['MF1', `${ID}.charge`, 901234567, 'D90', 'TS', 90000, 0.065, 5850, 'OK', day, time];
  const rows = [['ĐỐI SOÁT NGÀY 23/11/2026'], header, cells, ['Tổng cộng', null, null, null, null, 90000]];
  const file = writeXlsxFile(
    rows.map((row) => row.map((value) => (value === null || typeof value === 'object' ? value : { value }))),
  );
  return file.toBuffer();
}

describe('the layouts that are shipped as examples', () => {
  it('read a Vietnamese CSV file, and say of a line what is not as the layout says', async () => {
    const { lines, summary } = await read(VIETNAMESE, loadLayout('vietnamese-csv'));
    expect(lines).toMatchObject([CHARGE]);
    expect(summary.ignoredColumns).toEqual(['Ghi chú']);
    expect(summary.badLines).toEqual([
      { line: 3, reason: 'amount: is not written as the layout says, or is not whole đồng' },
      { line: 4, reason: expect.stringMatching(/^state: must be one of/) as string },
    ]);
  });

  it('read a dump with a trailer whose figures agree', async () => {
    const { lines, summary } = await read(PIPES, loadLayout('pipes-with-trailer'));
    expect(lines).toMatchObject([CHARGE]);
    expect(summary.badLines).toEqual([]);
    const cut = await read(PIPES.replace('TRL|1', 'TRL|2'), loadLayout('pipes-with-trailer'));
    expect(cut.summary.badLineCount).toBe(1);
  });

  it('read an Excel workbook with a title, a total and the kind in our transaction id', async () => {
    const { lines, summary } = await read(await workbook(), loadLayout('workbook'));
    expect(lines).toMatchObject([{ ...CHARGE, at: Date.parse('2026-11-23T10:05:00+07:00') }]);
    expect(summary).toMatchObject({ format: 'xlsx', badLineCount: 0 });
  });
});

describe('a file as spreadsheets and old systems write it', () => {
  it('is read whether its accents are part of the letters or apart, as in Windows-1258', async () => {
    const { lines } = await read(VIETNAMESE.normalize('NFD'), loadLayout('vietnamese-csv'));
    expect(lines).toMatchObject([CHARGE]);
  });

  it.each([
    ['a day cell and a written time', dated('2026-11-23'), '10:05'],
    ['a written day and a time cell', '23/11/2026', dated('1899-12-30T10:05')],
    ['a cell for each', dated('2026-11-23'), dated('1899-12-30T10:05')],
  ])('has its times in a workbook as %s', async (_, day, time) => {
    const { lines, summary } = await read(await workbook(day, time), loadLayout('workbook'));
    expect(summary.badLines).toEqual([]);
    expect(lines).toMatchObject([{ ...CHARGE, at: Date.parse('2026-11-23T10:05:00+07:00') }]);
  });
});

describe('a file with two headings that both are names of one column', () => {
  const twice = (other: string, value: string) =>
    VIETNAMESE.split('\r\n')
      .slice(0, 2)
      .map((line, at) => `${line};${at === 0 ? other : value}`)
      .join('\r\n');

  it.each([
    ['Mã gói', 'D90', '"Gói cước", "Mã gói"'],
    ['THỜI GIAN GD', '23/11/2026 10:05:33', '"Thời gian", "THỜI GIAN GD"'],
    ['Số  tiền', '97.000', '"Số tiền", "Số  tiền"'],
  ])('is refused, as one with the same heading twice is: %s', async (other, value, named) => {
    const reading = read(twice(other, value), loadLayout('vietnamese-csv'));
    await expect(reading).rejects.toThrow(`names ${named} more than once`);
    await expect(reading).rejects.toThrow('let the layout name only the one that counts');
  });

  it('is refused where one of them is a part of a column that is put together', async () => {
    const layout = loadLayout('workbook');
    const rows = [
      'Mã giao dịch',
      'Mã đối tác',
      'Số thuê bao',
      'Gói',
      'Hình thức',
      'Thành tiền (VNĐ)',
      'Tỷ lệ CK',
    ];
    const header = [...rows, 'Chiết khấu (VNĐ)', 'Kết quả', 'Ngày', 'Giờ', 'GIỜ'].join(',');
    await expect(read(`${header}\n`, layout)).rejects.toThrow('names "Giờ", "GIỜ" more than once');
  });

  it('is read where the layout names only one of them', async () => {
    const layout = loadLayout('vietnamese-csv');
    const { lines, summary } = await read(twice('Mã gói', 'X'), {
      ...layout,
      columns: { ...layout.columns, package: ['Gói cước'] },
    });
    expect(lines).toMatchObject([CHARGE]);
    expect(summary.ignoredColumns).toEqual(['Ghi chú', 'Mã gói']);
  });
});

describe('a layout that cannot be used', () => {
  it('says all that is wrong, by its place', () => {
    const { columns, ...rest } = JSON.parse(JSON.stringify(loadLayout('vietnamese-csv'))) as SettlementLayout;
    const { amount: _, ...others } = columns;
    const faults = layoutSchema.safeParse({
      ...rest,
      columns: others,
      constants: { state: 'done' },
      time: { format: 'DD/MM' },
      amounts: { thousands: '.', decimal: '.' },
    });
    expect(faults.error?.issues.map(({ path }) => path.join('.'))).toEqual(
      expect.arrayContaining(['time.format', 'amounts']),
    );
    const missing = layoutSchema.safeParse({ columns: others, constants: { state: 'done' } });
    expect(missing.error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'columns.amount',
      'columns.state',
    ]);
  });

  it('is told by a file that is no workbook although it begins as one', async () => {
    await expect(
      read(Buffer.from('PK\u0003\u0004 and nothing else'), loadLayout('workbook')),
    ).rejects.toThrow('is no usable Excel workbook');
  });
});

describe('a layout that is proposed from a sample', () => {
  it('reads the sample where all of it was understood', async () => {
    const { layout, open } = proposeLayout(VIETNAMESE.split('\r\n').slice(0, 2));
    expect(open).toEqual([]);
    expect((await read(VIETNAMESE, layoutSchema.parse(layout))).lines).toMatchObject([CHARGE]);
  });

  it('says what it does not know, for a person to complete', () => {
    const { layout, open, understood } = proposeLayout(PIPES.split('\n'));
    expect(open).toEqual([
      'state: no column is known to be it; name one in columns, or give its value in constants',
      'payment_form: what does "2" mean? Say it in values.payment_form',
    ]);
    expect(layout).toMatchObject({
      delimiter: '|',
      time: { format: 'YYYYMMDDHHmmss' },
      values: { kind: { CHG: 'charge' } },
    });
    expect(understood).toContain('kind: CHG is charge');
  });

  it('puts a day and its time together, and warns where day and month could be exchanged', () => {
    const rows = [
      ['Mã giao dịch', 'Ngày', 'Giờ', 'Số tiền'],
      ['1', '05/11/2026', '10:05', '90,000'],
    ];
    const { layout, open } = proposeLayout(rows.map((cells) => ({ cells, numbers: new Map() })));
    expect(layout.columns.time).toEqual({ join: ['Ngày', 'Giờ'] });
    expect(layout.amounts.thousands).toBe(',');
    expect(open).toContain('time: day and month could be the other way round');
  });
});

describe('a layout that is proposed from a sample with a subscriber’s number in its words', () => {
  const sample = ['ma gd (0901234567),loai gd,so tien (+84 901 234 567)', '1,TC (84901234567),90000'];

  it('finds the columns, and says the number to nobody', () => {
    const { layout, open, understood } = proposeLayout(sample);
    expect(understood.join()).toContain('amount: so tien (****567)');
    expect(understood.join()).toContain('kind: TC (****567) is charge');
    expect([...understood, ...open].join()).not.toMatch(/1.?234.?567/);
    expect(layout.columns.amount).toEqual(['so tien (+84 901 234 567)']); // or it would not be found in the next file
  });
});

describe('a layout whose words differ in capitals only', () => {
  it('is refused: one of the two would be read as the other', () => {
    const { columns, ...layout } = OWN_LAYOUT;
    const values = { ...layout.values, state: { x: 'done', X: 'void' } };
    const { error } = layoutSchema.safeParse({ ...layout, columns, values });
    expect(error?.issues).toEqual([expect.objectContaining({ path: ['values', 'state', 'X'] })]);
  });
});
