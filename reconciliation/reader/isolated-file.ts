import { BadLines, type BadLine } from '../bad-lines';
import type { SettlementInput } from '../reading';
import type { RawLine } from '../settlement-header';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import type { SettlementFileOptions, SettlementFileSummary } from '../settlement-file';
import { SettlementFileFault } from '../settlement-text';
import type { SampleOptions } from '../workbook-or-text';
import type { Found, Reading } from './messages';
import { Budget, READING_LIMITS, ReaderProcess, type ReadingLimits } from './reader-process';

/** A settlement file that is read in a process of its own, as `SettlementFile` reads it there. */
export class IsolatedSettlementFile implements SettlementInput {
  private readonly bad = new BadLines();
  private read: SettlementFileSummary | undefined;

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly options: SettlementFileOptions = {},
    private readonly limits: ReadingLimits = READING_LIMITS,
  ) {}

  /**
   * The good lines in the file's order; to be read once.
   * @throws SettlementFileFault when it cannot be used as a whole, or takes more time or memory than it may
   */
  async *lines(): AsyncGenerator<SettlementLine> {
    for await (const found of readApart(this.bytes, { kind: 'lines', options: this.options }, this.limits)) {
      if (found.say === 'lines') yield* found.lines;
      if (found.say === 'bad_lines') for (const { line, reason } of found.lines) this.bad.add(line, reason);
      if (found.say === 'done') this.read = found.summary;
    }
  }

  /** @throws Error before `lines` was read to its end */
  summary(): SettlementFileSummary {
    if (!this.read) throw new Error('the settlement file was not read to its end');
    return this.read;
  }

  /** The bad lines, also those that the summary does not list. */
  allBadLines(): Iterable<BadLine> {
    return this.bad.all();
  }
}

/**
 * The first lines of a file as they are written, read in a process of its own.
 * @throws SettlementFileFault
 */
export async function sampleOf(
  bytes: AsyncIterable<Uint8Array>,
  options: SampleOptions = {},
): Promise<RawLine[]> {
  const lines: RawLine[] = [];
  for await (const found of readApart(bytes, { kind: 'sample', options }, READING_LIMITS))
    if (found.say === 'sample') lines.push(...found.lines);
  return lines;
}

async function* readApart(
  bytes: AsyncIterable<Uint8Array>,
  reading: Reading,
  { workMs, memoryMb, signal }: ReadingLimits,
): AsyncGenerator<Found> {
  const reader = ReaderProcess.take(memoryMb);
  const budget = new Budget(workMs);
  const chunks = bytes[Symbol.asyncIterator]();
  let isAtEnd = false;
  try {
    let said = await reader.ask({ say: 'read', reading }, budget, signal);
    for (;;) {
      if (said.say === 'more') {
        const next = await chunks.next();
        said = await reader.ask(
          next.done ? { say: 'end' } : { say: 'bytes', bytes: next.value },
          budget,
          signal,
        );
        continue;
      }
      isAtEnd = said.say === 'done' || said.say === 'refused';
      if (said.say === 'refused') throw new SettlementFileFault(said.why);
      if (said.say === 'failed') throw new Error(`the reader of settlement files failed: ${said.why}`);
      yield said;
      if (isAtEnd) return;
      said = await reader.ask({ say: 'go_on' }, budget, signal);
    }
  } finally {
    if (isAtEnd) reader.release();
    else reader.end();
    await chunks.return?.();
  }
}
