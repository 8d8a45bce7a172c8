import { Readable } from 'node:stream';
import readXlsxFile from 'read-excel-file/node';
import { reportInWords } from '../../cli/reconcile/day-words';
import { DEFAULT_SETTINGS, reconcile } from '../../reconciliation/reconcile';
import { reportJson } from '../../reconciliation/report-files';
import { proposeLayout } from '../../reconciliation/propose-layout';
import { SettlementFile } from '../../reconciliation/settlement-file';
import { layoutSchema, OWN_LAYOUT } from '../../reconciliation/settlement-layout';
import { SettlementFileFault } from '../../reconciliation/settlement-text';
import { statementHtml } from '../../reconciliation/statement';
import { statementWorkbook } from '../../reconciliation/statement-workbook';
import { firstLines } from '../../reconciliation/workbook-or-text';
import { settlementCsv } from '../../sandbox/settlement-file';
import { packedWorkbook, RELATION } from './packed-workbook';
import { DAY as DATE, internalPurchase, internalSide, settlementLinesOf } from './synthetic-day';

interface Sheet {
  name: string;
  state?: string;
  /** What is in its part. */
  data: string;
  kind?: 'worksheet' | 'chartsheet';
}

/** The lines of purchases as the rows of a sheet. */
function rowsOf(...names: string[]): string {
  const csv = settlementCsv(names.flatMap((name) => settlementLinesOf(internalPurchase(name))));
  const rows = csv.trim().split('\n');
  const cellOf = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const xml = rows.map((row) => `<row>${row.trim().split(',').map(cellOf).join('')}</row>`);
  return `<sheetData>${xml.join('')}</sheetData>`;
}

const DAY: Sheet = { name: 'Day', data: rowsOf('one') };
const SECOND: Sheet = { name: 'Second', data: rowsOf('two', 'three') };
const EMPTY = '<sheetData><row r="1"><c r="A1" s="0"/><c r="B1"><v></v></c></row><row r="2"/></sheetData>';

function workbook(...sheets: Sheet[]): Buffer {
  const list = sheets.map(
    ({ name, state = 'visible' }, at) =>
      `<sheet name="${name}" sheetId="${at}" state="${state}" r:id="rId${at}"/>`,
  );
  const relations = sheets.map(
    ({ kind = 'worksheet' }, at) =>
      `<Relationship Id="rId${at}" Type="${RELATION}/${kind}" Target="${kind}s/s${at}.xml"/>`,
  );
  return packedWorkbook({
    'xl/workbook.xml': `<workbook><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relations.join('')}</Relationships>`,
    ...Object.fromEntries(
      sheets.map(({ data, kind = 'worksheet' }, at) => [
        `xl/${kind}s/s${at}.xml`,
        `<${kind}>${data}</${kind}>`,
      ]),
    ),
  });
}

async function read(content: Buffer | string, sheet?: string) {
  const layout = layoutSchema.parse({
    columns: OWN_LAYOUT.columns,
    ...(sheet === undefined ? {} : { sheet }),
  });
  const file = new SettlementFile(Readable.from([Buffer.from(content)]), { layout });
  for await (const _ of file.lines()) continue;
  return file.summary();
}

/** The words by which a file is refused. */
async function refusal(content: Buffer, sheet?: string): Promise<string> {
  const fault: unknown = await read(content, sheet).catch((why: unknown) => why);
  if (fault instanceof SettlementFileFault) return fault.message;
  throw new Error(`it was not refused: ${JSON.stringify(fault)}`);
}

