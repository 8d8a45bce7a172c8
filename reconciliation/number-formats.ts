import { unusable } from './unusable-workbook';
import { MAIN, places, readPart, type Part, type PartReader } from './workbook-elements';
import type { Tag } from './xml-tags';

/** What a spreadsheet shows of a cell by its style. */
export interface Style {
  /** Whether a number is shown as another, or not at all. */
  hidesNumber: boolean;
  hidesText: boolean;
  /** Whether a number counts days. */
  isMoment: boolean;
  /** How many digits it shows behind the decimal mark; undefined for all that there are. */
  decimals: number | undefined;
  /** Whether it shows a hundred times the number. */
  isPercent: boolean;
  /** Whether it is repeated across its cell, or pushed out of it. */
  isMisaligned: boolean;
}

/** As it is, or what there is in another form: the number of a day. */
export const PLAIN: Style = {
  hidesNumber: false,
  hidesText: false,
  isMoment: false,
  decimals: undefined,
  isPercent: false,
  isMisaligned: false,
};

/** What a section of a format shows, character by character. */
interface Section {
  /** `0` for a digit of the number, `G` for the whole of it, its own commas and points, `'` for a mark that only looks like one, signs, and gaps. */
  shape: string;
  /** With a blank for each text: only these make a date. */
  codes: string;
  hasOwnDigits: boolean;
  hasOwnLetters: boolean;
  isColoured: boolean;
}

/** A text in quotation marks, behind a backslash or as filling; a gap; brackets; anything else. */
const TOKEN = /"([^"]*)"?|[\\*]([^]?)|_[^]?|\[([^\]]*)\]?|general|[^]/giu;
const COLOUR = /^(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)$/i;
const ELAPSED = /^(?:hh?|mm?|ss?)$/i;
/** Currencies may stand without quotation marks. */
const GAP = /[\s+\p{Sc}đĐ]/u;

/**
 * A number as it is, whatever text stands around it: its commas are between digits, since one behind them divides by a
 * thousand, and marks that only look like its own are before three digits.
 */
const NUMBER =
  /^(?:[ (-]|'(?=[ (-]))*(?:G|0+(?: +0+|,0+|'000(?!0))*(?<fraction>\.[0 ]*)?)[ ()'-]*(?<percent>%[ ()'-]*)?$/;
