import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { settlementCsv } from '../../sandbox/settlement-file';
import { linesOf, syntheticOrder } from './synthetic-day';

/** Orders whose lines are written at once. */
const BATCH = 1000;

/** Writes the settlement file of a synthetic day, in another order than that of the purchases. */
export async function writeSyntheticFile(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file);
  for (let end = count; end > 0; end -= BATCH) {
    const begin = Math.max(0, end - BATCH);
    const lines = Array.from({ length: end - begin }, (_, at) =>
      linesOf(syntheticOrder(begin + at, count), begin + at),
    ).flat();
    const text = settlementCsv(lines);
    const rows = end === count ? text : text.slice(text.indexOf('\n') + 1);
    if (!stream.write(rows)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}
