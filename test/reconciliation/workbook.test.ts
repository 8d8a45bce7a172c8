import { Readable } from 'node:stream';
import fc from 'fast-check';
import { lettersOf } from '../../reconciliation/cell-names';
import { mergedCells } from '../../reconciliation/merged-cells';
import { SettlementFileFault } from '../../reconciliation/settlement-text';
import { readSheet } from '../../reconciliation/workbook';
import { MAIN, packedWorkbook, RELATION } from './packed-workbook';

const PARTS = {
  'xl/workbook.xml':
    '<workbook><sheets><sheet name="Ngày &amp; đêm" sheetId="1" r:id="rId1"/><sheet name="Second" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    `<Relationships><Relationship Id="rId1" Type="${RELATION}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${RELATION}/worksheet" Target="/xl/worksheets/sheet2.xml"/>` +
    `<Relationship Id="rId3" Type="${RELATION}/sharedStrings" Target="sharedStrings.xml"/>` +
    `<Relationship Id="rId4" Type="${RELATION}/styles" Target="styles.xml"/></Relationships>`,
  'xl/sharedStrings.xml': '<sst><si><t>zero</t></si><si><t>one</t></si></sst>',
  'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  'xl/worksheets/sheet2.xml': '<worksheet><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>',
};

/** A workbook whose first sheet has this data; a part that is null is left out. */
function workbook(data: string, change: Readonly<Record<string, string | null>> = {}): Buffer {
  return packedWorkbook({
    ...PARTS,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${data}</sheetData></worksheet>`,
    ...change,
  });
}

async function rowsOf(file: Buffer, sheet?: string): Promise<(readonly string[])[]> {
  const reading = { sheet, totals: ['total', 'tổng'], offset: '+07:00' };
  return (await readSheet(Readable.from([file]), reading)).rows.map(({ cells }) => cells);
}

/** The words by which a file is refused. */
async function refusal(file: Buffer, sheet?: string): Promise<string> {
  const fault: unknown = await rowsOf(file, sheet).catch((why: unknown) => why);
  if (fault instanceof SettlementFileFault) return fault.message;
  throw new Error(`it was not refused: ${JSON.stringify(fault) ?? String(fault)}`, { cause: fault });
}

describe('a workbook whose rows and cells do not say where they are, which they need not', () => {
  const cells = '<c><v>1</v></c><c t="inlineStr"><is><t>two</t></is></c><c t="s"><v>1</v></c>';

  it('is read in their order', async () => {
    const rows = await rowsOf(workbook(`<row>${cells}</row><row><c/><c t="b"><v>1</v></c></row>`));
    expect(rows).toEqual([
      ['1', 'two', 'one'],
      ['', 'true', ''],
    ]);
  });

  it('may say it of some: the next one comes after them', async () => {
    const rows = await rowsOf(
      workbook(
        `<row r="2">${cells}</row><row><c r="B3"><v>5</v></c><c><v>6</v></c></row><row/><row>${cells}</row>`,
      ),
    );
    expect(rows).toEqual([[], ['1', 'two', 'one'], ['', '5', '6'], [], ['1', 'two', 'one']].map(threeCells));
  });

  it('is read with prefixes, white space and other quotes in it as well', async () => {
    const data = `<x:row\n spans='1:2' ><x:c s = '0'><x:v>1</x:v></x:c ><x:c><x:v>2</x:v></x:c></x:row>`;
    const sheet = `<x:worksheet xmlns:x="${MAIN}"><x:sheetData>${data}</x:sheetData></x:worksheet>`;
    expect(await rowsOf(workbook('', { 'xl/worksheets/sheet1.xml': sheet }))).toEqual([['1', '2']]);
  });

  it('is read from the sheet that is named, as the workbook names it', async () => {
    expect(await rowsOf(workbook('<row><c><v>1</v></c></row>'), 'Second')).toEqual([['2']]);
    expect(await rowsOf(workbook('<row><c><v>1</v></c></row>'), 'Ngày & đêm')).toEqual([['1']]);
  });
});

function threeCells(row: readonly string[]): string[] {
  return [0, 1, 2].map((at) => row[at] ?? '');
}

describe('a workbook that no spreadsheet writes', () => {
  const sheet = 'in its sheet "Ngày & đêm", ';
  const cell = (attributes: string, value = '1') =>
    `<row r="3"><c r="B3" ${attributes}><v>${value}</v></c></row>`;
  const B3 = `${sheet}row 3, the cell B3 cannot be read:`;

  it('that has its data where only other programs look is refused', async () => {
    const main = (target: string) =>
      `<Relationships><Relationship Id="r" Type="${RELATION}/officeDocument" Target="${target}"/></Relationships>`;
    const row = '<row><c><v>1</v></c></row>';
    for (const own of ['xl/workbook.xml', '/xl/workbook.xml'])
      expect(await rowsOf(workbook(row, { '_rels/.rels': main(own) }))).toEqual([['1']]);
    expect(await refusal(workbook(row, { '_rels/.rels': main('xl/real.xml') }))).toContain(
      'it is not in xl/workbook.xml',
    );
    const capitals = { 'xl/Worksheets/Sheet1.xml': '<worksheet/>' };
    expect(await refusal(workbook(row, capitals))).toMatch(
      /it has its part xl\/worksheets\/sheet1\.xml twice/i,
    );
  });

  it.each([
    '<c r="A1"><is><t>lost</t></is></c>',
    '<c r="A1" t="inlineStr"><v>1</v></c>',
    '<c r="A1" t="str"><is><t>lost</t></is></c>',
    '<c r="A1" t="s"><is><t>lost</t></is></c>',
  ])('has no cell whose content is not of its type, which would be read as empty: %s', async (cell) => {
    const words = await refusal(workbook(`<row r="1">${cell}</row>`));
    expect(words).toContain('row 1, the cell A1 cannot be read: its content is not of its type');
  });

  const row = (value: string) => `<row><c><v>${value}</v></c></row>`;
  const choice = (data: string) =>
    `<mc:AlternateContent><mc:Choice Requires="e">${data}</mc:Choice><mc:Fallback/></mc:AlternateContent>`;
  it.each([
    ['a row of another vocabulary', `${row('1')}<e:row><e:c><e:v>2</e:v></e:c></e:row>`, '<e:row>'],
    ['a cell of another vocabulary', '<row><e:c r="A1"><v>2</v></e:c></row>', '<e:c>'],
    ['a value of another vocabulary', '<row><c r="A1"><e:v>2</e:v></c></row>', '<e:v>'],
    ['a row that declares another vocabulary', '<row xmlns="urn:e"><c><v>2</v></c></row>', '<row>'],
    ['a row that a spreadsheet may leave out', `${row('1')}${choice(row('2'))}`, '<mc:AlternateContent>'],
    ['a row in what it does not know', `${row('1')}<e:x>${row('2')}</e:x>`, '<e:x>'],
    ['a cell in what it does not know', '<row><e:x><c r="A1"><v>2</v></c></e:x></row>', '<e:x>'],
    ['a value in what it does not know', '<row><c r="A1"><e:x><v>2</v></e:x></c></row>', '<e:x>'],
    [
      'a text in what it does not know',
      `<row><c t="inlineStr"><is><e:x><t>2</t></e:x></is></c></row>`,
      '<e:x>',
    ],
    [
      'a piece of a text in what it does not know',
      `<row><c t="inlineStr"><is><r><t>9</t></r><e:x><r><t>0000</t></r></e:x></is></c></row>`,
      '<e:x>',
    ],
    ['a row in an element of no name that it knows', `${row('1')}<x>${row('2')}</x>`, '<x>'],
  ])('has no data that a spreadsheet may leave out: %s', async (_, data, named) => {
    const sheet = `<worksheet xmlns="${MAIN}" xmlns:e="urn:e" mc:Ignorable="e"><sheetData>${data}</sheetData></worksheet>`;
    const words = await refusal(workbook('', { 'xl/worksheets/sheet1.xml': sheet }));
    expect(words).toContain(`it has ${named} in <`);
    expect(words).toContain('a spreadsheet may leave it out, or read it otherwise; open it in a spreadsheet');
  });

  const ROW = '<row r="1"><c r="A1"><v>90000</v></c></row>';
  const aSheet = (before: string, rows = ROW) =>
    `<worksheet xmlns="${MAIN}">${before}<sheetData>${rows}</sheetData></worksheet>`;
  const hiddenRow = ROW.replace('r="1"', 'r="1" hidden="1"');
  it.each([
    ['an instruction that looks like an end', aSheet('', `<?x </sheetData> ?>${hiddenRow}`)],
    ['an instruction that looks like a column', aSheet('<?x <col min="1" max="9" hidden="0"/> ?>')],
    ['a name that XML does not have', aSheet('<1a/>')],
    ['an instruction before its root', `<?x ?>${aSheet('')}`],
    ['a second declaration', `<?xml version="1.0"?>${aSheet('<?xml version="1.0"?>')}`],
    ['a declaration of another encoding', `<?xml version="1.0" encoding="UTF-7"?>${aSheet('')}`],
    ['a document type', `<!DOCTYPE worksheet [<!ENTITY a "1">]>${aSheet('')}`],
    ['a comment', aSheet('<!-- <sheetData> -->')],
    [
      'a column under a prefix of other letters',
      aSheet(`<é:cols xmlns:é="${MAIN}"><é:col min="1" max="1" hidden="1"/></é:cols>`),
    ],
    [
      'a formula under a prefix of other letters',
      aSheet('', ROW.replace('<v>', `<é:f xmlns:é="${MAIN}">5</é:f><v>`)),
    ],
  ])('has nothing in its parts but tags and text: %s', async (_, xml) => {
    expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': xml }))).toMatch(
      /it has ".*", which is not as a workbook has it/,
    );
  });

  it.each(['styles', 'sharedStrings', '_rels/workbook'])('has none in %s either', async (name) => {
    const path = Object.keys(PARTS).find((part) => part.startsWith(`xl/${name}.xml`));
    const text = Object.entries(PARTS).find(([part]) => part === path)?.[1] ?? '';
    const changed = text.replace(/(<[^<>]*>)$/, '<?x <numFmt/> ?>$1');
    expect(await refusal(workbook(ROW, { [path ?? '']: changed }))).toContain('it has "<?x');
  });

  it('may begin with a declaration, as it does where a spreadsheet writes it', async () => {
    for (const declared of [
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n',
      "\uFEFF<?xml version='1.0' encoding='utf-8' ?>",
      '<?xml version="1.0"?>',
    ])
      expect(await rowsOf(workbook('', { 'xl/worksheets/sheet1.xml': declared + aSheet('') }))).toEqual([
        ['90000'],
      ]);
  });

  it.each([
    '1<!-- x -->90000',
    '1<?x ?>90000',
    '1<![CDATA[90000]]>',
    '<![CDATA[90000]]>',
    '1<x/>90000',
    '1<é/>90000',
  ])('has no value that is read in part: %s', async (value) => {
    const not = 'not as a workbook has it';
    expect(await refusal(workbook(`<row><c><v>${value}</v></c></row>`))).toContain(not);
    expect(await refusal(workbook(`<row><c t="inlineStr"><is><t>${value}</t></is></c></row>`))).toContain(
      not,
    );
    const shared = { 'xl/sharedStrings.xml': `<sst><si><t>${value}</t></si></sst>` };
    expect(await refusal(workbook('<row><c t="s"><v>0</v></c></row>', shared))).toContain(not);
  });

  it('may write its numbers in every way that XML has', async () => {
    const numbers = ['90000', '-1.5', '+2', '.5', '9E4', '1.0e-2', ' 7 ', ''];
    const cells = numbers.map((number) => `<c><v>${number}</v></c>`).join('');
    expect(await rowsOf(workbook(`<row>${cells}<c t="n"><v/></c><c><v>1</v></c></row>`))).toEqual([
      ['90000', '-1.5', '2', '0.5', '90000', '0.01', '7', '', '', '1'],
    ]);
  });

  it('has one value in a cell, and one text in a piece of one', async () => {
    expect(await refusal(workbook('<row><c><v>1</v><v>90000</v></c></row>'))).toContain(
      '<v> in <c> behind <v>',
    );
    const inline = (text: string) => workbook(`<row><c t="inlineStr"><is>${text}</is></c></row>`);
    for (const text of ['<t>1</t><t>9</t>', '<r><t>1</t></r><t>9</t>', '<r><t>1</t><t>9</t></r>'])
      expect(await refusal(inline(text))).toMatch(/it has <t> in <(?:is|r)> behind <[rt]>/);
    expect(await refusal(inline('<t>1</t><r><t>9</t></r>'))).toContain('<r> in <is> behind <t>');
    const spoken = '<rPh sb="0" eb="1"><t>một</t></rPh><phoneticPr fontId="1"/>';
    expect(await rowsOf(inline(`<r><rPr><b/></rPr><t>1</t></r><r><rPr/><t>9</t></r>${spoken}`))).toEqual([
      ['19'],
    ]);
  });

  it('is read from the sheet that was looked at, however its list of sheets is written', async () => {
    const sheets = (first: string, second: string) =>
      `<workbook><sheets>${first}${second}</sheets></workbook>`;
    const [first, second] = ['<sheet name="A" r:id="rId1"', '<sheet name="B" r:id="rId2"'];
    const open = { 'xl/workbook.xml': sheets(`${first}></sheet>`, `${second}></sheet>`) };
    expect(await rowsOf(workbook(ROW, open), 'B')).toEqual([['2']]);
    const nameless = { 'xl/workbook.xml': sheets('<sheet r:id="rId1"/>', `${second}/>`) };
    expect(await refusal(workbook(ROW, nameless), 'B')).toContain('it has a sheet without a name');
  });

  it('has no second rows, in an extension or beside the first, nor any behind them', async () => {
    const withSheet = (rest: string, before = '') =>
      workbook('', {
        'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}" xmlns:e="urn:e" xmlns:mc="urn:mc">${before}<sheetData>${row('1')}</sheetData>${rest}</worksheet>`,
      });
    const more = `<sheetData>${row('2')}</sheetData>`;
    for (const rest of [`<extLst><ext>${more}</ext></extLst>`, choice(more), `<e:x>${more}</e:x>`, more]) {
      expect(await refusal(withSheet(rest))).toContain('it has <sheetData> in <');
      if (rest !== more) expect(await refusal(withSheet('', rest))).toContain('it has <sheetData> in <');
    }
    expect(await refusal(withSheet(row('2')))).toContain('it has <row> in <worksheet> behind <sheetData>');
  });

  it('has no texts, styles, sheets or columns where a spreadsheet leaves them out', async () => {
    const own = `xmlns="${MAIN}" xmlns:r="${RELATION}" xmlns:e="urn:e" xmlns:mc="urn:mc" mc:Ignorable="e"`;
    const without = (text: string) => `<e:x>${text}</e:x>`;
    const changes = {
      'xl/sharedStrings.xml': [
        `<sst ${own}>${without('<si><t>first</t></si>')}<si><t>zero</t></si></sst>`,
        `<sst ${own}><si>${without('<t>none</t>')}</si></sst>`,
      ],
      'xl/styles.xml': [
        `<styleSheet ${own}><cellXfs>${without('<xf numFmtId="0"/>')}<xf numFmtId="14"/></cellXfs></styleSheet>`,
        `<styleSheet ${own}>${without('<cellXfs><xf numFmtId="0"/></cellXfs>')}<cellXfs><xf/></cellXfs></styleSheet>`,
        `<styleSheet ${own}><cellXfs><xf/></cellXfs><cellXfs><xf/></cellXfs></styleSheet>`,
      ],
      'xl/workbook.xml': [
        `<workbook ${own}><sheets>${without('<sheet name="S" r:id="rId1"/>')}<sheet name="T" r:id="rId2"/></sheets></workbook>`,
        `<workbook ${own}>${without('<sheets><sheet name="S" r:id="rId1"/></sheets>')}<sheets><sheet name="T" r:id="rId2"/></sheets></workbook>`,
      ],
      'xl/worksheets/sheet1.xml': [
        `<worksheet ${own}><cols><col min="1" max="1" hidden="1"/>${without('<col min="1" max="1"/>')}</cols><sheetData/></worksheet>`,
        `<worksheet ${own}>${without('<cols><col min="1" max="1"/></cols>')}<sheetData/></worksheet>`,
      ],
      'xl/_rels/workbook.xml.rels': [
        PARTS['xl/_rels/workbook.xml.rels']
          .replace('><Relationship ', '><x><Relationship ')
          .replace('/></', '/></x></'),
      ],
    };
    for (const [path, texts] of Object.entries(changes))
      for (const text of texts)
        expect(await refusal(workbook(row('1'), { [path]: text }))).toContain(
          'a spreadsheet may leave it out',
        );
  });

  it('has no column that is described twice, and shown by one of them only', async () => {
    const hidden = '<col min="1" max="2" width="9" hidden="1"/>';
    for (const cols of [
      `${hidden}<col min="2" max="2" width="9"/>`,
      `${hidden}</cols><cols><col min="1" max="1"/>`,
    ]) {
      const sheet = `<worksheet><cols>${cols}</cols><sheetData>${row('1')}</sheetData></worksheet>`;
      expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': sheet }))).toContain(
        'describes a column twice',
      );
    }
  });

  it('has no cell that shows something in place of its value', async () => {
    expect(await refusal(workbook('<row><c vm="1"><v>90000</v></c></row>'))).toContain(
      'in place of its value',
    );
  });

  it('has what it says of its columns and rows before them, where a spreadsheet looks for it', async () => {
    for (const behind of [
      '<cols><col min="1" max="1" hidden="1" width="9"/></cols>',
      '<sheetFormatPr zeroHeight="1" defaultRowHeight="15"/>',
    ]) {
      const sheet = `<worksheet><sheetData>${row('1')}</sheetData>${behind}</worksheet>`;
      expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': sheet }))).toContain(
        'in <worksheet> behind <sheetData>',
      );
    }
  });

  it('is of the namespace of the standard, or of its strict form', async () => {
    const strict = 'http://purl.oclc.org/ooxml/spreadsheetml/main';
    const sheet = (namespace: string) => ({
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${namespace}"><sheetData>${row('1')}</sheetData></worksheet>`,
    });
    expect(await rowsOf(workbook('', sheet(strict)))).toEqual([['1']]);
    for (const other of ['urn:e', ''])
      expect(await refusal(workbook('', sheet(other)))).toContain('it has no <worksheet>');
    const mixed = `<worksheet xmlns="${MAIN}"><sheetData xmlns="${strict}">${row('1')}</sheetData></worksheet>`;
    expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': mixed }))).toContain(
      'it has <sheetData>',
    );
  });

  it.each([
    ['A1:B2', '<row><c/><c><v>7</v></c></row>', 'B1'],
    ['A1:B2', '<row><c><v>7</v></c></row><row><c><v>8</v></c></row>', 'A2'],
    ['$A$1:$A$3', '<row/><row/><row><c r="A3" t="inlineStr"><is><t>x</t></is></c></row>', 'A3'],
  ])('has no value behind merged cells: %s', async (ref, data, cell) => {
    const merged = (xml: string) =>
      workbook('', {
        'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${xml}</sheetData><mergeCells><mergeCell ref="D9:E9"/><mergeCell ref="${ref}"/></mergeCells></worksheet>`,
      });
    expect(await refusal(merged(data))).toContain(`the cell ${cell} is covered by a merged one`);
    expect(await rowsOf(merged('<row><c><v>1</v></c><c/><c><v>2</v></c></row>'))).toEqual([['1', '', '2']]);
  });

  it('has no value behind merged cells that are named from their end', async () => {
    const rows = '<row><c/><c><v>7</v></c></row>';
    const merged = `<worksheet><sheetData>${rows}</sheetData><mergeCells><mergeCell ref="B2:A1"/></mergeCells></worksheet>`;
    expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': merged }))).toContain('the cell B1');
  });

  it('has merged cells at places that can be read', async () => {
    const merged = `<worksheet><sheetData>${row('1')}</sheetData><mergeCells><mergeCell ref=" A1:B2"/></mergeCells></worksheet>`;
    expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': merged }))).toContain(
      'merged cells overlap or have no place',
    );
  });

  it.each([
    ['the same twice', ['B1:B9', 'B1:B9'], true],
    ['one that begins in another', ['C1:D4', 'A1:A9', 'B4:C6'], true],
    ['one within another', ['A1:D4', 'B2:C3'], true],
    ['one over two that are over by then, and one that is not', ['A1:A2', 'B1:B2', 'C1:C3', 'A3:C4'], true],
    ['some side by side, and one below another', ['A1:B2', 'C1:C9', 'A3:B4', 'D1:D1', 'A5:A9'], false],
  ])('has merged cells that overlap nowhere: %s', async (_, refs, isRefused) => {
    const merged = refs.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
    const sheet = `<worksheet><sheetData>${row('1')}</sheetData><mergeCells>${merged}</mergeCells></worksheet>`;
    const read = rowsOf(workbook('', { 'xl/worksheets/sheet1.xml': sheet }));
    if (!isRefused) return expect(await read).toEqual([['1']]);
    await expect(read).rejects.toThrow('in its sheet "Ngày & đêm", merged cells overlap or');
  });

  it('finds what is behind its merged cells, wherever and in whatever order they are', async () => {
    const place = fc.record({
      row: fc.integer({ min: 1, max: 12 }),
      column: fc.integer({ min: 1, max: 12 }),
    });
    const range = fc.tuple(place, fc.nat({ max: 3 }), fc.nat({ max: 3 }));
    const cellsOf = ([{ row: top, column: left }, down, right]: [
      { row: number; column: number },
      number,
      number,
    ]) =>
      Array.from({ length: (down + 1) * (right + 1) }, (_, at) => {
        const [low, far] = [Math.floor(at / (right + 1)), at % (right + 1)];
        return [`${top + low} ${left + far}`, low + far > 0] as const;
      });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const cells = ranges.flatMap(cellsOf);
        const behind = new Map(cells);
        const refs = ranges.map(([{ row: top, column: left }, down, right]) => {
          return `${lettersOf(left)}${top}:${lettersOf(left + right)}${top + down}`;
        });
        const merged = mergedCells(refs);
        expect(merged === undefined).toBe(behind.size < cells.length);
        if (!merged) return;
        for (let top = 1; top <= 15; top += 1)
          for (let left = 1; left <= 15; left += 1)
            expect([top, left, merged.cover(top, left)]).toEqual([
              top,
              left,
              behind.get(`${top} ${left}`) ?? false,
            ]);
      }),
      { seed: 20261130 },
    );
  });

  it.each([
    ['<sheetFormatPr zeroHeight="1"/>', ''],
    ['<sheetFormatPr defaultRowHeight="0"/>', ''],
    ['<sheetFormatPr defaultRowHeight="0.05"/>', ''],
    ['', ' hidden=" 1 "'],
    ['', ' hidden="on"'],
    ['', ' ht="0x10"'],
    ['', ' ht="0.05"'],
    ['', ' ht="none"'],
    ['<sheetFormatPr defaultColWidth="-INF"/>', ''],
    ['<cols><col min="1" max="1" width="0.01"/></cols>', ''],
  ])('has no value that is too small to be seen: %s%s', async (before, attributes) => {
    const sheet = `<worksheet>${before}<sheetData><row${attributes}><c><v>1</v></c></row></sheetData></worksheet>`;
    expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': sheet }))).toMatch(
      /(row 1|column A) is hidden/,
    );
  });

  it('is read with the extensions that Excel writes', async () => {
    const sheet =
      `<worksheet xmlns="${MAIN}" xmlns:mc="urn:mc" xmlns:x14ac="urn:x" mc:Ignorable="x14ac"><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>` +
      `<sheetData><row r="1" x14ac:dyDescent="0.25"><c r="A1"><v>1</v></c></row></sheetData>` +
      `<mc:AlternateContent><mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>` +
      `<extLst><ext uri="{78C0D931}"><x14:conditionalFormattings><x14:cfRule><xm:f>$A$1</xm:f></x14:cfRule></x14:conditionalFormattings></ext></extLst></worksheet>`;
    const book = PARTS['xl/workbook.xml'].replace(
      '<sheets>',
      '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:"/></mc:Choice></mc:AlternateContent><sheets>',
    );
    const parts = {
      'xl/worksheets/sheet1.xml': sheet,
      'xl/workbook.xml': `${book.slice(0, -'</workbook>'.length)}<extLst><ext><x15:workbookPr/></ext></extLst></workbook>`,
    };
    expect(await rowsOf(workbook('', parts))).toEqual([['1']]);
  });

  const formatted = (code: string, cell: string) =>
    workbook(`<row><c ${cell}</c></row>`, {
      'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="${code}"/></numFmts><cellStyleXfs><xf numFmtId="170"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
    });
  it.each([
    '50000',
    '&quot;50000&quot;',
    '\\5\\0',
    '0,',
    '#,##0,,',
    ';;;',
    '&quot;&quot;',
    '#,##0*0',
    '[Red]#,##0,;-0',
    '0,.0',
    '#,##0,.00',
    '#,##0,&quot; &quot;.0',
    '-#,##0',
    '-0;0',
    '0;0',
    '(#,##0);#,##0',
    '0E+0',
    '# ?/?',
    '0&quot;.&quot;0',
    '&quot;.&quot;0',
    '[$50000]0',
    '[&gt;5]0;0',
    '0,d',
    'General General',
    'General0',
  ])('has no cell with a number format that shows another number, or none: %s', async (code) => {
    expect(await refusal(formatted(code, 's="1"><v>90000</v>'))).toContain(
      'the cell A1 has a number format that shows something else than its value',
    );
    expect(await rowsOf(formatted(code, 's="0"><v>90000</v>'))).toEqual([['90000']]);
  });

  it.each([
    '#,##0',
    '0.00',
    '#,##0\\ &quot;đ&quot;',
    '_-* #,##0\\ [$VND]_-;-* #,##0\\ [$VND]_-;_-* &quot;-&quot;??_-;_-@_-',
    '[Blue]0;[Red]-0;0;@',
    'General',
    'General\\ &quot;đ&quot;;-General',
    '0;-0;;@',
    '#,##0;(#,##0)',
    '#,##0_);[Red](#,##0)',
    '#,##0.00\\ &quot;₫&quot;;-#,##0.00\\ &quot;₫&quot;',
    '_(* #,##0_);_(* (#,##0);_(* &quot;-&quot;_);_(@_)',
    '@',
    '000000',
    '[$-42A]#,##0',
    '[$₫-42A]#,##0;[Red]-[$₫-42A]#,##0',
    '0.00;[Red]0.00',
    '0.0%',
    '0000 000 000',
    '#&quot;.&quot;##0',
    '#,##0&quot; (đ.)&quot;',
  ])('is read with the number formats that people use: %s', async (code) => {
    expect(await rowsOf(formatted(code, 's="1"><v>90000</v>'))).toEqual([['90000']]);
    expect(await rowsOf(formatted(code, 's="1" t="s"><v>1</v>'))).toEqual([['one']]);
  });

  it.each([
    'dd/mm/yyyy hh:mm:ss',
    'yyyy-mm-dd\\Thh:mm:ss',
    '[h]:mm',
    '[$-409]d/m/yyyy h:mm AM/PM;@',
    'mm:ss.0',
  ])('is read with the moments that people use: %s', async (code) => {
    expect(await rowsOf(formatted(code, 's="1"><v>46356.5</v>'))).toHaveLength(1);
  });

  it.each([
    ['0170', '170'],
    ['170', '0170'],
    [' 170 ', '170'],
    ['170', '+170'],
  ])('has no number format that is found by its id’s spelling alone: %j for %j', async (id, used) => {
    const styles = `<styleSheet><numFmts><numFmt numFmtId="${id}" formatCode="&quot;50000&quot;"/></numFmts><cellXfs><xf numFmtId="${used}"/></cellXfs></styleSheet>`;
    const file = workbook('<row><c><v>90000</v></c></row>', { 'xl/styles.xml': styles });
    expect(await refusal(file)).toContain('has a number format that shows something else than its value');
  });

  it('has its number formats before its styles, each once, and under ids that are numbers', async () => {
    const styled = (before: string, behind = '') =>
      workbook('<row><c><v>90000</v></c></row>', {
        'xl/styles.xml': `<styleSheet>${before}<cellXfs><xf numFmtId="170"/></cellXfs>${behind}</styleSheet>`,
      });
    const format = (code: string, id = '170') => `<numFmt numFmtId="${id}" formatCode="${code}"/>`;
    const formats = (...all: string[]) => `<numFmts>${all.join('')}</numFmts>`;
    const hidden = 'has a number format that shows something else than its value';
    expect(await refusal(styled('', formats(format('&quot;5&quot;'))))).toContain(
      'it has <numFmts> in <styleSheet> behind <cellXfs>',
    );
    const ofCondition = `<dxfs><dxf>${format('0')}</dxf></dxfs>`;
    expect(await refusal(styled(formats(format('&quot;5&quot;')), ofCondition))).toContain(hidden);
    expect(await rowsOf(styled(formats(format('0'), format('0'))))).toEqual([['90000']]);
    expect(await rowsOf(styled(formats(format('0')), `<dxfs><dxf>${format('0,')}</dxf></dxfs>`))).toEqual([
      ['90000'],
    ]);
    expect(await refusal(styled(formats(format('0,'), format('0'))))).toContain(
      'it has the number format 170 twice',
    );
    expect(await refusal(styled(formats(format('0', '0xAA'))))).toContain('a number format "0xAA"');
  });

  it('has moments as a clock shows them, wherever we are, and in cells that show them', async () => {
    const moment = (value: string, style = 'dd/mm/yyyy hh:mm') =>
      formatted(style, `s="1" t="d"><v>${value}</v>`);
    for (const value of ['2026-11-29T10:00:00', '2026-11-29T10:00:00.000', '2026-11-29T10:00:00Z'])
      expect(await rowsOf(moment(value))).toEqual([['2026-11-29T10:00:00+07:00']]);
    expect(await rowsOf(moment('2026-11-29'))).toEqual([['2026-11-29T00:00:00+07:00']]);
    for (const value of ['5', '2026-02-31T10:00:00', '2026-11-29T10:00:00+07:00', 'Nov 29, 2026'])
      expect(await refusal(moment(value))).toContain('its value does not fit its type');
    expect(await refusal(moment('2026-11-29T10:00:00', '0'))).toContain('its number format shows a number');
  });

  it.each(['yyy', '[hhh]', 'hhh', 's.0000', '[h]0', '[$-42A]yyy', 'dddddd'])(
    'has no moment in a form that programs read differently: %s',
    async (code) => {
      expect(await refusal(formatted(code, 's="1"><v>46356.5</v>'))).toContain('number format');
    },
  );

  it('shows a number by the style of a cell without one, which is the first', async () => {
    const first = (id: string) =>
      workbook('<row><c><v>46356.5</v></c></row>', {
        'xl/styles.xml': `<styleSheet><cellXfs><xf numFmtId="${id}"/></cellXfs></styleSheet>`,
      });
    expect(await rowsOf(first('14'))).toEqual([['2026-11-30T12:00:00+07:00']]);
    expect(await rowsOf(first('0'))).toEqual([['46356.5']]);
    for (const rounded of ['11', '12', '13', '48'])
      expect(await refusal(first(rounded))).toContain('number format');
  });

  it.each(['styles', 'sharedStrings'])(
    'has no %s that it names in a way of its own, or not at all',
    async (kind) => {
      const relations = PARTS['xl/_rels/workbook.xml.rels'];
      const named = (type: string) =>
        workbook(ROW, { 'xl/_rels/workbook.xml.rels': relations.replace(`${RELATION}/${kind}`, type) });
      expect(await refusal(named(`${RELATION}/none`))).toContain(
        `it has the part xl/${kind}.xml, and does not name it in xl/_rels/workbook.xml.rels`,
      );
      for (const type of [`urn:x/${kind}`, `${RELATION}/${kind} `])
        expect(await refusal(named(type))).toContain(
          `it names its ${kind} in a way that no spreadsheet writes`,
        );
    },
  );

  it.each([
    ['xl/worksheets/sheet1.xml', aSheet('').replaceAll('worksheet', 'chartsheet'), 'worksheet'],
    ['xl/sharedStrings.xml', '<texts><si><t>1</t></si></texts>', 'sst'],
    ['xl/styles.xml', '<styles><cellXfs><xf/></cellXfs></styles>', 'styleSheet'],
  ])('has in its part %s what is looked at there', async (path, xml, root) => {
    expect(await refusal(workbook(ROW, { [path]: xml }))).toContain(
      `it is not as a workbook has it: it has no <${root}>`,
    );
  });

  it('has the parts that it names, by the very name of their part', async () => {
    const relations = PARTS['xl/_rels/workbook.xml.rels'];
    const target = (from: string, to: string, part: string) =>
      workbook(ROW, {
        'xl/_rels/workbook.xml.rels': relations.replace(`Target="${from}"`, `Target="${to}"`),
        [part]: from === 'styles.xml' ? PARTS['xl/styles.xml'] : aSheet(''),
      });
    for (const name of ['Styles.xml', 'none.xml'])
      expect(await refusal(target('styles.xml', name, 'xl/theme.xml'))).toContain(
        `its part xl/${name} is missing`,
      );
    for (const from of ['styles.xml', 'worksheets/sheet1.xml'])
      for (const to of [
        `./${from}`,
        `../xl/${from}`,
        from.replace('s', '%73'),
        `/xl//${from}`,
        from.replace('/', '\\'),
      ]) {
        if (to === from) continue;
        expect(await refusal(target(from, to, 'xl/theme.xml'))).toContain(
          'in a way that no spreadsheet writes',
        );
        expect(await refusal(target(from, to, `xl/${to}`))).toContain('that no spreadsheet writes');
      }
    const outside = relations.replace('Target="styles.xml"', 'TargetMode="External" Target="styles.xml"');
    expect(await refusal(workbook(ROW, { 'xl/_rels/workbook.xml.rels': outside }))).toContain(
      'names its styles in a',
    );
  });

  it.each([' 1 ', 'yes'])('counts its days from 1904 as %j in no way that is overlooked', async (said) => {
    const book = PARTS['xl/workbook.xml'].replace('<sheets>', `<workbookPr date1904="${said}"/><sheets>`);
    const row = '<row><c><v>1</v></c></row>';
    expect(await refusal(workbook(row, { 'xl/workbook.xml': book }))).toContain(`date1904="${said}"`);
    const moment = '<row><c s="1"><v>1</v></c></row>';
    for (const [own, day] of [
      ['0', '1899-12-31'],
      ['false', '1899-12-31'],
      ['1', '1904-01-02'],
      ['true', '1904-01-02'],
    ] as const)
      expect(
        await rowsOf(workbook(moment, { 'xl/workbook.xml': book.replace(`"${said}"`, `"${own}"`) })),
      ).toEqual([[`${day}T00:00:00+07:00`]]);
  });

  it('has its number formats where it names them, and nowhere twice', async () => {
    const styles =
      '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="#,##0,"/></numFmts><cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>';
    const relations = PARTS['xl/_rels/workbook.xml.rels'];
    const elsewhere = (rels: string) =>
      workbook('<row><c s="0"><v>90000</v></c></row>', {
        'xl/formats.xml': styles,
        'xl/_rels/workbook.xml.rels': rels,
      });
    for (const target of ['formats.xml', '/xl/formats.xml'])
      expect(
        await refusal(elsewhere(relations.replace('Target="styles.xml"', `Target="${target}"`))),
      ).toContain('number format');
    const second = (kind: string, id: string) =>
      relations.replace('</', `<Relationship Id="${id}" Type="${RELATION}/${kind}" Target="formats.xml"/></`);
    for (const kind of ['styles', 'sharedStrings'])
      expect(await refusal(elsewhere(second(kind, 'rId9')))).toContain(`it names its ${kind} twice`);
    expect(await refusal(elsewhere(second('worksheet', 'rId1')))).toContain(
      'it has the relationship rId1 twice',
    );
  });

  const FOREIGN = `xmlns="${MAIN}" xmlns:q="urn:q" xmlns:mc="urn:mc" mc:Ignorable="q"`;
  it('says nothing by attributes of another vocabulary', async () => {
    const read = (data: string) =>
      workbook('', {
        'xl/worksheets/sheet1.xml': `<worksheet ${FOREIGN}><sheetData>${data}</sheetData></worksheet>`,
      });
    const shownOtherwise = read('<row r="1" hidden="1" q:hidden="0"><c><v>1</v></c></row>');
    expect(await refusal(shownOtherwise)).toContain('row 1 is hidden');
    expect(await rowsOf(read('<row q:hidden="1"><c s="0" q:s="1" q:t="s"><v>1</v></c></row>'))).toEqual([
      ['1'],
    ]);
    const elsewhere = PARTS['xl/workbook.xml'].replace('r:id="rId1"', 'q:id="rId1"');
    const book = elsewhere.replace(
      '<workbook',
      `<workbook xmlns="${MAIN}" xmlns:r="${RELATION}" xmlns:q="urn:q"`,
    );
    expect(await refusal(workbook(row('1'), { 'xl/workbook.xml': book }))).toContain('is missing');
  });

  it.each([
    ['<row r="1" hidden="1" hidden="0"><c><v>1</v></c></row>', '<row>'],
    ['<row><c s="1" s="0"><v>1</v></c></row>', '<c>'],
  ])('has no attribute twice: %s', async (data, tag) => {
    expect(await refusal(workbook(data))).toMatch(new RegExp(`it has ${tag} with (?:hidden|s) twice`));
  });

  it.each(['0;-0;0;', '&quot;9&quot;@', '0;-0;0;&quot;9&quot;@', '@@', '#,##0;@&quot;x&quot;', ';;;'])(
    'has no text that its format does not show as it is: %s',
    async (code) => {
      expect(await refusal(formatted(code, 's="1" t="s"><v>1</v>'))).toContain('number format');
    },
  );

  it('whose first sheet is hidden is read as a person sees it', async () => {
    const sheets = (first: string, second = 'visible') =>
      `<workbook><sheets><sheet name="A" state="${first}" r:id="rId1"/><sheet name="B" state="${second}" r:id="rId2"/></sheets></workbook>`;
    const row = '<row><c><v>1</v></c></row>';
    const read = (first: string, sheet?: string, second?: string) =>
      rowsOf(workbook(row, { 'xl/workbook.xml': sheets(first, second) }), sheet);
    expect(await read('hidden')).toEqual([['2']]);
    expect(await read('veryHidden')).toEqual([['2']]);
    expect(await read('visible', undefined, 'hidden')).toEqual([['1']]);
    expect(await read('hidden', 'A')).toEqual([['1']]);
    const none = { 'xl/workbook.xml': sheets('hidden', 'hidden') };
    expect(await refusal(workbook(row, none))).toContain('it has no sheet that is shown');
  });

  const value = (reference: string, text = '1') => `<c r="${reference}"><v>${text}</v></c>`;
  const said = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const withColumns = (columns: string, data: string) =>
    workbook('', {
      'xl/worksheets/sheet1.xml': `<worksheet>${columns}<sheetData>${data}</sheetData></worksheet>`,
    });

  it.each(['hidden="1"', 'hidden="true"', 'ht="0"', 'hidden="1" outlineLevel="1"'])(
    'has no row with a value that nobody sees: %s',
    async (hidden) => {
      expect(
        await refusal(workbook(`<row>${value('A1')}</row><row ${hidden}>${value('A2')}</row>`)),
      ).toContain(`${sheet}row 2 is hidden; show what is hidden, or remove it`);
      const empty = `<row>${value('A1')}</row><row ${hidden}><c s="0"/></row><row hidden="0">${value('A3')}</row>`;
      expect(await rowsOf(workbook(empty))).toEqual([['1'], [''], ['1']]);
    },
  );

  it.each([
    '<cols><col min="2" max="3" width="9" hidden="1"/></cols>',
    '<cols><col min="1" max="1" width="9"/><col min="2" max="16384" width="0"/></cols>',
    '<sheetFormatPr defaultColWidth="0"/><cols><col min="1" max="1" width="9"/></cols>',
  ])('has no column with a value that nobody sees: %s', async (columns) => {
    expect(await refusal(withColumns(columns, `<row>${value('A1')}${value('C1')}</row>`))).toContain(
      `${sheet}column C is hidden; show what is hidden, or remove it`,
    );
    expect(await rowsOf(withColumns(columns, `<row>${value('A1')}<c r="B1"/></row>`))).toEqual([['1']]);
  });

  const calculated = (attributes = '') => `<c><f${attributes}>1+1</f><v>90000</v></c>`;

  it.each([
    ['a line', `<row>${said('row-1')}${calculated()}</row>`],
    ['a line that begins like totals', `<row>${said('total')}${said('pur_a')}${calculated()}</row>`],
    ['a word that begins like totals', `<row>${said('totally')}${calculated()}</row>`],
    ['totals, over other cells', `<row>${said('Total')}${calculated(' t="array" ref="B1:B9"')}</row>`],
  ])('has no value that a formula came to, which may be any, in %s', async (_, row) => {
    expect(await refusal(workbook(row))).toMatch(
      /row 1, the cell [BC]1 cannot be read: it is calculated by a formula; paste the values/,
    );
  });

  it.each(['', ' t="shared" ref="B1:D1" si="0"', ' t="array" ref="B1"'])(
    'may calculate its line of totals, which the lines have to come to: %j',
    async (attributes) => {
      expect(await rowsOf(workbook(`<row>${said('Tổng cộng')}${calculated(attributes)}</row>`))).toEqual([
        ['Tổng cộng', '90000'],
      ]);
    },
  );

  it('that has a second list of its parts, which others would find, is refused', async () => {
    const file = workbook(ROW);
    const end = file.subarray(-22);
    const directory = end.readUInt32LE(16);
    const zip64 = (offset: number) => {
      const [record, locator] = [Buffer.alloc(56), Buffer.alloc(20)];
      record.writeUInt32LE(0x06064b50, 0);
      record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
      record.writeBigUInt64LE(BigInt(offset), 48);
      for (const place of [24, 32]) record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), place);
      locator.writeUInt32LE(0x07064b50, 0);
      locator.writeBigUInt64LE(BigInt(file.length - 22), 8);
      return Buffer.concat([file.subarray(0, -22), record, locator, end]);
    };
    expect(await rowsOf(zip64(directory))).toEqual([['90000']]);
    for (const other of [
      zip64(directory + 1),
      withComment(file, end),
      Buffer.concat([file, Buffer.from('\n')]),
      Buffer.concat([file.subarray(0, -22), Buffer.alloc(8), end]),
    ])
      expect(await refusal(other)).toContain(TWO_LISTS);
  });

  it('whose records of ZIP64 lead some programs to another list is refused', async () => {
    const file = withTwoLists(workbook(ROW), workbook(ROW.replace('90000', '10000')));
    expect(await refusal(file)).toContain(TWO_LISTS);
  });

  it.each([
    ['one part less than it has', [8, 10], -1],
    ['one part more than it has', [8, 10], 1],
    ['two numbers of its parts, the first less', [8], -1],
    ['two numbers of its parts, the second less', [10], -1],
  ])('whose list says %s is refused', async (_, places, more) => {
    const file = workbook(ROW);
    for (const place of places) {
      const at = file.length - 22 + place;
      file.writeUInt16LE(file.readUInt16LE(at) + more, at);
    }
    expect(await refusal(file)).toContain(TWO_LISTS);
  });

  it('may have a comment, as every one of some programs has, up to its very end', async () => {
    const comment = Buffer.from('Implementation by Anton Scheffer');
    const commented = withComment(workbook(ROW), comment);
    expect(await rowsOf(commented)).toEqual([['90000']]);
    for (const other of [
      commented.subarray(0, -1),
      Buffer.concat([commented, Buffer.from(' ')]),
      withComment(workbook(ROW), Buffer.from('PK\u0005\u0006 and more than another end would have')),
    ])
      expect(await refusal(other)).toContain(`${TWO_LISTS}; open it in a spreadsheet program`);
  });

  it('of which a part was changed, in a place that still can be read, is refused', async () => {
    const parts = {
      ...PARTS,
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${ROW}</sheetData></worksheet>`,
    };
    const file = packedWorkbook(parts, { level: 0 });
    file[file.indexOf('90000')] = '1'.charCodeAt(0);
    expect(await refusal(file)).toContain('its part xl/worksheets/sheet1.xml is damaged');
  });

  it('that has a part twice, of which others would read the other, is refused', async () => {
    const once = 'xl/worksheets/sheet9.xml';
    const archive = workbook('<row/>', { [once]: '<worksheet/>' }).toString('latin1');
    const twice = archive.replaceAll(once, 'xl/worksheets/sheet1.xml'); // as long as the other name
    expect(await refusal(Buffer.from(twice, 'latin1'))).toContain('its part xl/worksheets/sheet1.xml twice');
  });

  it.each([
    [
      'a string that is not among the shared ones',
      cell('t="s"', '2'),
      `${B3} its value does not fit its type`,
    ],
    ['a negative shared string', cell('t="s"', '-1'), `${B3} its value does not fit its type`],
    ['a shared string by a name', cell('t="s"', 'constructor'), `${B3} its value does not fit its type`],
    ['a number that is none', cell('', 'many'), `${B3} its value does not fit its type`],
    ['a number of another system', cell('', '0x15F90'), `${B3} its value does not fit its type`],
    ['a number of blanks', cell('', ' '), `${B3} its value does not fit its type`],
    ['a shared string by another number', cell('t="s"', '0b1'), `${B3} its value does not fit its type`],
    ['a truth value that is none', cell('t="b"', 'yes'), `${B3} its value does not fit its type`],
    ['a style that is not there', cell('s="9"'), `${B3} its style is none of the workbook`],
    ['a type that is not there', cell('t="x"'), `${B3} its type is none that a cell can have`],
    ['a moment beyond all calendars', cell('s="1"', '1e300'), `${B3} its moment is in no calendar`],
    ['a row number of no sheet', '<row r="4000000000"/>', `${sheet}after row 0 comes "4000000000"`],
    ['a row number that is none', '<row r="x"/>', `${sheet}after row 0 comes "x"`],
    ['rows in another order', '<row r="2"/><row r="2"/>', `${sheet}after row 2 comes "2"`],
    ['a cell of another row', '<row r="3"><c r="A4"/></row>', `${sheet}row 3 has a cell "A4" after column 0`],
    ['a cell of no sheet', '<row><c r="ZZZZ1"/></row>', `${sheet}row 1 has a cell "ZZZZ1" after column 0`],
    ['a cell that is no place', '<row><c r="1A"/></row>', `${sheet}row 1 has a cell "1A" after column 0`],
    [
      'cells in another order',
      '<row><c r="B1"/><c r="A1"/></row>',
      `${sheet}row 1 has a cell "A1" after column 2`,
    ],
    [
      'more cells than fit',
      `<row><c r="XFD1"/><c/></row>`,
      `${sheet}row 1 has one more cell than a sheet has columns`,
    ],
    ['a cell in no row', '<row/><c r="A1"/>', `${sheet}at row 1, it has <c> in <sheetData> behind <row>`],
    [
      'few cells that are far apart',
      '<row><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
      `${sheet}row 1048576: up to it and column XFD there are more than 25000000 cells`,
    ],
  ])('with %s is refused by its sheet and row', async (_, data, words) => {
    expect(await refusal(workbook(data))).toContain(words);
  });

  const inlined = (text: string) => `<row><c t="inlineStr"><is>${text}</is></c></row>`;
  it.each([
    ['more attributes in a tag', `<row><c ${'a="1" '.repeat(257)}/></row>`, {}, 'with more than 256 attr'],
    ['a longer tag', `<row><c r="${'A'.repeat(100_000)}"/></row>`, {}, 'a tag of more than 100000 bytes'],
    ['a longer text', inlined(`<t>${'x'.repeat(500_001)}</t>`), {}, 'a text of more than 500000 bytes'],
    ['more blanks', ' '.repeat(500_001), {}, 'a text of more than 500000 bytes'],
    [
      'a longer shared text',
      '<row/>',
      { 'xl/sharedStrings.xml': `<sst><si><t>${'x'.repeat(500_001)}</t></si></sst>` },
      'xl/sharedStrings.xml has a text of more than 500000 bytes',
    ],
    [
      'a longer cell',
      inlined(`<t>${'x'.repeat(32_768)}</t>`),
      {},
      'A1 cannot be read: it has more than 32767',
    ],
    [
      'a longer cell of short pieces',
      inlined('<r><t>four</t></r>'.repeat(8_192)),
      {},
      'the cell A1 cannot be read: it has more than 32767 characters',
    ],
    [
      'more text in all its cells',
      '<row><c t="s"><v>0</v></c></row>'.repeat(4_600),
      { 'xl/sharedStrings.xml': `<sst><si><t>${'x'.repeat(32_767)}</t></si></sst>` },
      'row 4578: up to it the cells have more than 150000000 characters',
    ],
    ['more rows', '<row/>'.repeat(1_048_577), {}, 'after row 1048576 comes another'],
    [
      'elements deeper within others',
      '',
      { 'xl/styles.xml': `<styleSheet><fonts>${'<x>'.repeat(300)}` },
      'has elements within 200 others',
    ],
  ])('with %s than a spreadsheet can have is refused by that limit', async (_, data, change, words) => {
    expect(await refusal(workbook(data, change))).toContain(words);
  });

  it('is read in spite of much that is no data', async () => {
    const rows = '<row><c><v>1</v></c></row>';
    expect(await rowsOf(workbook(rows, { 'customXml/item1.xml': `<a>${'x'.repeat(500_001)}</a>` }))).toEqual([
      ['1'],
    ]);
  });

  it.each([
    ['its list of sheets', { 'xl/workbook.xml': null }, 'its part xl/workbook.xml is missing'],
    [
      'the places of its sheets',
      { 'xl/_rels/workbook.xml.rels': null },
      'its part xl/_rels/workbook.xml.rels is',
    ],
    [
      'the file of the sheet',
      { 'xl/worksheets/sheet1.xml': null },
      'the file of its sheet "Ngày & đêm" is missing',
    ],
    [
      'a target for its sheet',
      { 'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1"/></Relationships>' },
      'the file of its sheet "Ngày & đêm" is missing',
    ],
    ['any sheet', { 'xl/workbook.xml': '<workbook/>' }, 'it has no sheet'],
    ['any data', { 'xl/worksheets/sheet1.xml': '<worksheet/>' }, 'is not as a workbook has it'],
    ['anything in its sheet', { 'xl/worksheets/sheet1.xml': '' }, 'is not as a workbook has it'],
    [
      'an end of its sheet',
      { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row><c' },
      'is not as a workbook',
    ],
    [
      'a place for its dimension',
      { 'xl/worksheets/sheet1.xml': '<worksheet><dimension/></worksheet>' },
      'is not as',
    ],
  ])('that lacks %s is refused in words', async (_, change, words) => {
    expect(await refusal(workbook('<row><c><v>1</v></c></row>', change))).toContain(words);
  });

  it('is refused with the sheets that it has, where another is wanted', async () => {
    expect(await refusal(workbook(''), 'Third')).toContain(
      'it has no sheet "Third"; it has "Ngày & đêm", "Second"',
    );
  });

  it('is refused, whatever was done to its parts, without a word of the program that reads it', async () => {
    const whole = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45000</v></c></row><row r="2"/>';
    const parts: Record<string, string> = {
      ...PARTS,
      'xl/worksheets/sheet1.xml': `<worksheet><dimension ref="A1:B2"/><sheetData>${whole}</sheetData></worksheet>`,
    };
    const pieces = [
      '',
      '"',
      '<',
      '>',
      '/',
      '<c/>',
      '<row>',
      '</row>',
      '<v>',
      '</c>',
      '&#x0;',
      '-1',
      '1e309',
      'NaN',
    ];
    const cut = fc.record({
      path: fc.constantFrom(...Object.keys(parts)),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(40),
      piece: fc.constantFrom(...pieces),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async (cuts) => {
        const changed = { ...parts };
        for (const { path, at, length, piece } of cuts) {
          const text = changed[path] ?? '';
          const place = Math.floor(at * text.length);
          changed[path] = text.slice(0, place) + piece + text.slice(place + length);
        }
        const fault: unknown = await rowsOf(workbook('', changed)).then(
          () => undefined,
          (why: unknown) => why,
        );
        if (fault === undefined) return;
        if (!(fault instanceof SettlementFileFault)) throw fault;
        expect(fault.message).not.toMatch(/undefined|null|not a function|not iterable|Cannot read|Invalid/);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused in words, or has the same rows, when its archive is cut or was changed anywhere', async () => {
    const text = 'the only cell';
    const data = `<row><c t="inlineStr"><is><t>${text}</t></is></c></row>`;
    const parts = {
      ...PARTS,
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${data}</sheetData></worksheet>`,
    };
    const stored = packedWorkbook(parts, { level: 0 });
    const files = [stored, packedWorkbook(parts, { level: 1 })];
    const inText = fc.nat(text.length - 1).map((offset) => stored.indexOf(text) + offset);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.oneof(fc.nat(stored.length - 1), inText),
        fc.nat(255),
        fc.boolean(),
        async (file, place, byte, isCut) => {
          const at = place % file.length;
          const changed = isCut ? file.subarray(0, at) : Buffer.from(file);
          if (!isCut) changed[at] = byte;
          const read: unknown = await rowsOf(Buffer.from(changed)).catch((why: unknown) => why);
          if (!(read instanceof SettlementFileFault)) expect(read).toEqual([[text]]);
          if (isCut) expect(read).toBeInstanceOf(SettlementFileFault);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is not unpacked where it says that it is too large, and no further than it says that it is', async () => {
    const long = `<worksheet><sheetData><row><c t="inlineStr"><is><t>${'x'.repeat(1_000_000)}</t></is></c></row></sheetData></worksheet>`;
    const file = workbook('', { 'xl/worksheets/sheet1.xml': long });
    expect(await refusal(saying(200_000_000, file))).toContain('a workbook of more than 150000000 bytes');
    expect(await refusal(saying(1_000, file))).toContain('its part xl/worksheets/sheet1.xml is damaged');
  });
});

