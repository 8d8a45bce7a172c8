import { once } from 'node:events';
import { SettlementFile } from '../settlement-file';
import { SettlementFileFault } from '../settlement-text';
import { firstLines } from '../workbook-or-text';
import type { FromReader, Reading, ToReader } from './messages';

/** Items that come in one message. */
const BATCH = 500;

/** A process that reads settlement files, one after another, for the process that started it, and ends with that one. */
async function serve(): Promise<never> {
  process.once('disconnect', () => process.exit());
  let said = await received();
  for (;;) {
    if (said.say !== 'read') throw new Error(`a reading must begin first, not ${said.say}`);
    said = await ask(await resultOf(said.reading));
  }
}

async function resultOf(reading: Reading): Promise<FromReader> {
  try {
    if (reading.kind === 'sample') {
      await ask({ say: 'sample', lines: await firstLines(bytes(), reading.options) });
      return { say: 'done', summary: undefined };
    }
    const file = new SettlementFile(bytes(), reading.options);
    for await (const lines of batches(file.lines())) await ask({ say: 'lines', lines });
    for await (const lines of batches(file.allBadLines())) await ask({ say: 'bad_lines', lines });
    return { say: 'done', summary: file.summary() };
  } catch (fault) {
    if (fault instanceof SettlementFileFault) return { say: 'refused', why: fault.message };
    return { say: 'failed', why: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) };
  }
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const said = await ask({ say: 'more' });
    if (said.say !== 'bytes') return;
    yield said.bytes;
  }
}

async function* batches<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function ask(message: FromReader): Promise<ToReader> {
  const answer = received();
  process.send?.(message);
  return answer;
}

async function received(): Promise<ToReader> {
  const [message] = (await once(process, 'message')) as [ToReader]; // the parent sends nothing else
  return message;
}

void serve();