describe('a workbook that shows several sheets', () => {
  it.each([
    ['another day or charges of nobody', SECOND.data],
    ['a single cell', '<sheetData><row><c r="C9"><v>1</v></c></row></sheetData>'.replace('C9', 'C1')],
    ['a formula', '<sheetData><row><c r="A1"><f>1</f></c></row></sheetData>'],
    ['what is hidden', '<sheetData><row r="1" hidden="1"><c r="A1"><v>1</v></c></row></sheetData>'],
    ['a picture', '<sheetData/><drawing r:id="rId1"/>'],
    ['what is no sheet', '<sheetData'],
  ])('is refused with their names and the way out, where the second has %s', async (_, data) => {
    for (const sheets of [
      [DAY, { ...SECOND, data }],
      [{ ...SECOND, data }, DAY],
    ]) {
      const words = await refusal(workbook(...sheets));
      expect(words).toContain(`it shows several sheets, ${sheets.map(({ name }) => `"${name}"`).join(', ')}`);
      expect(words).toContain('"sheet"');
      expect(words).toContain('datacode reconcile layout FILE --sheet NAME');
    }
  });

  it('is refused where one of them is a chart', async () => {
    const chart: Sheet = { name: 'Chart', kind: 'chartsheet', data: '' };
    expect(await refusal(workbook(DAY, chart))).toContain('it shows several sheets, "Day", "Chart"');
  });

  it('is read where all others are empty or hidden, whichever comes first', async () => {
    const empty = (name: string): Sheet => ({ name, data: EMPTY });
    const hidden = { ...SECOND, state: 'hidden' };
    for (const sheets of [
      [DAY, empty('Sheet2'), empty('Sheet3')],
      [empty('Sheet1'), DAY],
      [hidden, DAY],
      [DAY, { ...SECOND, name: 'x', state: 'veryHidden' }],
    ])
      expect(await read(workbook(...sheets))).toMatchObject({ sheet: 'Day', goodLines: 2, badLineCount: 0 });
  });

  it('is read by the sheet that the layout names, and its summary names that sheet', async () => {
    const both = workbook(DAY, SECOND);
    expect(await read(both, 'Day')).toMatchObject({ sheet: 'Day', goodLines: 2 });
    expect(await read(both, 'Second')).toMatchObject({ sheet: 'Second', goodLines: 4 });
  });

  it('is a sample by the sheet that is named', async () => {
    const both = workbook(DAY, SECOND);
    const sample = (sheet: string | undefined) => firstLines(Readable.from([both]), { sheet });
    await expect(sample(undefined)).rejects.toThrow('it shows several sheets');
    const proposal = proposeLayout(await sample('Second'), 'Second');
    expect(proposal).toMatchObject({ open: [], layout: { sheet: 'Second' } });
    expect(layoutSchema.parse(proposal.layout).sheet).toBe('Second');
  });

  it.each(['Day', 'DAY', 'day'])('has none twice by name, whatever its capitals: %s', async (name) => {
    const twice = workbook(DAY, { ...SECOND, name, state: 'hidden' });
    expect(await refusal(twice)).toContain(`it has its sheet "${name}" twice`);
    expect(await refusal(twice, 'Day')).toContain('twice');
  });
});

describe('the summary of a settlement file', () => {
  it('masks a subscriber’s number in the name of its sheet', async () => {
    const { sheet } = await read(workbook({ ...DAY, name: 'Thuê bao 0908456111' }));
    expect(sheet).toContain('Thuê bao ');
    expect(sheet).not.toContain('0908456');
  });

  it('names no sheet of a text', async () => {
    expect(await read(settlementCsv(settlementLinesOf(internalPurchase('one'))))).not.toHaveProperty('sheet');
  });
});

describe('the report of a day whose file is a workbook', () => {
  it('names the sheet that was read, in all its forms', async () => {
    const sheet = { ...DAY, name: 'Ngày &lt;b&gt;' };
    const source = new SettlementFile(Readable.from([workbook(sheet)]));
    const report = await reconcile({
      day: DATE,
      internal: internalSide([internalPurchase('one')]),
      files: [{ role: 'day', source }],
      settings: DEFAULT_SETTINGS,
    });
    expect(report).toMatchObject({ clean: true, files: [{ sheet: 'Ngày <b>' }] });
    expect(reportJson(report, undefined)).toContain('"sheet": "Ngày <b>"');
    expect(reportInWords(report)).toContain('  file day: sheet "Ngày <b>"');
    expect(statementHtml(report, 'vi', undefined)).toContain(' dòng, trang tính Ngày &#60;b&#62;, SHA-256');
    const chunks: Uint8Array[] = [];
    for await (const chunk of statementWorkbook(report, 'en', undefined)) chunks.push(chunk);
    const [first] = await readXlsxFile(Buffer.concat(chunks));
    expect(first?.data.flat()).toEqual(expect.arrayContaining(['sheet', 'Ngày <b>']));
  });
});
