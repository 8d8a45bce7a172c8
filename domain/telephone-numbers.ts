import { readingsOf } from './spelled-characters';

/** Whatever may stand between two digits of a number: anything but a letter or a digit. */
const GAP = String.raw`[^\p{L}\p{N}]*`;
/** A group of digits ends here. */
const LAST_THREE = `(?:${GAP}[0-9]){3}(?![0-9])`;
/** `84…`, `0…`, `+84…`, `0084…`, `+84 (0)…`, after any number of zeros. */
const PREFIX = String.raw`(?<![0-9])\+?(?:(?:0+${GAP})?8${GAP}4${GAP}(?:0+${GAP})?|0+${GAP})`;
const WITH_PREFIX = `${PREFIX}[35789](?:${GAP}[0-9]){5}${LAST_THREE}`;
/** Nine digits without a prefix, only as a word of their own: random ids and fractions have such runs by chance. */
const WORD_BEGINS = String.raw`(?<![A-Za-z0-9]|[0-9][.,])`;
const WORD_ENDS = '(?![A-Za-z0-9])';
const BARE = `${WORD_BEGINS}[35789][0-9]{8}${WORD_ENDS}`;
/** Amounts have a point, a comma or an apostrophe between groups of three. */
const GROUP_ENDS = String.raw`[^\p{L}\p{N}.,'’_·]+`;
const BARE_IN_GROUPS = `${WORD_BEGINS}[35789][0-9]{2}${GROUP_ENDS}[0-9]{3}${GROUP_ENDS}[0-9]{3}${WORD_ENDS}`;
/** The digits in ASCII, written in hexadecimal. */
const IN_HEX = '3[35789](?:3[0-9]){8}';
/** As a spreadsheet shows a long number: 9.01234567E+08. */
const SCIENTIFIC = String.raw`(?<![A-Za-z0-9])(?:[35789][.,][0-9]{8}e\+?0*8(?![0-9])|8[.,]4[35789][0-9]{8}e\+?10(?![0-9]))`;
/** A Vietnamese mobile number in any usual spelling. */
const PHONE_NUMBER = new RegExp(
  [`(?<hex>${IN_HEX})`, SCIENTIFIC, WITH_PREFIX, BARE, BARE_IN_GROUPS].join('|'),
  'giu',
);

const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?';
const YEAR = '(?:19|20)[0-9]{2}';
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12][0-9]|3[01])';
const OFFSET = ' ?(?:[+-](?:0[0-9]|1[0-4]):?(?:00|15|30|45))';
const LOCAL_DAY = `${DAY}[/-]${MONTH}[/-]${YEAR}`;
/** A day with its time, as machines and as people in Vietnam write it. */
const MOMENT = `${YEAR}-${MONTH}-${DAY}[T ]${TIME}(?:${OFFSET})?|${LOCAL_DAY},? ${TIME}|${TIME},? ${LOCAL_DAY}`;
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
/** What follows the first octet of an address: its own first digits may begin a number. */
const REST_OF_ADDRESS = String.raw`(?<=(?<![0-9.])${OCTET}\.)(?:${OCTET}\.){2}${OCTET}(?::[0-9]{1,5})?`;
/** Digits in which no number begins. */
const NO_NUMBER = new RegExp(String.raw`(?<![0-9:])(?:${MOMENT}|${REST_OF_ADDRESS})(?![0-9:])`, 'gu');

/** A JSON string: only there is a number personal, and only there may it be replaced. */
const JSON_STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;
const FEWEST_DIGITS = 9;
/** What every number has, or what may be resolved to one: most texts have neither, which is seen in a hundredth of the time. */
const MAY_HOLD_NUMBER = new RegExp(
  String.raw`[35789](?:${GAP}[0-9]){8}|[%\\]|&#|(?![0-9])[\p{Nd}\p{No}]`,
  'u',
);

/** A part of a text that is a telephone number, and what is shown of it. */
interface Find {
  from: number;
  to: number;
  shown: string;
}

/**
 * The text with every telephone number in it masked but for its last digits; also one behind escapes of URLs, JSON and HTML,
 * however often they were applied, and in digits of any script. The text around it stays as it is, byte for byte.
 */
export function withoutNumbers(text: string): string {
  if (text.length < FEWEST_DIGITS || !MAY_HOLD_NUMBER.test(text)) return text;
  const finds = readingsOf(text).flatMap((reading) =>
    numbersIn(reading.text).map(({ from, to, shown }) => ({
      from: reading.from(from),
      to: reading.to(to - 1),
      shown,
    })),
  );
  if (finds.length === 0) return text;
  let masked = '';
  let read = 0;
  for (const { from, to, shown } of merged(finds)) {
    masked += text.slice(read, from) + shown;
    read = to;
  }
  return masked + text.slice(read);
}

/** A line of JSON with every telephone number in its texts masked; its own numbers, such as durations, stay. */
export function lineWithoutNumbers(line: string): string {
  return MAY_HOLD_NUMBER.test(line) ? line.replace(JSON_STRING, stringWithoutNumbers) : line;
}

/** Masked as the text that it is: an escape of JSON in part replaced would end the string, or the line. */
function stringWithoutNumbers(string: string): string {
  if (string.length < FEWEST_DIGITS || !MAY_HOLD_NUMBER.test(string)) return string;
  const text = JSON.parse(string) as string; // JSON of a string is one
  const masked = withoutNumbers(text);
  return masked === text ? string : JSON.stringify(masked);
}

function numbersIn(text: string): Find[] {
  PHONE_NUMBER.lastIndex = 0;
  let find = PHONE_NUMBER.exec(text);
  if (!find) return [];
  const exempt = [...text.matchAll(NO_NUMBER)].map(
    ({ index, 0: { length } }) => [index, index + length] as const,
  );
  const finds: Find[] = [];
  let passed = 0;
  for (; find; find = PHONE_NUMBER.exec(text)) {
    const { index, 0: spelled, groups } = find;
    while ((exempt[passed]?.[1] ?? Infinity) <= index) passed += 1;
    PHONE_NUMBER.lastIndex = index + 1; // the find may be of a date, and end within a number
    if ((exempt[passed]?.[0] ?? Infinity) <= index) continue;
    finds.push({ from: index, to: index + spelled.length, shown: shownOf(spelled, groups?.['hex']) });
  }
  return finds;
}

/** Enough to recognise one’s own number. */
function shownOf(spelled: string, hex: string | undefined): string {
  if (hex !== undefined) return '****';
  const [number = '', exponent] = spelled.split(/e/i);
  return `****${number.replace(/[^0-9]/g, '').slice(-3)}${exponent === undefined ? '' : `E${exponent}`}`;
}

/** In their order; of finds that overlap, as two readings of one number do, one that covers them. */
function merged(finds: readonly Find[]): Find[] {
  const ordered: Find[] = [];
  for (const find of finds.toSorted((one, other) => one.from - other.from)) {
    const last = ordered.at(-1);
    if (!last || find.from >= last.to) ordered.push({ ...find });
    else if (find.to > last.to) Object.assign(last, { to: find.to, shown: find.shown });
  }
  return ordered;
}
