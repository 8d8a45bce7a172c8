import { tagsOf, type Tag } from './xml-tags';

/** The namespaces of what a spreadsheet reads as its own (ECMA-376, and its strict form). */
const MAIN: ReadonlySet<string> = new Set([
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main',
]);
/** What we read of each part. */
const READ: Readonly<Record<string, ReadonlySet<string>>> = {
  worksheet: new Set(['sheetFormatPr', 'col', 'sheetData', 'row', 'c', 'v', 'is', 'f', 't', 'r']),
  sst: new Set(['si', 't', 'r']),
  styleSheet: new Set(['numFmts', 'numFmt', 'cellXfs', 'xf']),
  workbook: new Set(['workbookPr', 'sheets', 'sheet']),
};
/** Names that no extension of Excel has for something of its own, as conditional formats have `f`. */
const OF_DATA: ReadonlySet<string> = new Set(['sheetData', 'row', 'c', 'si', 'sheets', 'sheet', 'cellXfs']);
const TEXTS: ReadonlySet<string> = new Set(['v', 't']);
/** A spreadsheet leaves out what is within, or takes one of several. */
const ASIDE: ReadonlySet<string> = new Set(['AlternateContent', 'ext']);

/**
 * The first element of a part of a workbook that has the name of one that we read, and that a spreadsheet may leave out
 * (ECMA-376 part 3): of another namespace, or in an extension. Whoever looks at the sheet does not see it. So is one of whose
 * text programs read one piece or another.
 * @returns what is wrong with it; undefined when all that we read is the spreadsheet's own
 * @throws SettlementFileFault when it has more than tags and text
 */
export function foreignElement(xml: string): string | undefined {
  let root: Tag | undefined;
  let before: Tag | undefined;
  let aside = 0;
  for (const tag of tagsOf(xml)) {
    if (!root) {
      const namespace = tag.namespaces[tag.prefix];
      if (!READ[tag.name]) return undefined; // no part that we read
      if (namespace !== undefined && !MAIN.has(namespace)) return leftOut(tag);
      root = tag;
    } else if (ASIDE.has(tag.name)) {
      if (!tag.isEmpty) aside += tag.isEnd ? -1 : 1;
    } else if (!tag.isEnd && READ[root.name]?.has(tag.name)) {
      if (isForeign(tag, root, aside > 0)) return leftOut(tag);
      if (aside === 0 && TEXTS.has(tag.name)) {
        if (!tag.isEmpty && isInPieces(xml, tag))
          return `has ${written(tag)} with more than text in it, which is not as a workbook has it`;
        if (tag.name === 't' && before && !isBeginning(before))
          return `has ${written(tag)} behind another text`;
      }
    }
    before = tag;
  }
  return undefined;
}

/** Whether there is another tag in it. */
function isInPieces(xml: string, tag: Tag): boolean {
  return !xml.startsWith('</', xml.indexOf('<', tag.end));
}

/** Whether a text that follows this tag is the first one of its piece, before which only the look of a piece may stand. */
function isBeginning(before: Tag): boolean {
  return before.name === 'rPr' || !(before.isEnd || before.isEmpty);
}

function leftOut(tag: Tag): string {
  return `has ${written(tag)}, which a spreadsheet may leave out`;
}

function isForeign(tag: Tag, root: Tag, isAside: boolean): boolean {
  const isOwn = tag.prefix === root.prefix;
  if (isAside) return isOwn || OF_DATA.has(tag.name);
  const namespace = tag.namespaces[tag.prefix];
  return !isOwn || (namespace !== undefined && !MAIN.has(namespace));
}

function written({ prefix, name }: Tag): string {
  return `<${prefix === '' ? '' : `${prefix}:`}${name}>`;
}
