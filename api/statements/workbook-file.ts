import { strToU8, Zip, ZipDeflate } from 'fflate';
import type { Steps } from '../http/slices';

/** A cell is empty where its text is. */
export type Row = { cells: readonly (string | number)[]; bold?: boolean };
export interface Sheet {
  name: string;
  rows: readonly Row[];
}

/** Rows that are one step of the work. */
const ROWS_OF_A_STEP = 20;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The second of two looks is bold. */
const STYLES = `${XML}<styleSheet ${MAIN}><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`;

/** A workbook (ECMA-376), made in steps: the library that we write others with makes a sheet in one go. */
export function* workbookFile(sheets: readonly Sheet[]): Steps<Buffer> {
  const pieces: Uint8Array[] = [];
  const zip = new Zip((fault, piece) => {
    if (fault) throw fault;
    pieces.push(piece);
  });
  for (const [name, text] of Object.entries(surroundings(sheets))) {
    const file = new ZipDeflate(name);
    zip.add(file);
    file.push(strToU8(text), true);
  }
  for (const [at, { rows }] of sheets.entries()) {
    const file = new ZipDeflate(`xl/worksheets/sheet${at + 1}.xml`, { level: 1 });
    zip.add(file);
    file.push(strToU8(`${XML}<worksheet ${MAIN}><sheetData>`));
    for (let from = 0; from < rows.length; from += ROWS_OF_A_STEP) {
      yield;
      const some = rows.slice(from, from + ROWS_OF_A_STEP);
      file.push(strToU8(some.map((row, index) => rowXml(row, from + index + 1)).join('')));
    }
    file.push(strToU8('</sheetData></worksheet>'), true);
  }
  zip.end();
  return Buffer.concat(pieces);
}

/** The parts of the file around its sheets. */
function surroundings(sheets: readonly Sheet[]): Record<string, string> {
  const each = (text: (number: number, name: string) => string): string =>
    sheets.map(({ name }, at) => text(at + 1, escaped(name))).join('');
  return {
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${each((number) => `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${XML}<workbook ${MAIN} xmlns:r="${DOCUMENT}"><sheets>${each((number, name) => `<sheet name="${name}" sheetId="${number}" r:id="rId${number}"/>`)}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each((number) => `<Relationship Id="rId${number}" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet${number}.xml"/>`)}<Relationship Id="rId${sheets.length + 1}" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': STYLES,
  };
}

function rowXml({ cells, bold }: Row, number: number): string {
  const look = bold ? ' s="1"' : '';
  const xml = cells.map((value, at) => {
    if (value === '') return '';
    const place = `${String.fromCharCode(CODE_OF_A + at)}${number}`;
    return typeof value === 'number'
      ? `<c r="${place}"${look}><v>${value}</v></c>`
      : `<c r="${place}"${look} t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
  });
  return `<row r="${number}">${xml.join('')}</row>`;
}

/** No sheet of ours has more columns than the alphabet has letters. */
const CODE_OF_A = 65;

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(ESCAPE, '_x005F_')
    .replaceAll(NOT_XML, '\uFFFD');
}
/** An underscore that programs would read as the beginning of an escape (ECMA-376, 22.9.2.19). */
const ESCAPE = /_(?=x[\da-f]{4}_)/gi;
/** What XML 1.0 cannot have, however it is written. */
// oxlint-disable-next-line no-control-regex -- these are what is meant
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu;
