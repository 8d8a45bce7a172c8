import { withoutNumbers } from '../domain/telephone-numbers';

/** The encodings in which a settlement file is read. */
export const SETTLEMENT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1258'] as const;
export type SettlementEncoding = (typeof SETTLEMENT_ENCODINGS)[number];

/** A settlement file cannot be used as a whole; the message says why and what to do, without a subscriber's number. */
export class SettlementFileFault extends Error {
  override readonly name = 'SettlementFileFault';

  constructor(message: string, options?: ErrorOptions) {
    super(withoutNumbers(message), options); // what it quotes of the file may be anything
  }
}

const BYTE_ORDER_MARKS: readonly (readonly [SettlementEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** So much of a file is looked at to learn its encoding. */
const START_BYTES = 32;

/** What people send in place of a settlement file, by its first bytes in hexadecimal. */
const OTHER_FILES: readonly (readonly [string, string])[] = [
  ['d0cf11e0', 'a workbook of an old Excel (.xls): save it as .xlsx or CSV'],
  ['1f8b', 'compressed (gzip): unpack it first'],
  ['25504446', 'a PDF: ask MobiFone for CSV or .xlsx'],
];
const WEB_PAGE = /^\s*<(!doctype html|html|\?xml)/i;

/**
 * Decodes a file as it arrives. A byte order mark, or the zero bytes of UTF-16 without one, outranks the encoding that was
 * given; without any of them it is UTF-8.
 * @param onEncoding told once, before any text
 * @throws SettlementFileFault when the bytes are not of the encoding
 */
export async function* decodedText(
  bytes: AsyncIterable<Uint8Array>,
  given: SettlementEncoding | undefined,
  onEncoding: (encoding: SettlementEncoding) => void,
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let encoding: SettlementEncoding = given ?? 'utf-8';
  let held = Buffer.alloc(0);
  const decode = (chunk: Uint8Array | undefined): string => {
    try {
      return decoder?.decode(chunk, { stream: chunk !== undefined }) ?? '';
    } catch (cause) {
      const way = 'Give its encoding with --encoding, or save it as UTF-8.';
      throw new SettlementFileFault(`The settlement file is not valid ${encoding}. ${way}`, { cause });
    }
  };
  const begin = (): void => {
    refuseOtherFiles(held);
    encoding = markedEncoding(held) ?? unmarkedUtf16(held) ?? encoding;
    onEncoding(encoding);
    decoder = new TextDecoder(encoding, { fatal: true }); // takes the byte order mark away as well
  };
  for await (const chunk of bytes) {
    if (decoder) {
      yield decode(chunk);
      continue;
    }
    held = Buffer.concat([held, chunk]);
    if (held.length < START_BYTES) continue;
    begin();
    yield decode(held);
  }
  if (!decoder) {
    begin();
    yield decode(held);
  }
  yield decode(undefined);
}

function markedEncoding(start: Buffer): SettlementEncoding | undefined {
  return BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, at) => start[at] === byte))?.[0];
}

/** Text of a settlement file begins with a letter of Latin script, half of which in UTF-16 is a zero byte. */
function unmarkedUtf16(start: Buffer): SettlementEncoding | undefined {
  if (start.length < 2) return undefined;
  if (start[0] === 0 && start[1] !== 0) return 'utf-16be';
  return start[0] !== 0 && start[1] === 0 ? 'utf-16le' : undefined;
}

function refuseOtherFiles(start: Buffer): void {
  const what = WEB_PAGE.test(start.toString('latin1'))
    ? 'a web page or XML, perhaps the error page of its source'
    : OTHER_FILES.find(([beginning]) => start.toString('hex').startsWith(beginning))?.[1];
  if (what !== undefined) throw new SettlementFileFault(`The settlement file is ${what}.`);
}

/** A longer line is no settlement line: it is cut there, so that a file without line ends takes no more memory. */
export const MAX_LINE_CHARACTERS = 8_192;

/**
 * Splits text into lines without their ends, LF and CRLF alike; all lines that end in a chunk come together. A line that is
 * too long comes cut, but longer than `MAX_LINE_CHARACTERS` still.
 */
export async function* lineBatches(text: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of text) {
    const lines = chunk.split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = cut(lines.pop() ?? '');
    if (lines.length > 0) yield lines.map((line) => cut(withoutReturn(line)));
  }
  if (rest !== '') yield [withoutReturn(rest)];
}

function cut(line: string): string {
  return line.length > MAX_LINE_CHARACTERS ? line.slice(0, MAX_LINE_CHARACTERS + 1) : line;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
