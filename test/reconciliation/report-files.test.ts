import { parse } from 'csv-parse/sync';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import type { Report } from '../../reconciliation/report';
import { reportCsv, reportJson } from '../../reconciliation/report-files';
import { isSigned, type Signature } from '../../runtime/report-signature';
import { statementHtml } from '../../reconciliation/statement';
import { internalPurchase, reconciled, settlementLinesOf } from './synthetic-day';

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
    ['vi', 'Biên bản đối soát', 'Thành công tại đại lý; không có trong tệp của MobiFone'],
    ['en', 'Reconciliation statement', 'Succeeded here; missing at MobiFone'],
  ] as const)('tells the day in %s', (language, title, kind) => {
    const page = statementHtml(report, language, KEY);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(kind);
    expect(page).toContain('84.150');
    expect(page).not.toContain('84901234567');
  });

  it('loads nothing and runs nothing, whatever a file puts into it', () => {
    const reason = 'state: <script>alert(1)</script>';
    const bad = {
      ...report,
      files: report.files.map((file) => ({ ...file, badLines: [{ line: 2, reason }] })),
    };
    const page = statementHtml(bad, 'vi', undefined);
    expect(page).not.toMatch(/<script|src=|href=|url\(/);
    expect(page).toContain('&#60;script&#62;');
  });
});