/** The same workbook, whose list of files gives another size of its sheet, unpacked. */
function saying(size: number, file: Buffer): Buffer {
  const changed = Buffer.from(file);
  const name = changed.lastIndexOf('xl/worksheets/sheet1.xml');
  changed.writeUInt32LE(size, name - 46 + 24);
  return changed;
}

const TWO_LISTS = 'has more than one list of its parts';

function withComment(file: Buffer, comment: Buffer): Buffer {
  const commented = Buffer.concat([file, comment]);
  commented.writeUInt16LE(comment.length, file.length - 2);
  return commented;
}

/** The parts of both; its end names the list of the first, and the locator of ZIP64 before it that of the other. */
function withTwoLists(file: Buffer, other: Buffer): Buffer {
  const [first, second] = [file, other].map((one) => {
    const at = one.readUInt32LE(one.length - 6);
    return { parts: one.subarray(0, at), list: Buffer.from(one.subarray(at, -22)), end: one.subarray(-22) };
  });
  if (!first || !second) throw new Error('there are two');
  for (let at = 0; at < second.list.length;) {
    second.list.writeUInt32LE(second.list.readUInt32LE(at + 42) + first.parts.length, at + 42);
    at += [28, 30, 32].reduce((sum, place) => sum + second.list.readUInt16LE(at + place), 46);
  }
  const record = ({ list, end }: typeof first, offset: number) => {
    const bytes = Buffer.alloc(56);
    bytes.writeUInt32LE(0x06064b50, 0);
    for (const place of [24, 32]) bytes.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), place);
    bytes.writeBigUInt64LE(BigInt(list.length), 40);
    bytes.writeBigUInt64LE(BigInt(offset), 48);
    return bytes;
  };
  const behindParts = first.parts.length + second.parts.length;
  const otherRecord = behindParts + second.list.length;
  const firstList = otherRecord + 56;
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(otherRecord), 8);
  const end = Buffer.from(first.end);
  end.writeUInt32LE(firstList, 16);
  return Buffer.concat([
    first.parts,
    second.parts,
    second.list,
    record(second, behindParts),
    first.list,
    record(first, firstList),
    locator,
    end,
  ]);
}

