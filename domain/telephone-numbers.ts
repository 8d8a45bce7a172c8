/** What people and URLs put between the digits of a number, and what nobody sees there; no colon, which times have. */
const BETWEEN = String.raw`(?:[\s._~+()/,'’·•|*\p{Pd}\u2212\p{Cf}\p{Default_Ignorable_Code_Point}]|%[0-9a-f]{2})*`;
/** The last three digits may stay. */
const LAST_THREE = String.raw`(?=(?:${BETWEEN}\d){3}(?!\d))`;
/** `84…`, `0…`, `+84…`, `0084…`, after any number of zeros. */
const WITH_PREFIX = String.raw`(?<!\d)\+?(?:0+${BETWEEN}84|84|0+)${BETWEEN}[35789](?:${BETWEEN}\d){5}${LAST_THREE}`;
/** Nine digits without a prefix, only as a word of their own: random ids and fractions have such runs by chance. */
const WORD_BEGINS = String.raw`(?<![A-Za-z0-9]|\d[.,])`;
const BARE = String.raw`${WORD_BEGINS}[35789]\d{5}(?=\d{3}(?![A-Za-z0-9]))`;
const BARE_IN_GROUPS = String.raw`${WORD_BEGINS}[35789]\d\d(?:[\s+-]|%20)\d{3}(?=(?:[\s+-]|%20)\d{3}(?![A-Za-z0-9]))`;
/** The digits in ASCII, written in hexadecimal. */
const IN_HEX = String.raw`3[35789](?:3\d){8}`;
/** As a spreadsheet shows a long number: 9.01234567E+08. */
const SCIENTIFIC = String.raw`(?<![A-Za-z0-9])(?:[35789][.,]\d{5}(?=\d{3}e\+?0*8(?!\d))|8[.,]4[35789]\d{5}(?=\d{3}e\+?10(?!\d)))`;
/** A Vietnamese mobile number in any usual spelling, but for its last three digits. */
const PHONE_NUMBER = new RegExp([SCIENTIFIC, WITH_PREFIX, BARE, BARE_IN_GROUPS, IN_HEX].join('|'), 'giu');
/** A string in JSON: only there is a number personal, and only there may it be replaced. */
const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;

/**
 * The text with every telephone number in it masked but for its last digits. One in digits of another script, as they are or
 * as a URL has them, is masked as well; the text around it is then returned in plain digits.
 */
export function withoutNumbers(text: string): string {
  const masked = text.replace(PHONE_NUMBER, '****');
  if (!MAY_HIDE_DIGITS.test(masked)) return masked;
  const plain = inPlainDigits(masked);
  const again = plain.replace(PHONE_NUMBER, '****');
  return again === plain ? masked : again;
}

/** Escapes of ASCII stay: a quotation mark or a line break in its place would end the JSON string around it. */
const ESCAPED_BEYOND_ASCII = /(?:%[89a-f][0-9a-f])+/gi;
const MAY_HIDE_DIGITS = /%[89a-f][0-9a-f]|(?!\d)\p{Nd}/iu;

function inPlainDigits(text: string): string {
  return text.replace(ESCAPED_BEYOND_ASCII, decoded).replace(/(?!\d)\p{Nd}/gu, plainDigit);
}

function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

/** Unicode has the ten digits of a script in a row. */
function plainDigit(digit: string): string {
  const compatible = digit.normalize('NFKC');
  if (/^\d$/.test(compatible)) return compatible;
  let before = 0;
  while (before < 9 && /\p{Nd}/u.test(String.fromCodePoint((digit.codePointAt(0) ?? 0) - before - 1)))
    before += 1;
  return String(before);
}

/** A line of JSON with every telephone number in its texts masked; its own numbers, such as durations, stay. */
export function lineWithoutNumbers(line: string): string {
  return withoutNumbers(line) === line ? line : line.replace(JSON_STRING, withoutNumbers);
}
