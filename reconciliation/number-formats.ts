import { unusable } from './unusable-workbook';
import { tagsOf } from './xml-tags';

/** What a spreadsheet shows of a cell by its style. */
export interface Style {
  /** Whether a number is shown as another, or not at all. */
  hidesNumber: boolean;
  hidesText: boolean;
}

/** What a section of a format shows, character by character. */
interface Section {
  /** `0` for a digit of the number, its own commas and points, `'` for a mark that only looks like one, signs, and gaps. */
  shape: string;
  /** What is neither a text nor a gap: only these make a date. */
  codes: string;
  hasOwnDigits: boolean;
  isColoured: boolean;
}

/** A text in quotation marks, behind a backslash or as filling; a gap; brackets; anything else. */
const TOKEN = /"([^"]*)"?|[\\*]([^]?)|_[^]?|\[([^\]]*)\]?|general|[^]/giu;
const COLOUR = /^(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)$/i;
const ELAPSED = /^(?:h+|m+|s+)$/i;
/** Currencies may stand without quotation marks. */
const GAP = /[\s+\p{Sc}đĐ]/u;

/**
 * A number as it is, whatever text stands around it: its commas are between digits, since one behind them divides by a
 * thousand, and marks that only look like its own are before three digits.
 */
const NUMBER = /^(?:[ (-]|'(?=[ (-]))*0+(?: +0+|,0+|'000(?!0))*(?:\.[0 ]*)?[ ()%'-]*$/;
const SIGN = /^[ ']*[(-]|0-/;
const TEXT = /^ *@ *$/;
const MOMENT = /^(?:am\/pm|a\/p|s\.0+|[ymdhs/:.,@ -])+$/i;

/**
 * The styles of a workbook, by their number (ECMA-376 part 1, 18.8.30 and 18.8.31). A number format can show `50000` where the
 * cell has 90000.
 * @throws SettlementFileFault for a format that is there twice, or whose id is no number
 */
export function stylesOf(xml: string | undefined): readonly Style[] {
  const formats = new Map<number, Style>();
  const used: number[] = [];
  let list: string | undefined; // conditional formats have formats of their own, under any ids
  for (const { name, isEnd, isEmpty, attributes } of tagsOf(xml ?? '')) {
    const { numFmtId = '0', formatCode } = attributes;
    if (LISTS.has(name)) list = isEnd || isEmpty ? undefined : name;
    else if (isEnd) continue;
    else if (name === 'numFmt' && list === 'numFmts' && formatCode !== undefined) {
      const id = idOf(numFmtId);
      if (formats.has(id)) throw unusable(`it has the number format ${id} twice`);
      formats.set(id, styleOf(formatCode));
    } else if (name === 'xf' && list === 'cellXfs') used.push(idOf(numFmtId));
  }
  return used.map((id) => formats.get(id) ?? BUILT_IN);
}

const LISTS: ReadonlySet<string> = new Set(['numFmts', 'cellXfs']);

/** A number may begin with zeros, a plus sign and blanks (XML Schema part 2, 3.3.22). */
function idOf(text: string): number {
  if (/^\s*\+?\d{1,10}\s*$/.test(text)) return Number(text);
  throw unusable(`it has a number format "${text.slice(0, 20)}", which is no number`);
}

/** A format that is not the workbook's own shows what there is. */
const BUILT_IN: Style = { hidesNumber: false, hidesText: false };

function styleOf(code: string): Style {
  const sections = sectionsOf(code);
  const [positive, negative, , text] = sections;
  const isShown =
    positive !== undefined &&
    shows(positive) &&
    !isSigned(positive) &&
    (negative === undefined ||
      (shows(negative) && (isSigned(negative) || negative.isColoured || !NUMBER.test(negative.shape))));
  return {
    hidesNumber: !isShown || sections.some(({ hasOwnDigits }) => hasOwnDigits),
    hidesText: text !== undefined && !text.codes.includes('@'),
  };
}

/** Only what is known to show a value as it is: a number, a moment, or whatever there is. */
function shows({ shape, codes }: Section): boolean {
  return NUMBER.test(shape) || TEXT.test(shape) || (MOMENT.test(codes) && /[ymdhs]/i.test(codes));
}

function isSigned({ shape }: Section): boolean {
  return NUMBER.test(shape) && SIGN.test(shape);
}

function sectionsOf(code: string): Section[] {
  let section: Section = { shape: '', codes: '', hasOwnDigits: false, isColoured: false };
  const sections = [section];
  for (const [token, quoted, single, bracketed] of code.matchAll(TOKEN)) {
    const currency = bracketed?.startsWith('$') ? (bracketed.slice(1).split('-')[0] ?? '') : undefined;
    const text = quoted ?? single ?? currency;
    if (token === ';') {
      section = { shape: '', codes: '', hasOwnDigits: false, isColoured: false };
      sections.push(section);
    } else if (text !== undefined) addText(section, text);
    else if (bracketed !== undefined) addBracketed(section, bracketed);
    else if (token.startsWith('_')) section.shape += ' ';
    else addCode(section, token);
  }
  return sections;
}

function addText(section: Section, text: string): void {
  section.shape += text.replace(/[^.,(-]/gu, ' ').replace(/[.,]/g, "'");
  section.hasOwnDigits ||= /\p{N}/u.test(text);
}

/** A condition says for which numbers the section is, which need not be all. */
function addBracketed(section: Section, bracketed: string): void {
  if (COLOUR.test(bracketed)) section.isColoured = true;
  else if (ELAPSED.test(bracketed)) section.codes += 'h';
  else section.hasOwnDigits = true;
}

function addCode(section: Section, code: string): void {
  section.codes += code;
  section.shape += /^(?:[0#?]|general)$/i.test(code) ? '0' : GAP.test(code) ? ' ' : code;
}
