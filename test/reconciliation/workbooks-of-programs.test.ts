import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { readSheet } from '../../reconciliation/workbook';
import { MAIN, packedWorkbook, RELATION } from './packed-workbook';

const FOLDER = path.join(__dirname, 'workbooks');
const ROWS = [
  ['Biên bản', '', '', ''],
  ['reference', 'amount', 'time', 'note'],
  ['MF0001', '90000', '2026-11-23T10:05:33+07:00', 'Gói D90'],
  ['MF0002', '45000', '2026-11-23T11:00:00+07:00', 'một & hai'],
];

async function rowsOf(file: Uint8Array): Promise<(readonly string[])[]> {
  const reading = { sheet: undefined, totals: ['total'], offset: '+07:00' };
  return (await readSheet(Readable.from([file]), reading)).rows.map(({ cells }) => cells);
}

/**
 * Both have a merged title, frozen panes, a table or a filter, a conditional format, a validation, a comment, a chart,
 * a name, protection and a second sheet; that of XlsxWriter, which writes byte for byte as Excel does, also a text in pieces,
 * a sparkline and a button.
 */
describe('a workbook as a program writes it, with much that is no data', () => {
  it.each(['openpyxl.xlsx', 'xlsxwriter.xlsx'])('is read: %s', async (name) => {
    expect(await rowsOf(await readFile(path.join(FOLDER, name)))).toEqual(ROWS);
  });
});

const MC = 'http://schemas.openxmlformats.org/markup-compatibility/2006';
const DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n';
const relationships = (...all: string[]) =>
  `${DECLARED}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`;
const relationship = (id: string, kind: string, target: string) =>
  `<Relationship Id="${id}" Type="${RELATION}/${kind}" Target="${target}"/>`;

