import { SettlementFile, type SettlementFileOptions } from '../../reconciliation/settlement-file';
import type { LocalDay } from '../../domain/local-time';
import type { FileRole } from '../../reconciliation/report';
import { timesOfFile } from '../../reconciliation/settlement-times';
import { SettlementFileFault } from '../../reconciliation/settlement-text';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { settlementCsv } from '../../sandbox/settlement-file';
import { internalPurchase, settlementLinesOf } from './synthetic-day';

const HEADER =
  'reference,transaction_id,kind,msisdn,package,payment_form,amount,discount_rate_bp,discount_amount,state,time';
const ID = internalPurchase('one').purchaseId;
const GOOD = `MF1,${ID}.charge,charge,84901234567,D90,postpaid,90000,650,5850,done,2026-11-23T10:05:33+07:00`;

/** In pieces of three bytes, so that every border falls inside something somewhere. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3);
}

async function read(text: string | Buffer, options: SettlementFileOptions = {}) {
  const file = new SettlementFile(inPieces(Buffer.isBuffer(text) ? text : Buffer.from(text)), options);
  const lines: SettlementLine[] = [];
  for await (const line of file.lines()) lines.push(line);
  return { lines, summary: file.summary() };
}

describe('a settlement file as MobiFone writes it', () => {
  it('comes back as the very lines that were written', async () => {
    const written = [
      ...settlementLinesOf(internalPurchase('one')),
      ...settlementLinesOf(internalPurchase('two', { paymentForm: 'prepaid' })),
    ];
    const { lines, summary } = await read(settlementCsv(written));
    expect(lines).toEqual(written);
    expect(summary).toMatchObject({ encoding: 'utf-8', delimiter: ',', goodLines: 3, badLines: [] });
  });

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${HEADER}\n${GOOD}\n`), {}, 'utf-8'],
    ['UTF-16 LE', Buffer.from(`\ufeff${HEADER}\r\n${GOOD}\r\n`, 'utf16le'), {}, 'utf-16le'],
    ['UTF-16 BE', Buffer.from(`\ufeff${HEADER}\n${GOOD}`, 'utf16le').swap16(), {}, 'utf-16be'],
    [
      'windows-1258 by option, with an accent in a column of no interest',
      Buffer.concat([Buffer.from(`${HEADER},note\n${GOOD},`), Buffer.from([0xd0, 0x0a])]),
      { encoding: 'windows-1258' as const },
      'windows-1258',
    ],
    [
      'UTF-16 LE without a byte order mark',
      Buffer.from(`${HEADER}\r\n${GOOD}\r\n`, 'utf16le'),
      {},
      'utf-16le',
    ],
    [
      'UTF-16 BE without a byte order mark, whatever was configured',
      Buffer.from(`${HEADER}\n${GOOD}`, 'utf16le').swap16(),
      { encoding: 'utf-8' as const },
      'utf-16be',
    ],
    ['semicolons', `${HEADER}\n${GOOD}\n`.replaceAll(',', ';'), {}, 'utf-8'],
    ['tabs', `${HEADER}\n${GOOD}\n`.replaceAll(',', '\t'), {}, 'utf-8'],
    ['a line that names the separator', `sep=;\r\n${HEADER}\r\n${GOOD}`.replaceAll(',', ';'), {}, 'utf-8'],
    ['no line end at the end', `${HEADER}\r\n${GOOD}`, {}, 'utf-8'],
    ['columns in another order', swapped(`${HEADER}\n${GOOD}\n`), {}, 'utf-8'],
  ])('is read with %s', async (_, bytes, options, encoding) => {
    const { lines, summary } = await read(bytes, options);
    expect(lines).toEqual([
      expect.objectContaining({ reference: 'MF1', amount: 90_000, at: 1_795_403_133_000 }),
    ]);
    expect(summary).toMatchObject({ encoding, badLines: [] });
  });

  it('tells the digest of its bytes and the columns that it ignores', async () => {
    const { summary } = await read(`${HEADER},note\n${GOOD},x\n`);
    expect(summary.ignoredColumns).toEqual(['note']);
    expect(summary.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

function spoilt(column: string, value: string): string {
  const fields = GOOD.split(',');
  fields[HEADER.split(',').indexOf(column)] = value;
  return fields.join(',');
}

describe('a line that cannot be used', () => {
  it.each([
    ['reference', ''],
    ['transaction_id', 'something else'],
    ['kind', 'rollback'],
    ['kind', 'sale'],
    ['msisdn', '12345'],
    ['package', 'd 90'],
    ['payment_form', 'cash'],
    ['amount', '-90000'],
    ['amount', '90000.5'],
    ['amount', '90.000'],
    ['discount_rate_bp', '10001'],
    ['discount_amount', '90001'],
    ['state', 'maybe'],
    ['time', '2026-11-23T10:05:33'],
    ['time', '2026-11-31T10:05:33+07:00'],
    ['time', '23/11/2026'],
  ])('is kept apart with its number and its column: %s "%s"', async (column, value) => {
    const { lines, summary } = await read(`${HEADER}\n${GOOD}\n${spoilt(column, value)}\n\n${GOOD}\n`);
    expect(lines).toHaveLength(2);
    expect(summary.badLines).toEqual([{ line: 3, reason: expect.stringMatching(`^${column}: `) as string }]);
  });

  it.each([
    'charge-2',
    'charge-',
    'registration-1',
    'registration-3',
    'registration-02',
    'rollback-1',
    'rollback-0',
    'rollback-02',
    'rollback-2-2',
    'rollback2',
    'check',
    'sms-success',
  ])('is one under a transaction id that we never send: %s', async (transaction) => {
    const kind = /^[a-z]+/.exec(transaction)?.[0] ?? '';
    const { lines, summary } = await read(
      `${HEADER}\n${spoilt('transaction_id', `${ID}.${transaction}`).replace(',charge,', `,${kind},`)}\n`,
    );
    expect(lines).toEqual([]);
    expect(summary.badLines).toEqual([
      { line: 2, reason: expect.stringMatching(/^transaction_id: must be one that we send/) as string },
    ]);
  });

  it.each(['registration', 'registration-2', 'charge', 'rollback', 'rollback-2', 'rollback-17'])(
    'is none under a transaction id that we may have sent: %s',
    async (transaction) => {
      const kind = /^[a-z]+/.exec(transaction)?.[0] ?? '';
      const line = spoilt('transaction_id', `${ID}.${transaction}`).replace(',charge,', `,${kind},`);
      const { lines, summary } = await read(`${HEADER}\n${line.replace(',650,5850,', ',0,0,')}\n`);
      expect(summary.badLines).toEqual([]);
      expect(lines).toMatchObject([{ transactionId: `${ID}.${transaction}`, kind }]);
    },
  );

  it('never tells the subscriber’s number', async () => {
    const { summary } = await read(`${HEADER}\n${spoilt('msisdn', '849012345678')}\n`);
    expect(JSON.stringify(summary)).not.toContain('849012345678');
  });

  it('is one line only, however its quotes are misplaced, and all are counted as an editor does', async () => {
    const text = [HEADER, `"${GOOD}`, GOOD, `MF"1"x,${GOOD}`, `${GOOD},more`, GOOD.replace('MF1', '"MF1"')];
    const { lines, summary } = await read(text.join('\r\n'));
    expect(lines).toHaveLength(2);
    expect(summary.badLines.map(({ line }) => line)).toEqual([2, 4, 5]);
  });
});

describe('a file that is not what a settlement file should be', () => {
  async function* withoutLineEnd(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${HEADER}\n`);
    const piece = Buffer.alloc(64 * 1024, 'x');
    for (let sent = 0; sent < 64 * 1024 * 1024; sent += piece.length) yield piece;
    yield Buffer.from(`\n${GOOD}\n`);
  }

  it('has one bad line where 64 MB have no line end, and goes on behind it', async () => {
    const file = new SettlementFile(withoutLineEnd());
    const lines: SettlementLine[] = [];
    for await (const line of file.lines()) lines.push(line);
    expect(lines).toHaveLength(1);
    expect(file.summary().badLines).toEqual([{ line: 2, reason: 'it is longer than 8192 characters' }]);
  });

  it('is refused by its first line where that has no end', async () => {
    await expect(read('x'.repeat(20_000))).rejects.toThrow('is longer than 8192 characters');
  });

  it('lists a hundred bad lines, counts all with their reasons, and has all of them for a file beside the report', async () => {
    const bad = spoilt('amount', '90.000');
    const file = new SettlementFile(inPieces(Buffer.from(`${HEADER}\n${`${bad}\n`.repeat(250)}x\n`)));
    for await (const _ of file.lines()) throw new Error('no line is good');
    const { badLines, badLineCount, badLineReasons } = file.summary();
    expect([badLines.length, badLines[99]?.line, badLineCount]).toEqual([100, 101, 251]);
    expect(badLineReasons).toEqual([
      { reason: expect.stringMatching(/^amount: has thousands separators/) as string, count: 250 },
      { reason: 'it has 1 fields, the header has 11', count: 1 },
    ]);
    expect([...file.allBadLines()].map(({ line }) => line)).toEqual(
      Array.from({ length: 251 }, (_, at) => at + 2),
    );
  });

  it('is refused as a whole where it has more lines than any day', async () => {
    const reading = read(`${HEADER}\n${`${GOOD}\n`.repeat(4)}`, { maxLines: 3 });
    await expect(reading).rejects.toThrow('has more than 3 lines');
    expect((await read(`${HEADER}\n${`${GOOD}\n`.repeat(3)}`, { maxLines: 3 })).lines).toHaveLength(3);
  });
});

describe('a line of another time than its file', () => {
  const day = '2026-11-23' as LocalDay;
  const at = (time: string) => `${HEADER}\n${GOOD}\n${spoilt('time', time)}\n`;

  it.each(['1999-11-23T10:05:33+07:00', '2031-11-23T10:05:33+07:00', '2026-11-25T00:00:00+07:00'])(
    'is not used: %s',
    async (time) => {
      const { lines, summary } = await read(at(time), { times: timesOfFile(day, 'day') });
      expect(lines).toHaveLength(1);
      expect(summary.badLines).toEqual([
        { line: 3, reason: 'time: is not one of this file, which can have 2026-09-22 to 2026-11-24' },
      ]);
    },
  );

  it('is used where it was settled late, or belongs to a neighbouring day or a later correction', async () => {
    const used = async (role: FileRole, time: string) =>
      (await read(at(time), { times: timesOfFile(day, role) })).lines.length === 2;
    expect(await used('day', '2026-10-01T00:00:00+07:00')).toBe(true);
    expect(await used('next_day', '2026-11-25T23:59:59+07:00')).toBe(true);
    expect(await used('last_day', '2026-11-24T00:00:00+07:00')).toBe(false);
    expect(await used('correction', '2026-12-20T08:00:00+07:00')).toBe(true);
  });
});

describe('a line of totals', () => {
  it.each([
    ['aligned with the columns', 'Tổng cộng,,,,,,180000,,11700,,'],
    ['with separators and a count', 'TOTAL: 2 lines,2,"180.000"'],
    ['without figures', 'Tong'],
    ['with the currency', 'Tổng cộng,,,,,,180.000 đ,,11700 VNĐ,,'],
    ['with the currency in front, and zeros behind', 'Tổng cộng,,,,,,"VND 180.000,00",,"₫11,700.00",,'],
    ['with the blanks that spreadsheets put in', 'Tổng cộng,,,,,,180\u00a0000\u202fđồng,,+11’700,,'],
    ['in digits of full width', 'Tổng cộng,,,,,,１８００００,,11700,,'],
    ['with zeros behind the decimal mark alone', 'Tổng cộng,,,,,,180000.00,,"11700,0",,'],
    ['within words', 'Tổng cộng (2 giao dịch): 180.000 đồng'],
    [
      'with its day, hour and rate, and what has a number in its name',
      'Tổng ngày 23/11/2026 10:05,11/2026,"6,5 %",D90,180000',
    ],
    ['with a rate that is no sum', 'Tổng cộng,,,,,,180000,"6,5",11700,,'],
  ])('is no bad line where it agrees: %s', async (_, totals) => {
    const { lines, summary } = await read(`${HEADER}\n${GOOD}\n${GOOD}\n${totals}\n`);
    expect(lines).toHaveLength(2);
    expect(summary.badLines).toEqual([]);
  });

  it.each([
    'ngày 23 tháng 11 năm 2026',
    'NGÀY 23 , THÁNG 11 , NĂM 2026',
    'ngay 23 thang 11 nam 2026',
    'ngày 23 tháng 11 năm 2026'.normalize('NFD'),
    'Hà Nội 23 tháng 11 năm 2026',
    'tháng 11',
    'tháng 11/2026',
    'tháng 11-2026',
    'tháng 11.2026',
    'tháng 11 2026',
    'T11/2026',
    'năm 2026',
    'Quý 4',
    'Quý 4/2026',
    'Quý IV/2026',
    'Q4/2026',
    'kỳ 1 tháng 11',
    'kỳ cước 202611',
    'đợt 3',
    'tuần 47',
    'ngày 23/11',
    'ngày 23.11',
    'ngày 23/11/26',
    'ngày 23 - 11 - 2026',
    'ngày thứ 23',
    '23-Thg11-2026',
    '202611',
    'lần thứ 3',
    'mẫu số 01',
    'ngày 23/11/2026',
    'ngày 23.11.26',
    'tháng 11/26',
    'ngày 23-11',
    '23/11',
    '23/11/26',
    '23-11-2026',
    '23.11.2026',
    '23 / 11 / 2026',
    '11-2026',
    '2026-11',
    '20261123',
    '20261123100533',
    '2026-11-23T10:05:33.123+07:00',
    '23-NOV-26',
    'Nov 23 2026',
    'từ ngày 01 đến ngày 23 tháng 11',
    'từ 01 đến 23/11/2026',
    '01-23/11/2026',
    '01/11–23/11/2026',
    'từ 01/11/2026 đến 23/11/2026',
    '10h05',
    '10 giờ 05 phút',
    'Trang 1/1',
    'Trang 1',
    'Trang số 12/345',
    'page 1 of 3',
    '1/1',
    'biên bản số 12/BB-MBF',
    'hợp đồng số 123/2026/HĐ-MBF',
    'phụ lục 01',
    'hóa đơn số 0000123',
    'Tổng cộng từ trang 1 đến trang 3',
    '30 ngày',
    '(1+2)',
  ])('may have, in words or beside its sums, what is no sum: %s', async (words) => {
    for (const totals of [
      `"Tổng cộng ${words}",,,,,,180000,,11700,,`,
      `Tổng cộng,"${words}",,,,,180000,,11700,,`,
      `"Tổng cộng ${words}: 180.000 đ"`,
      `"Tổng cộng 180.000 đ ${words}"`,
      `"Tổng cộng 180 000 đ ${words}"`,
    ]) {
      const { summary } = await read(`${HEADER}\n${GOOD}\n${GOOD}\n${totals}\n`);
      expect([totals, summary.badLines]).toEqual([totals, []]);
    }
  });

  it.each([
    ['its number of lines before its sum', '"Tổng cộng: 2, 180.000 đ"'],
    ['its day under the time', 'Tổng cộng,,,,,,180000,,11700,,23 11 2026'],
    ['a whole rate', 'Tổng cộng,,,,,,180000,650,11700,,'],
    ['a unit and dashes under the sums', 'Tổng cộng,,,,,,VNĐ,,–,,'],
  ])('is no bad line with %s', async (_, totals) => {
    const { summary } = await read(`${HEADER}\n${GOOD}\n${GOOD}\n${totals}\n`);
    expect(summary.badLines).toEqual([]);
  });

  it('may begin under the amount, where that is the first column', async () => {
    const columns = `${HEADER}\n${GOOD}`.split('\n').map((line) => line.split(','));
    const at = columns[0]?.indexOf('amount') ?? -1;
    const [header, good] = columns.map((cells) => [cells[at], ...cells.toSpliced(at, 1)].join(','));
    const { lines, summary } = await read(`${header}\n${good}\nTổng cộng,1,,,,,,,5850,,\n`);
    expect(lines).toHaveLength(1);
    expect(summary.badLines).toEqual([]);
  });

  it.each([
    'Tổng cộng,,,,,,180001,,11700,,',
    'Tổng cộng ngày 23 tháng 11 năm 2026: 180.001 đ',
    'Tổng trong ngày 180.001',
    'Tổng trong tháng 11 180.001',
    'Tổng cộng: 3 giao dịch tháng 11',
    '"Tổng cộng: 2, 180.001 đ"',
    'Tổng cộng 18.000/23.11.2026',
    'Tổng trong ngày 18 001',
    'Tổng 2/18.001',
    'Total amounts to 180001',
    'Tổng hóa đơn 180001',
    'Tổng cộng tháng 180001',
    'Tổng cộng đến 180001',
    'Total,3',
    'Tổng cộng,,,,,,180.001 đ,,11700,,',
    'Tổng cộng,,,,,,-180.000,,11700,,',
    'Tổng cộng,,,,,,(180.000),,11700,,',
    'Tổng cộng: 180.001 đồng',
    'Tổng cộng-180.001',
    'Tổng cộng,,,,,,- 180.000 đ,,11700,,',
    'Tổng cộng,180.000 và 9.999',
  ])('is a bad line where it does not: %s', async (totals) => {
    const { summary } = await read(`${HEADER}\n${GOOD}\n${GOOD}\n${totals}\n`);
    expect(summary.badLines).toEqual([
      {
        line: 4,
        reason: expect.stringMatching(/^control total: it says -?\d+, the lines come to /) as string,
      },
    ]);
  });

  it.each([
    ['Tổng cộng,,,,,,"180.000,5",,11700,,', 7],
    ['Tổng cộng,,,,,,180000.5,,11700,,', 7],
    ['Tổng cộng,,,,,,1.8E5,,11700,,', 7],
    ['Tổng cộng,,,,,,"1.180,000",,11700,,', 7],
    ['Tổng cộng,,,,,,180.000 và hơn,,11700,,', 7],
    ['Tổng cộng,,,,,,#REF!,,11700,,', 7],
    ['Tổng cộng,,,,,,180000,,#####,,', 9],
    ['Tổng cộng,,,,,,180000,,11.70,,', 9],
    ['Tổng cộng,,,,,,١٨٠٠٠٠,,11700,,', 7],
    ['Tổng cộng khoảng 180.0000', 1],
    [`Tổng cộng,,,,,,1${' '.repeat(8_000)}1,,11700,,`, 7],
  ])(
    'is a bad line, by the cell, where it has no figure that can only mean one number: %s',
    async (totals, cell) => {
      const { summary } = await read(`${HEADER}\n${GOOD}\n${GOOD}\n${totals}\n`);
      expect(summary.badLines).toEqual([
        { line: 4, reason: `control total: its cell ${cell} cannot be read as a figure` },
      ]);
    },
  );

  it('says that it was not compared where a line before it could not be used', async () => {
    const { summary } = await read(`${HEADER}\n${GOOD}\n${spoilt('state', 'x')}\nTotal,2\n`);
    expect(summary.badLines.slice(1)).toEqual([
      { line: 4, reason: 'control total: not compared, since lines before it cannot be used' },
    ]);
  });
});

describe('separators between thousands', () => {
  it.each(['90.000', '"90,000"'])('are accepted by rule: %s', async (amount) => {
    const { lines } = await read(`${HEADER}\n${GOOD.replace('90000', amount)}\n`, { thousands: 'accept' });
    expect(lines[0]?.amount).toBe(90_000);
  });

  it('are never guessed where groups are not of three', async () => {
    const { summary } = await read(`${HEADER}\n${GOOD.replace('90000', '90.00')}\n`, { thousands: 'accept' });
    expect(summary.badLines).toHaveLength(1);
  });
});

describe('a file that cannot be used as a whole', () => {
  it.each([
    ['is of another file', 'a secret of ours\n', '(of its 1 headings the format knows none)'],
    ['lacks a column', `${HEADER.replace('amount,', 'sum,')}\n`, 'lacks "amount" (it has "sum"'],
    ['names a column twice', `${HEADER},state\n`, 'names "state", "state" more than once'],
    ...['\u200b', '\u00ad', '\u2060', '\u034f', '\u200e', '\u00a0', '\u3164', '\u2800', '\ufeff'].map(
      (unseen): [string, string, string] => [
        `names a column twice, once with the unseen ${JSON.stringify(unseen)}`,
        `${HEADER},am${unseen === '\u00a0' || unseen === '\u2800' ? '' : unseen}ount${unseen}\n`,
        'more than once',
      ],
    ),
    ['names a column twice, once in letters of full width', `${HEADER},ａｍｏｕｎｔ\n`, 'more than once'],
    ['is empty', '', 'The settlement file is empty.'],
    ['has blank lines only', ' \r\n\n', 'The settlement file is empty.'],
    ['is a workbook of an old Excel', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), '(.xls)'],
    ['is compressed', Buffer.from([0x1f, 0x8b, 8, 0]), 'gzip'],
    ['is the error page of its source', '<!DOCTYPE html><html>404</html>', 'a web page'],
    ['is of another encoding', Buffer.from([0x72, 0xff, 0xff, 0xff]), 'is not valid utf-8'],
  ])('says so when it %s', async (_, bytes, message) => {
    const reading = read(bytes);
    await expect(reading).rejects.toThrow(SettlementFileFault);
    await expect(reading).rejects.toThrow(message);
  });
});

function swapped(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split(',').toReversed().join(','))
    .join('\n');
}
