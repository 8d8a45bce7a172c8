/** The encodings in which a settlement file is read. */
export const SETTLEMENT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1258'] as const;
export type SettlementEncoding = (typeof SETTLEMENT_ENCODINGS)[number];

/** A settlement file cannot be used as a whole; the message says why and what to do. */
export class SettlementFileFault extends Error {
  override readonly name = 'SettlementFileFault';
}

const BYTE_ORDER_MARKS: readonly (readonly [SettlementEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const LONGEST_MARK = 3;

/**
 * Decodes a file as it arrives. A byte order mark outranks the encoding that was given; without either it is UTF-8.
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
    encoding = markedEncoding(held) ?? encoding;
    onEncoding(encoding);
    decoder = new TextDecoder(encoding, { fatal: true }); // takes the byte order mark away as well
  };
  for await (const chunk of bytes) {
    if (decoder) {
      yield decode(chunk);
      continue;
    }
    held = Buffer.concat([held, chunk]);
    if (held.length < LONGEST_MARK) continue;
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