const EXCEL_365 = {
  '[Content_Types].xml': `${DECLARED}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
  '_rels/.rels': relationships(
    relationship('rId3', 'extended-properties', 'docProps/app.xml'),
    relationship('rId1', 'officeDocument', 'xl/workbook.xml'),
  ),
  'xl/_rels/workbook.xml.rels': relationships(
    relationship('rId1', 'worksheet', 'worksheets/sheet1.xml'),
    relationship('rId2', 'theme', 'theme/theme1.xml'),
    relationship('rId3', 'styles', 'styles.xml'),
    relationship('rId4', 'sharedStrings', 'sharedStrings.xml'),
    relationship('rId5', 'customXml', '../customXml/item1.xml'),
  ),
  'xl/workbook.xml':
    `${DECLARED}<workbook xmlns="${MAIN}" xmlns:r="${RELATION}" xmlns:mc="${MC}" mc:Ignorable="x15 xr" xmlns:x15="urn:x15" xmlns:xr="urn:xr">` +
    '<fileVersion appName="xl"/><workbookPr defaultThemeVersion="202300"/>' +
    '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:" xmlns:x15ac="urn:ac"/></mc:Choice></mc:AlternateContent>' +
    '<xr:revisionPtr revIDLastSave="0" documentId="8_{0}"/><bookViews><workbookView xr2:uid="{1}" xmlns:xr2="urn:2"/></bookViews>' +
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="a">Sheet1!$A$1</definedName></definedNames>' +
    '<calcPr calcId="191029"/><extLst><ext uri="{2}"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>',
  'xl/styles.xml':
    `${DECLARED}<styleSheet xmlns="${MAIN}" xmlns:mc="${MC}" mc:Ignorable="x14ac" xmlns:x14ac="urn:ac"><numFmts count="1"><numFmt numFmtId="43" formatCode="_-* #,##0.00_-;\\-* #,##0.00_-;_-* &quot;-&quot;??_-;_-@_-"/></numFmts>` +
    '<fonts count="1" x14ac:knownFonts="1"><font/></fonts><fills/><borders/><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>' +
    '<cellXfs count="2"><xf numFmtId="0" xfId="0"/><xf numFmtId="43" xfId="1" applyNumberFormat="1"><alignment/></xf></cellXfs>' +
    '<cellStyles/><dxfs count="1"><dxf><numFmt numFmtId="164" formatCode=";;;"/></dxf></dxfs><tableStyles/>' +
    '<extLst><ext uri="{3}" xmlns:x14="urn:14"><x14:slicerStyles/></ext></extLst></styleSheet>',
  'xl/sharedStrings.xml':
    `${DECLARED}<sst xmlns="${MAIN}" count="2"><si><t xml:space="preserve"> one_x000D_</t></si>` +
    '<si><r><rPr><b/></rPr><t>m</t></r><r><t>ột</t></r><rPh sb="0" eb="1"><t>một</t></rPh><phoneticPr fontId="1"/></si></sst>',
  'xl/worksheets/sheet1.xml':
    `${DECLARED}<worksheet xmlns="${MAIN}" xmlns:r="${RELATION}" xmlns:mc="${MC}" mc:Ignorable="x14ac xr" xmlns:x14ac="urn:ac" xmlns:xr="urn:xr" xr:uid="{4}">` +
    '<sheetPr codeName="Sheet1"><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:C2"/><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" state="frozen"/></sheetView></sheetViews>' +
    '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><cols><col min="1" max="1" width="20" customWidth="1"/></cols>' +
    '<sheetData><row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>' +
    '<row r="2"><c r="A2" s="1"><v>90000</v></c><c r="B2" s="1"/></row></sheetData><autoFilter ref="A1:B2"/>' +
    '<conditionalFormatting sqref="A1"><cfRule type="expression"><formula>1</formula></cfRule></conditionalFormatting>' +
    '<pageMargins left="0.7"/><pageSetup r:id="rId1"/><drawing r:id="rId2"/>' +
    `<mc:AlternateContent xmlns:mc="${MC}"><mc:Choice Requires="x14"><controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1" r:id="rId4"><controlPr><anchor>` +
    '<from><xdr:col xmlns:xdr="urn:d">2</xdr:col><xdr:row xmlns:xdr="urn:d">3</xdr:row></from></anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>' +
    '<tableParts count="1"><tablePart r:id="rId5"/></tableParts><extLst><ext uri="{78C0D931}" xmlns:x14="urn:14"><x14:conditionalFormattings>' +
    '<x14:cfRule><xm:f xmlns:xm="urn:xm">$A$1</xm:f><x14:dxf><font><b/></font><numFmt numFmtId="165" formatCode="0"/></x14:dxf></x14:cfRule></x14:conditionalFormattings></ext></extLst></worksheet>',
};

/** As the Open XML SDK writes it, and so ClosedXML. */
function withPrefixes(parts: Readonly<Record<string, string>>): Record<string, string> {
  const prefixed = (text: string) =>
    text.includes(` xmlns="${MAIN}"`)
      ? text.replaceAll(/<(\/?)(?=\w+[\s/>])/g, '<$1x:').replace(` xmlns="`, ' xmlns:x="')
      : text;
  return Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, prefixed(text)]));
}

/** As openpyxl and Google name the parts of theirs. */
function fromTheRoot(parts: Readonly<Record<string, string>>): Record<string, string> {
  const [name, text] = ['xl/_rels/workbook.xml.rels', parts['xl/_rels/workbook.xml.rels'] ?? ''];
  return { ...parts, [name]: text.replaceAll('Target="', 'Target="/xl/') };
}

describe('a workbook as Excel 365 writes it, with its extensions, a form control and rich texts', () => {
  it.each([
    ['as it is', EXCEL_365],
    ['with a prefix before each name', withPrefixes(EXCEL_365)],
    ['with its parts named from the root', fromTheRoot(EXCEL_365)],
  ])('is read %s', async (_, parts) => {
    expect(await rowsOf(packedWorkbook(parts))).toEqual([
      ['one', 'một'],
      ['90000', ''],
    ]);
  });
});
