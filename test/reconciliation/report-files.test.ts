import { parse } from 'csv-parse/sync';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import type { Report } from '../../reconciliation/report';
import { reportCsv, reportJson } from '../../reconciliation/report-files';
import { isSigned, type Signature } from '../../runtime/report-signature';
import readXlsxFile from 'read-excel-file/node';
import { statementHtml } from '../../reconciliation/statement';
import { loadParties, vatWithin } from '../../reconciliation/statement-parties';
import { statementWorkbook } from '../../reconciliation/statement-workbook';
import { daysAfter } from '../../domain/local-time';
import { DAY, internalPurchase, reconciled, settlementLinesOf } from './synthetic-day';

const KEY = 'a key of the agent’s accounts';

let report: Report;
beforeAll(async () => {
  const missing = internalPurchase('missing', { channel: 'app' as InternalPurchase['channel'] });
  report = await reconciled([missing], { day: settlementLinesOf(internalPurchase('ghost')) });
});

describe('the report as JSON', () => {
  it('is signed: any other content, or another key, is noticed', () => {
    const { report: read, signature } = JSON.parse(reportJson(report, KEY)) as {
      report: Report;
      signature: Signature;
    };
    expect(read).toEqual(report);
    expect(isSigned(read, signature, KEY)).toBe(true);
    expect(isSigned(read, signature, undefined)).toBe(true);
    expect(isSigned(read, signature, 'another key')).toBe(false);
    expect(isSigned({ ...read, clean: true }, signature, KEY)).toBe(false);
    expect(isSigned({ ...read, clean: true }, signature, undefined)).toBe(false);
  });

  it('has no seal without a key, which does not pass for one', () => {
    const { signature } = JSON.parse(reportJson(report, undefined)) as { signature: Signature };
    expect(signature.hmacSha256).toBeNull();
    expect(isSigned(report, signature, KEY)).toBe(false);
  });
});

describe('the report as CSV', () => {
  it('has one line a break, with negative differences as numbers', () => {
    const rows: Record<string, string>[] = parse(reportCsv(report), { columns: true, bom: true });
    expect(rows.map((row) => [row['kind'], row['difference_gross'], row['at_stake']])).toEqual([
      ['charged_not_here', '-90000', '90000'],
      ['missing_there', '90000', '90000'],
    ]);
  });
});

describe('the report as CSV when MobiFone’s file holds what a spreadsheet would run', () => {
  it('has it as text, also behind what is not seen and after the separator of another country', () => {
    const [first] = report.breaks;
    if (!first) throw new Error('the report has breaks');
    const hostile = {
      ...first,
      references: ['=HYPERLINK("http://evil.example")'],
      detail: 'x;\u200b=1;=2\n=3',
    };
    const [row] = parse<Record<string, string>>(reportCsv({ ...report, breaks: [hostile] }), {
      columns: true,
      bom: true,
    });
    expect(row?.['references']).toBe(`'=HYPERLINK("http://evil.example")`);
    expect(row?.['detail']).toBe("x;\\u200b=1;'=2\\u000a=3");
  });
});

describe('the statement', () => {
  it.each([
    ['vi', 'Biên bản đối chiếu số liệu', 'Thành công tại đại lý; không có trong tệp của MobiFone'],
    ['en', 'Reconciliation statement', 'Succeeded here; missing at MobiFone'],
  ] as const)('tells the day in %s', (language, title, kind) => {
    const page = statementHtml(report, language, KEY);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(kind);
    expect(page).toContain('84.150');
    expect(page).not.toContain('84901234567');
  });

  const parties = loadParties('reconciliation/parties-example.json');

  it('names both parties, the contract, the amount in words, the tax and the balance', () => {
    const page = statementHtml(report, 'vi', KEY, { parties, opening: 1_000_000, paid: 200_000 });
    for (const text of [
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Số: 20261123/BBĐC-PQ',
      '15/2026/HĐĐL/MBF-PQ',
      '0100000002',
      'Bằng chữ: <i>Tám mươi tư nghìn một trăm năm mươi đồng</i>',
      'Thuế GTGT 10%</td><td><span class="number">7.650',
      'Số dư cuối kỳ</td><td><span class="number">884.150',
      'Trần Thị B',
    ]) {
      expect(page).toContain(text);
    }
    const gross = vatWithin(84_150, 10);
    expect([gross, 84_150 - gross, vatWithin(-84_150, 10)]).toEqual([7_650, 76_500, -7_650]);
  });

  it('writes in words what is owed for the day, before any balance', () => {
    const page = statementHtml(report, 'vi', KEY, { parties, opening: 1_000_000 });
    const order = ['phải trả trong ngày, theo số liệu của MobiFone', 'Bằng chữ', 'Số dư đầu kỳ'];
    const places = order.map((text) => page.indexOf(text));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  it('counts a sale of another day among MobiFone’s figures alone', async () => {
    const yesterdays = internalPurchase('yesterdays', { day: daysAfter(DAY, -1) });
    const other = await reconciled([yesterdays], { day: settlementLinesOf(yesterdays), last_day: [] });
    const [row = ''] = /<tbody>.*?<\/tr>/s.exec(statementHtml(other, 'vi', KEY)) ?? [];
    const amounts = [...row.matchAll(/class="number">([^<]*)/g)].map(([, amount]) => amount);
    expect(amounts).toEqual(['0', '90.000', '−84.150']);
  });

  it('shows MobiFone its own numbers and references, and not what the agent sold by which channel', () => {
    const paper = {
      parties,
      receiver: 'mobifone' as const,
      numbers: new Map([[report.breaks[0]?.purchaseId ?? '', '84901234567']]),
    };
    const page = statementHtml(report, 'vi', KEY, paper);
    expect(page).toContain('84901234567');
    expect(page).toContain('MF-ghost-charge');
    expect(page).not.toContain('Theo nơi bán');
    expect(statementHtml(report, 'vi', KEY, { ...paper, receiver: 'agent' })).not.toContain('84901234567');
    expect(statementHtml(report, 'vi', KEY, { ...paper, receiver: 'agent' })).toContain('Theo nơi bán');
  });

  it('has no English word on the Vietnamese page', () => {
    const files = report.files.map((file) => ({
      ...file,
      badLines: [{ line: 2, reason: 'amount: must be a whole number of đồng, 0 or more' }],
    }));
    const text = statementHtml({ ...report, files }, 'vi', undefined)
      .replace(/<style>.*<\/style>/s, '')
      .replaceAll(/<code>.*?<\/code>|<[^>]*>/g, ' ');
    expect(text).toContain('trong ngày, Dòng 2: số tiền không hợp lệ');
    expect(text).not.toMatch(/\b(day|postpaid|prepaid|unknown|must|line|the|amount)\b/i);
  });

  it('is a workbook with the same figures', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of statementWorkbook(report, 'vi', KEY)) pieces.push(piece);
    const [figures, breaks] = await readXlsxFile(Buffer.concat(pieces));
    expect(figures?.data).toContainEqual(['Số tiền phải trả MobiFone', 84_150, 84_150, 0]);
    expect(breaks?.data.map((row) => row.at(-1))).toEqual(['Chênh lệch', -84_150, 84_150]);
  });

  it('loads nothing and runs nothing, whatever a file puts into it', () => {
    const reason = 'state: <script>alert(1)</script>';
    const bad = {
      ...report,
      files: report.files.map((file) => ({ ...file, badLines: [{ line: 2, reason }] })),
    };
    const page = statementHtml(bad, 'en', undefined);
    expect(page).not.toMatch(/<script|src=|href=|url\(/);
    expect(page).toContain('&#60;script&#62;');
  });
});
