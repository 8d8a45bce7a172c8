import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;

export interface PlacedLine {
  text: string;
  /** Of its first byte. */
  offset: number;
  /** Bytes, without the line end. */
  length: number;
  /** Whether its line end is there; only the last line may be without. */
  whole: boolean;
}

/**
 * The lines of a UTF-8 file with their places; holds one line and one chunk at a time.
 * @param file its place, or its bytes as they are read
 */
export async function* placedLines(file: string | AsyncIterable<Buffer>): AsyncGenerator<PlacedLine> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  const bytes = typeof file === 'string' ? (createReadStream(file) as AsyncIterable<Buffer>) : file; // without an encoding its chunks are bytes
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, from)) {
      yield { text: rest.toString('utf8', from, end), offset, length: end - from, whole: true };
      offset += end - from + 1;
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), offset, length: rest.length, whole: false };
}