const SIGN = /^[ ']*[(-]|[0G]-/;
const TEXT = /^ *@ *$/;
const MOMENT = /^(?:am\/pm|a\/p|s\.0+|[ymdhs/:.,@ -])+$/i;
/** Longer than any sign for a part of a moment, and read differently from program to program. */
const NO_MOMENT = /y{5,}|(?<!y)yyy(?!y)|m{6,}|d{5,}|h{3,}|s{3,}|\.0{4,}/i;

/** More levels than a list has. */
const MAX_INDENT = 15;

const FORMATS = places({
  xf: {
    at: 0,
    isRepeated: true,
    inside: places({ alignment: { at: 0 } }),
    unread: new Set(['protection', 'extLst']),
  },
});

const STYLES: Part = {
  root: 'styleSheet',
  namespaces: MAIN,
  hasOthers: true,
  inside: places({
    numFmts: { at: 0, inside: places({ numFmt: { at: 0, isRepeated: true } }) },
    cellStyleXfs: { at: 1, inside: FORMATS },
    cellXfs: { at: 2, inside: FORMATS },
  }),
  unread: new Set(['fonts', 'fills', 'borders', 'cellStyles', 'dxfs', 'tableStyles', 'colors', 'extLst']),
};

/**
 * The styles of a workbook, by their number (ECMA-376 part 1, 18.8.30 and 18.8.31). A number format can show `50000` where the
 * cell has 90000.
 * @throws SettlementFileFault for a format that is there twice and not the same, or whose id is no number
 */
export function stylesOf(xml: string, path: string): readonly Style[] {
  const reader = new Styles(path);
  readPart(xml, STYLES, reader);
  return reader.styles;
}

/** A format of a cell, or of a style with a name; what it does not say, some programs take from the other. */
interface Format {
  id: number | undefined;
  isMisaligned: boolean | undefined;
}

class Styles implements PartReader {
  private readonly codes = new Map<number, string>();
  private readonly named: Format[] = [];
  private readonly ofCells: (Format & { style: number })[] = [];
  private isOfCells = false;
  private open: Format = { id: undefined, isMisaligned: undefined };

  constructor(private readonly path: string) {}

  get styles(): readonly Style[] {
    return this.ofCells.map(({ id, isMisaligned, style }) => {
      const named = this.named[style];
      const code = this.codes.get(id ?? 0);
      const isDoubtful = id === undefined && (named?.id ?? 0) !== 0; // Excel and others show different ones
      return {
        ...(code === undefined ? builtIn(id ?? 0) : styleOf(code)),
        ...(isDoubtful ? { hidesNumber: true, hidesText: true } : {}),
        isMisaligned: isMisaligned ?? named?.isMisaligned ?? false,
      };
    });
  }

  begin({ name, attributes }: Tag): void {
    switch (name) {
      case 'numFmt':
        return this.takeCode(attributes);
      case 'cellXfs':
        this.isOfCells = true;
        return;
      case 'xf':
        return this.takeFormat(attributes);
      case 'alignment':
        this.open.isMisaligned = isMisaligned(attributes);
    }
  }

  where(): string {
    return `in its part ${this.path},`;
  }

  private takeCode({ numFmtId = '0', formatCode }: Tag['attributes']): void {
    if (formatCode === undefined) return;
    const id = this.idOf(numFmtId);
    if ((this.codes.get(id) ?? formatCode) !== formatCode)
      throw unusable(`${this.where()} it has the number format ${id} twice`);
    this.codes.set(id, formatCode);
  }

  private takeFormat({ numFmtId, xfId = '0' }: Tag['attributes']): void {
    const id = numFmtId === undefined ? undefined : this.idOf(numFmtId);
    const format = { id, isMisaligned: undefined, style: this.idOf(xfId, 'named style') };
    this.open = format;
    if (this.isOfCells) this.ofCells.push(format);
    else this.named.push(format);
  }

  /** A number may begin with zeros, a plus sign and blanks (XML Schema part 2, 3.3.22). */
  private idOf(text: string, what = 'number format'): number {
    if (/^\s*\+?\d{1,10}\s*$/.test(text)) return Number(text);
    throw unusable(`${this.where()} it has a ${what} "${text.slice(0, 20)}", which is no number`);
  }
}

function isMisaligned({ horizontal = 'general', indent = '0' }: Tag['attributes']): boolean {
  return horizontal.trim() === 'fill' || !(Number(indent) <= MAX_INDENT);
}

/** Formats without a code, in some languages (ECMA-376 part 1, 18.8.30): days and times. */
const MOMENT_IDS: readonly (readonly [from: number, to: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
  [71, 81],
];
/** Powers of ten and fractions. */
const ROUNDED_IDS: ReadonlySet<number> = new Set([11, 12, 13, 48, 69, 70]);
/** Numbers with so many digits behind the decimal mark, and per cents. */
const WHOLE_IDS: ReadonlySet<number> = new Set([1, 3, 5, 6, 9, 37, 38, 41, 42, 59, 61, 67]);
const TWO_DECIMALS_IDS: ReadonlySet<number> = new Set([2, 4, 7, 8, 10, 39, 40, 43, 44, 60, 62, 68]);
const PERCENT_IDS: ReadonlySet<number> = new Set([9, 10, 67, 68]);

function builtIn(id: number): Style {
  return {
    ...PLAIN,
    isMoment: MOMENT_IDS.some(([from, to]) => from <= id && id <= to),
    hidesNumber: ROUNDED_IDS.has(id),
    decimals: WHOLE_IDS.has(id) ? 0 : TWO_DECIMALS_IDS.has(id) ? 2 : undefined,
    isPercent: PERCENT_IDS.has(id),
  };
}

function styleOf(code: string): Style {
  const sections = sectionsOf(code);
  const [positive, negative, , fourth] = sections;
  const last = sections.at(-1);
  const text = fourth ?? (last?.codes.includes('@') ? last : undefined);
  const isShown =
    positive !== undefined &&
    shows(positive) &&
    !isSigned(positive) &&
    (negative === undefined ||
      (shows(negative) && (isSigned(negative) || negative.isColoured || !NUMBER.test(negative.shape))));
  return {
    hidesNumber: !isShown || sections.some(({ hasOwnDigits }) => hasOwnDigits),
    hidesText: text !== undefined && (!TEXT.test(text.shape) || text.hasOwnLetters || text.hasOwnDigits),
    isMoment: positive !== undefined && isMoment(positive),
    isMisaligned: false,
    ...digitsOf(positive),
  };
}

/** What is seen of a number by the section of those above zero: an amount or a rate below it is none. */
function digitsOf(section: Section | undefined): Pick<Style, 'decimals' | 'isPercent'> {
  const found = NUMBER.exec(section?.shape ?? '');
  if (!found) return { decimals: undefined, isPercent: false };
  const { fraction = '', percent } = found.groups ?? {};
  return {
    decimals: section?.shape.includes('G') ? undefined : fraction.replace(/[^0]/g, '').length,
    isPercent: percent !== undefined,
  };
}

/** Only what is known to show a value as it is: a number, a moment, or whatever there is. */
function shows(section: Section): boolean {
  return NUMBER.test(section.shape) || TEXT.test(section.shape) || isMoment(section);
}

function isMoment({ codes }: Section): boolean {
  return MOMENT.test(codes) && /[ymdhs]/i.test(codes) && !NO_MOMENT.test(codes);
}

function isSigned({ shape }: Section): boolean {
  return NUMBER.test(shape) && SIGN.test(shape);
}

function sectionsOf(code: string): Section[] {
  let section = emptySection();
  const sections = [section];
  for (const [token, quoted, single, bracketed] of code.matchAll(TOKEN)) {
    const currency = bracketed?.startsWith('$') ? (bracketed.slice(1).split('-')[0] ?? '') : undefined;
    const text = quoted ?? single ?? currency;
    if (token === ';') {
      section = emptySection();
      sections.push(section);
    } else if (text !== undefined) addText(section, text);
    else if (bracketed !== undefined) addBracketed(section, bracketed);
    else if (token.startsWith('_')) section.shape += ' ';
    else addCode(section, token);
  }
  return sections;
}

function emptySection(): Section {
  return { shape: '', codes: '', hasOwnDigits: false, hasOwnLetters: false, isColoured: false };
}

function addText(section: Section, text: string): void {
  section.codes += ' ';
  section.shape += text.replace(/[^.,(-]/gu, ' ').replace(/[.,]/g, "'");
  section.hasOwnDigits ||= /\p{N}/u.test(text);
  section.hasOwnLetters ||= /\p{L}/u.test(text);
}

/** A condition says for which numbers the section is, which need not be all. */
function addBracketed(section: Section, bracketed: string): void {
  if (COLOUR.test(bracketed)) section.isColoured = true;
  else if (ELAPSED.test(bracketed)) addCode(section, 'h');
  else section.hasOwnDigits = true;
}

function addCode(section: Section, code: string): void {
  section.codes += code;
  if (/^general$/i.test(code)) section.shape += 'G';
  else section.shape += /^[0#?]$/.test(code) ? '0' : GAP.test(code) ? ' ' : code;
}
