import { strToU8, zipSync } from 'fflate';

export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
export const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Names the list of sheets; every workbook has it. */
const START = `<Relationships><Relationship Id="rId1" Type="${RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

/** A workbook of these parts; one that is null is left out. Namespaces that the standard wants need not be written. */
export function packedWorkbook(
  parts: Readonly<Record<string, string | null>>,
  { level = 1 }: { level?: 0 | 1 } = {},
): Buffer {
  const all = Object.entries({ '_rels/.rels': START, ...parts }).flatMap(([path, text]) =>
    text === null ? [] : [[path, strToU8(inNamespace(text))] as const],
  );
  return Buffer.from(zipSync(Object.fromEntries(all), { level }));
}

function inNamespace(text: string): string {
  return text
    .replace(/^<Relationships(?=[\s/>])(?![^>]*xmlns)/, `$& xmlns="${PACKAGE}"`)
    .replace(
      /^<(?:workbook|worksheet|chartsheet|sst|texts|styleSheet|styles)(?=[\s/>])(?![^>]*xmlns)/,
      `$& xmlns="${MAIN}" xmlns:r="${RELATION}"`,
    );
}
