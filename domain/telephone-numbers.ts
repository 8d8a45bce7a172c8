/** What people and URLs put between the digits of a number. */
const BETWEEN = String.raw`(?:[\s._~+()/-]|%[0-9a-f]{2})*`;
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
/** A Vietnamese mobile number in any usual spelling, but for its last three digits. */
const PHONE_NUMBER = new RegExp([WITH_PREFIX, BARE, BARE_IN_GROUPS, IN_HEX].join('|'), 'gi');
/** A string in JSON: only there is a number personal, and only there may it be replaced. */
const JSON_STRING = /"(?:[^"\\]|\\.)*"/g;

/** The text with every telephone number in it masked but for its last digits. */
export function withoutNumbers(text: string): string {
  return text.replace(PHONE_NUMBER, '****');
}

/** A line of JSON with every telephone number in its texts masked; its own numbers, such as durations, stay. */
export function lineWithoutNumbers(line: string): string {
  return withoutNumbers(line) === line ? line : line.replace(JSON_STRING, withoutNumbers);
}
