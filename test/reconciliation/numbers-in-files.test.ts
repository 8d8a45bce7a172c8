import { Readable } from 'node:stream';
import { reconcile, DEFAULT_SETTINGS } from '../../reconciliation/reconcile';
import { proposeLayout } from '../../reconciliation/propose-layout';
import { breaksCsv } from '../../reconciliation/report-csv';
import { reportJson } from '../../reconciliation/report-files';
import { SettlementFile } from '../../reconciliation/settlement-file';
import { settlementCsv } from '../../sandbox/settlement-file';
import { packedWorkbook } from './packed-workbook';
import { DAY, internalPurchase, internalSide, settlementLineOf } from './synthetic-day';

const HEADER =
  'reference,transaction_id,kind,msisdn,package,payment_form,amount,discount_rate_bp,discount_amount,state,time';
const SPELLINGS = [
  '84908456111',
  '+84 908 456 111',
  '0908456111',
  '0908.456.111',
  '84-908-456-111',
  '908456111',
  '0908–456–111',
  '0908’456’111',
  '0908·456·111',
  '0908|456|111',
  '0908*456*111',
  '9.08456111E8',
  '9.08456111e+08',
  '8.4908456111E+10',
  '0908\u200b456\u00ad111',
  '\uff10\uff19\uff10\uff18\uff14\uff15\uff16\uff11\uff11\uff11',
];
/** The digits as they are, whatever is between them. */
const inClear = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{Nd}]/gu, '')
    .includes('908456');

function fileOf(...lines: string[]): SettlementFile {
  return new SettlementFile(Readable.from([Buffer.from(lines.join('\n'))]));
}

async function readToEnd(file: SettlementFile): Promise<SettlementFile> {
  for await (const _ of file.lines()) continue;
  return file;
}

/** The words by which a file is refused. */
async function refusal(file: SettlementFile): Promise<string> {
  const fault: unknown = await readToEnd(file).catch((why: unknown) => why);
  if (fault instanceof Error) return fault.message;
  throw new Error('it was not refused');
}

describe.each(SPELLINGS)('a subscriber’s number in a settlement file, written %s,', (number) => {
  const { purchaseId } = internalPurchase('one');

  it('is not in the words about a file without a header', async () => {
    const words = await refusal(
      fileOf(`MF1,${purchaseId}.charge,charge,${number},D90,postpaid,90000,650,5850,done,2026-11-23`),
    );
    expect(words).toContain('headings the format knows none');
    expect(inClear(words)).toBe(false);
  });

  it('is masked where it is a heading', async () => {
    const { ignoredColumns } = (await readToEnd(fileOf(`${HEADER},${number},note`))).summary();
    expect(ignoredColumns).toEqual([expect.stringContaining('****'), 'note']);
    expect(inClear(ignoredColumns.join(' '))).toBe(false);
  });

  it('is masked in the name of a sheet', async () => {
    const xml = `<workbook><sheets><sheet name="${number}" r:id="rId1"/></sheets></workbook>`;
    const parts = { 'xl/workbook.xml': xml, 'xl/_rels/workbook.xml.rels': '<Relationships/>' };
    const words = await refusal(new SettlementFile(Readable.from([packedWorkbook(parts)])));
    expect(words).toContain('****');
    expect(inClear(words)).toBe(false);
  });

  it('is masked in what is said about a sample', () => {
    const { understood, open } = proposeLayout([`${HEADER},${number}`, `,,${number},,,,,,,,,`]);
    expect(inClear(understood.join('\n'))).toBe(false);
    expect(inClear(open.join('\n'))).toBe(false);
    expect(open.join('\n')).toContain('****');
  });

  it('is masked where a line of totals has it', async () => {
    const file = fileOf(HEADER, `Total,,,${number},,,0,,0,,`);
    const reasons = (await readToEnd(file)).summary().badLines.map(({ reason }) => reason);
    expect(inClear(reasons.join('\n'))).toBe(false);
  });
});

describe.each(['84901234567', '0901234567', '84901234567-20261123', 'TX.0901.234.567', '84909999999'])(
  'a reference of MobiFone’s that has a subscriber’s number in it (%s)',
  (reference) => {
    it('is in no report with more than the last digits', async () => {
      const line = { ...settlementLineOf(internalPurchase('unknown'), 'charge'), reference };
      const source = new SettlementFile(Readable.from([Buffer.from(settlementCsv([line]))]));
      const report = await reconcile({
        day: DAY,
        internal: internalSide([]),
        files: [{ role: 'day', source }],
        settings: DEFAULT_SETTINGS,
      });
      expect(report.breaks).toHaveLength(1);
      const documents = `${reportJson(report, undefined)}${breaksCsv(report.breaks)}`;
      expect(documents).toContain('****');
      expect(documents.replace(/[.-]/g, '')).not.toMatch(/901234|909999/);
    });
  },
);
