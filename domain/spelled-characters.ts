/** A text as one of its readers takes it, and where in the original each of its characters is spelled. */
export interface Reading {
  readonly text: string;
  /** Where the character at this place begins in the original. */
  readonly from: (at: number) => number;
  /** Where it ends there. */
  readonly to: (at: number) => number;
}

/** A byte of a character in a URL that is not its first. */
const FOLLOWING = '%[89ab][0-9a-f]';
/** A character of a URL, an escape of JSON or of a program, a reference of HTML. Each bounded: a long run costs no more. */
const ESCAPES = [
  `(?<bytes>%[0-7][0-9a-f]|%[cd][0-9a-f]${FOLLOWING}|%e[0-9a-f](?:${FOLLOWING}){2}|%f[0-7](?:${FOLLOWING}){3}|%[89a-f][0-9a-f])`,
  String.raw`\\{1,32}(?:u(?<unit>[0-9a-f]{4})|[ux]\{0{0,8}(?<point>[0-9a-f]{1,6})\}|x(?<byte>[0-9a-f]{2})|(?<blank>[bfnrt]))`,
  String.raw`&#(?:0{0,8}(?<decimal>\d{1,7})|x0{0,8}(?<hex>[0-9a-f]{1,6}));?`,
].join('|');
const MAY_BE_ESCAPED = /[%\\]|&#/;
const DIGITS_OF_OTHERS = String.raw`(?<digit>(?![0-9])[\p{Nd}\p{No}])`;
const OTHER_DIGIT = new RegExp(DIGITS_OF_OTHERS, 'u');
const OTHER_DIGITS = new RegExp(DIGITS_OF_OTHERS, 'giu');
const ESCAPES_AND_DIGITS = new RegExp(`${ESCAPES}|${DIGITS_OF_OTHERS}`, 'giu');
/** A percent sign that was itself escaped, however many times. */
const PERCENT_OF_PERCENT = /%(?:25)+(?=[0-9a-f]{2})/gi;
/** More often nobody escapes a text; what is behind still more is read all at once. */
const MOST_LEVELS = 4;

/**
 * The text as it is, and as whoever resolves its escapes reads it, once, twice and more often; each with the digits of every
 * script as `0` to `9`. The first is the text itself: a footnote's ² beside a number is no digit of it.
 */
export function readingsOf(text: string): Reading[] {
  const asItIs: Reading = { text, from: (at) => at, to: (at) => at + 1 };
  const readings = [asItIs, ...(OTHER_DIGIT.test(text) ? [resolved(asItIs, OTHER_DIGITS)] : [])];
  for (let level = 1; level <= MOST_LEVELS + 1; level += 1) {
    const last = readings.at(-1) ?? asItIs;
    if (!MAY_BE_ESCAPED.test(last.text)) break;
    const next = resolved(
      level <= MOST_LEVELS ? last : replaced(last, PERCENT_OF_PERCENT, () => '%'),
      ESCAPES_AND_DIGITS,
    );
    if (next.text === last.text) break;
    readings.push(next);
  }
  return readings;
}

function resolved(reading: Reading, spellings: RegExp): Reading {
  return replaced(reading, spellings, ({ 0: spelled, groups = {} }) => {
    const { bytes, unit, point, byte, blank, decimal, hex } = groups;
    if (bytes !== undefined) return plainDigits(ofBytes(bytes));
    if (blank !== undefined) return ' ';
    const code = decimal === undefined ? parseInt(unit ?? point ?? byte ?? hex ?? '', 16) : Number(decimal);
    if (Number.isNaN(code)) return plainDigits(spelled);
    return plainDigits(code <= 0x10ffff ? String.fromCodePoint(code) : ' ');
  });
}

/**
 * The character of UTF-8 bytes as a URL has them. Bytes that are no character separate, as anything does that nobody sees; no
 * exception is made for them, of which a text can have thousands.
 */
function ofBytes(escaped: string): string {
  const [first = 0, ...following] = escaped
    .split('%')
    .slice(1)
    .map((byte) => parseInt(byte, 16));
  const { length } = following;
  if (length === 0) return first < 0x80 ? String.fromCharCode(first) : NO_CHARACTER;
  const code = following.reduce((sum, byte) => (sum << 6) | (byte & 0x3f), first & (0x3f >> length));
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  const isShortest = code >= (LEAST_CODES[length] ?? 0) && code <= 0x10ffff;
  return isShortest && !isSurrogate ? String.fromCodePoint(code) : NO_CHARACTER;
}

const NO_CHARACTER = '\ufffd';
/** The smallest character with so many following bytes: what is spelled longer than needed is none. */
const LEAST_CODES = [0, 0x80, 0x800, 0x10000] as const;

function plainDigits(text: string): string {
  return text.replace(/(?![0-9])[\p{Nd}\p{No}]/gu, plainDigit);
}

/** Unicode has the ten digits of a script in a row; a numeral that is no digit, such as ½, stays. */
function plainDigit(digit: string): string {
  const compatible = digit.normalize('NFKC');
  if (/^\d$/.test(compatible)) return compatible;
  if (!/\p{Nd}/u.test(digit)) return digit;
  let before = 0;
  while (before < 9 && /\p{Nd}/u.test(String.fromCodePoint((digit.codePointAt(0) ?? 0) - before - 1)))
    before += 1;
  return String(before);
}

/** The reading with each find replaced; every character of a replacement stands where the whole find stood. */
function replaced(reading: Reading, finds: RegExp, by: (find: RegExpExecArray) => string): Reading {
  const from: number[] = [];
  const to: number[] = [];
  const pieces: string[] = [];
  let read = 0;
  const keep = (end: number): void => {
    for (let at = read; at < end; at += 1) {
      from.push(reading.from(at));
      to.push(reading.to(at));
    }
    pieces.push(reading.text.slice(read, end));
    read = end;
  };
  for (const find of reading.text.matchAll(finds)) {
    keep(find.index);
    read = find.index + find[0].length;
    const piece = by(find);
    for (let at = 0; at < piece.length; at += 1) {
      from.push(reading.from(find.index));
      to.push(reading.to(read - 1));
    }
    pieces.push(piece);
  }
  keep(reading.text.length);
  return { text: pieces.join(''), from: (at) => from[at] ?? 0, to: (at) => to[at] ?? 0 };
}
