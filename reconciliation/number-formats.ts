import { tagsOf } from './xml-tags';

/** What a spreadsheet shows of a cell by its style. */
export interface Style {
  /** Whether a number is shown as another, or not at all. */
  hidesNumber: boolean;
  hidesText: boolean;
}

/** Not what stands between brackets: a colour, a language, elapsed hours. */
const BRACKETED = /\[[^\]]*\]/g;
/** Texts that are shown as they are: in quotation marks, behind a backslash, as filling or as a gap. */
const LITERAL = /"([^"]*)"|[\\_*](.)/g;
const PLACEHOLDER = /[0#?]|general|[ymdhs]/i;
/** Each comma at the end divides by a thousand. */
const SCALED = /[0#?],+(?![^;]*[0#?])/;

/**
 * The styles of a workbook, by their number (ECMA-376 part 1, 18.8.30 and 18.8.31). A number format can show `50000` where the
 * cell has 90000.
 */
export function stylesOf(xml: string | undefined): readonly Style[] {
  const formats = new Map<string, string>();
  const styles: Style[] = [];
  let isInCells = false;
  for (const { name, isEnd, attributes } of tagsOf(xml ?? '')) {
    const { numFmtId = '0', formatCode } = attributes;
    if (name === 'cellXfs') isInCells = !isEnd;
    else if (isEnd) continue;
    else if (name === 'numFmt' && formatCode !== undefined) formats.set(numFmtId, formatCode);
    else if (name === 'xf' && isInCells) styles.push(styleOf(formats.get(numFmtId)));
  }
  return styles;
}

/** @param code of a format that is the workbook's own; a built-in one shows what there is */
function styleOf(code: string | undefined): Style {
  if (code === undefined) return { hidesNumber: false, hidesText: false };
  const literals = [...code.matchAll(LITERAL)].map(([, quoted, single]) => quoted ?? single ?? '');
  const plain = code.replace(LITERAL, '').replace(BRACKETED, '');
  const [positive = '', negative, , text] = plain.split(';');
  const areShown = [positive, ...(negative === undefined ? [] : [negative])].every(
    (section) => PLACEHOLDER.test(section) || section.includes('@'),
  );
  const hasDigits = literals.some((literal) => /\d/.test(literal)) || /[1-9]/.test(plain);
  return {
    hidesNumber: !areShown || hasDigits || SCALED.test(plain),
    hidesText: text !== undefined && !text.includes('@'),
  };
}
