import type { RawLine } from './settlement-header';
import { TOTALS_WORDS } from './settlement-layout';
import { decodedText, lineBatches, type SettlementEncoding } from './settlement-text';
import { isWorkbook, readSheet, WORKBOOK_MARK_BYTES } from './workbook';

/** How the lines of a file are to be read. */
export interface LineReading {
  encoding: SettlementEncoding | undefined;
  sheet: string | undefined;
  /** How a line of totals begins. */
  totals: readonly string[];
  /** Of the moments in a workbook. */
  offset: string;
  /** Called with the name of the sheet that is read. */
  onWorkbook: (sheet: string) => void;
  onEncoding: (encoding: SettlementEncoding) => void;
}

/**
 * The lines of a file as they arrive: text of CSV, or the cells of an Excel workbook, which its first bytes tell.
 * @throws SettlementFileFault when it is neither
 */
export async function* rawLines(
  bytes: AsyncIterable<Uint8Array>,
  { encoding, sheet, totals, offset, onWorkbook, onEncoding }: LineReading,
): AsyncGenerator<readonly RawLine[]> {
  const { start, all } = await startOf(bytes);
  if (!isWorkbook(start)) return yield* lineBatches(decodedText(all, encoding, onEncoding));
  const { name, rows } = await readSheet(all, { sheet, totals, offset });
  onWorkbook(name);
  yield rows;
}

/** So many lines of a sample show how it is laid out. */
const SAMPLE_LINES = 200;

/** What is known of a sample before anybody has seen it. */
export interface SampleOptions {
  encoding?: SettlementEncoding | undefined;
  /** Of a workbook that shows several. */
  sheet?: string | undefined;
}

export async function firstLines(
  bytes: AsyncIterable<Uint8Array>,
  { encoding, sheet }: SampleOptions,
): Promise<RawLine[]> {
  const lines: RawLine[] = [];
  const nothing = () => undefined;
  const told = { onWorkbook: nothing, onEncoding: nothing };
  const reading = { encoding, sheet, totals: TOTALS_WORDS, offset: '+07:00', ...told };
  for await (const batch of rawLines(bytes, reading)) {
    lines.push(...batch.slice(0, SAMPLE_LINES - lines.length));
    if (lines.length === SAMPLE_LINES) break;
  }
  return lines;
}

/** The first bytes of a file, and the whole file with them. */
async function startOf(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ start: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const chunks = bytes[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < WORKBOOK_MARK_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  return {
    start,
    all: (async function* () {
      yield start;
      yield* { [Symbol.asyncIterator]: () => chunks };
    })(),
  };
}
