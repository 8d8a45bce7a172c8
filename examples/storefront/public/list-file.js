/** As much as the shop takes. */
const MAX_BYTES = 2 * 1024 * 1024;
/** What workbooks of Excel begin with: today's, and those until 2003. */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];
/** Characters of a line that the shop reads. */
const MAX_LINE = 2_000;
const REQUIRED = ['externalId', 'msisdn', 'package'];
const COLUMNS = [...REQUIRED, 'allowDuplicate'];

/** Why a file is no list. `kind` is the name of its sentence in `LIST_WORDS`. */
export class NoList extends Error {
  constructor(kind, facts = {}) {
    super(kind);
    this.problem = { kind, ...facts };
  }
}

/**
 * Reads the file that somebody chose.
 * @returns {Promise<{ name: string, text: string, digest: string }>}
 * @throws {NoList}
 */
export async function readList(file) {
  if (file.size > MAX_BYTES) throw new NoList('payload_too_large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (WORKBOOKS.some((mark) => mark.every((byte, at) => bytes[at] === byte))) throw new NoList('workbook');
  const text = decoded(bytes);
  if (/^[\s,;"]*$/.test(text)) throw new NoList('empty');
  return { name: file.name, text, digest: digestOf(text) };
}

/** Why the shop cannot read the file: most often its first line does not name the columns. */
export function unreadable(text) {
  const names = columnsOf(text);
  const has = (name) => names.some((each) => each.toLowerCase() === name.toLowerCase());
  if (!REQUIRED.every(has)) return { kind: 'columns', found: names };
  const extra = names.filter((name) => !COLUMNS.some((each) => each.toLowerCase() === name.toLowerCase()));
  if (extra.length > 0) return { kind: 'extraColumns', found: extra };
  const twice = names.find((name, at) => names.findIndex((each) => sameName(each, name)) !== at);
  if (twice) return { kind: 'columnTwice', found: twice };
  const lines = text.split(/\r\n?|\n/);
  const long = lines.findIndex((line) => line.length > MAX_LINE);
  if (long >= 0) return { kind: 'longLine', line: long + 1 };
  const open = lineOfOpenQuote(lines);
  return open ? { kind: 'openQuote', line: open } : { kind: 'unreadable' };
}

function sameName(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}

/** The first line with a quotation mark that lacks its other half, where one of the file does; 0 otherwise. */
function lineOfOpenQuote(lines) {
  const counts = lines.map((line) => line.split('"').length - 1);
  const isOdd = counts.reduce((sum, count) => sum + count, 0) % 2 === 1;
  return isOdd ? counts.findIndex((count) => count % 2 === 1) + 1 : 0;
}

function decoded(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NoList('otherEncoding');
  }
}

function columnsOf(text) {
  const heading = text.split(/\r?\n/).find((line) => /[^\s,;"]/.test(line) && !/^"?sep=.?"?$/i.test(line));
  const names = (heading ?? '').split(/[,;\t]/).map((name) => name.replaceAll('"', '').trim());
  return names
    .filter((name) => name !== '')
    .map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
}

/** Tells a file from others, not from one that is made to be the same; a page without https has no better. */
function digestOf(text) {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  const lines = text.split(/\r?\n/).filter((line) => /[^\s,;"]/.test(line));
  for (const character of lines.join('\n')) {
    low = Math.imul(low ^ character.codePointAt(0), 0x01000193) >>> 0;
    high = Math.imul(high ^ low, 0x85ebca6b) >>> 0;
  }
  return `${lines.length}-${low.toString(36)}${high.toString(36)}`;
}