describe('a workbook that shows something else than its cells have', () => {
  const cells = '<row r="2"><c r="B2"><v>90000</v></c><c r="C2" s="1"><v>0</v></c></row>';
  const seen = (views: string, data = cells) =>
    workbook('', {
      'xl/worksheets/sheet1.xml': `<worksheet><sheetViews>${views}</sheetViews><sheetData>${data}</sheetData></worksheet>`,
      'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="0"/></cellXfs></styleSheet>',
    });
  const view = (attributes: string, pane = '') =>
    `<sheetView workbookViewId="0" ${attributes}>${pane}<selection/></sheetView>`;

  it.each([
    [
      'frozen rows above which nobody can scroll',
      view('topLeftCell="A4"', '<pane ySplit="1" topLeftCell="A5" state="frozen" activePane="bottomLeft"/>'),
      'the cell B2 is before the frozen panes',
    ],
    [
      'frozen columns left of which nobody can scroll',
      view('topLeftCell="J1"', '<pane xSplit="1" topLeftCell="K1" state="frozenSplit"/>'),
      'the cell B2 is before the frozen panes',
    ],
    [
      'a second window with such panes',
      view('') + view('topLeftCell="C1"', '<pane xSplit="1" state="frozen"/>'),
      'the cell B2 is before the frozen panes',
    ],
    [
      'more frozen rows than a screen has',
      view('', '<pane ySplit="5000" state="frozen"/>'),
      'more than 50 rows or 30 columns in frozen panes',
    ],
    ['frozen rows that are no number', view('', '<pane ySplit="x" state="frozen"/>'), 'in frozen panes'],
    ['no zeros', view('showZeros="0"'), 'the cell C2 is 0, and the sheet shows no zeros'],
    ['formulas in place of values', view('showFormulas="1"'), 'saved in the view of formulas'],
  ])('is refused: it has %s', async (_, views, because) => {
    expect(await refusal(seen(views))).toContain(because);
  });

  it.each([
    ['a frozen heading', view('tabSelected="1"', '<pane ySplit="1" topLeftCell="A900" state="frozen"/>')],
    ['a frozen heading and column', view('topLeftCell="A1"', '<pane xSplit="1" ySplit="1" state="frozen"/>')],
    [
      'a frozen heading, scrolled to the right',
      view('topLeftCell="F1"', '<pane ySplit="1" state="frozen"/>'),
    ],
    ['scrolled far down, without panes', view('topLeftCell="A900" showGridLines="0"')],
    ['a split, whose parts scroll', view('topLeftCell="A9"', '<pane ySplit="2000" topLeftCell="A1"/>')],
  ])('is read with %s, which hides nothing', async (_, views) => {
    expect(await rowsOf(seen(views))).toEqual([
      ['', '', ''],
      ['', '90000', '0'],
    ]);
  });

  it('is read without zeros in it, whatever it shows of them', async () => {
    const row = '<row r="1"><c r="A1"><v>90000</v></c><c r="B1" t="inlineStr"><is><t>0</t></is></c></row>';
    expect(await rowsOf(seen(view('showZeros="0"'), row))).toEqual([['90000', '0']]);
  });

  const styled = (xf: string, named = '<xf numFmtId="0"/><xf numFmtId="200"/>') =>
    workbook('<row r="1"><c r="A1" s="1"><v>90000</v></c></row>', {
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="&quot;50000&quot;"/></numFmts>' +
        `<cellStyleXfs>${named}</cellStyleXfs><cellXfs><xf numFmtId="0"/>${xf}</cellXfs></styleSheet>`,
    });
  const LOOKS_OTHER = 'the cell A1 is aligned so that it shows something else than its value';
  const FILLED = '<alignment horizontal="fill"/>';

  it.each([
    ['fills its cell with copies', `<xf numFmtId="0">${FILLED}</xf>`, LOOKS_OTHER],
    ['is pushed out of its cell', '<xf numFmtId="0"><alignment indent="250"/></xf>', LOOKS_OTHER],
    ['is pushed by what is no number', '<xf numFmtId="0"><alignment indent="x"/></xf>', LOOKS_OTHER],
    ['may have the format of a named style', '<xf xfId="1"/>', 'a number format that shows something else'],
  ])('is refused: a value %s', async (_, xf, because) => {
    expect(await refusal(styled(xf))).toContain(because);
  });

  it('is refused: a value may fill its cell by its named style', async () => {
    expect(await refusal(styled('<xf xfId="0"/>', `<xf numFmtId="0">${FILLED}</xf>`))).toContain(LOOKS_OTHER);
  });

  it.each([
    ['an indent', '<xf numFmtId="0"><alignment horizontal="left" indent="2" wrapText="1"/></xf>'],
    ['a format of its own', '<xf numFmtId="0" xfId="1"/>'],
    ['neither, as its named style', '<xf xfId="0"/>'],
    ['a protection', '<xf numFmtId="3" xfId="0"><alignment/><protection locked="0"/></xf>'],
  ])('is read: a value has %s', async (_, xf) => {
    expect(await rowsOf(styled(xf))).toEqual([['90000']]);
  });
});
