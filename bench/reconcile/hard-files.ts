import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { settlementCsv } from '../../sandbox/settlement-file';
import { hardFileSchema } from './one-hard-file';
import { linesOf, syntheticOrder } from './synthetic-day';

/** Files that a settlement file should not be, each by its pieces; no purchase of ours is in any. */
const HARD_FILES: Record<string, () => Iterable<string>> = {
  '150 MB without a line end': () => [HEADER, ...repeated(150, () => 'x'.repeat(1_000_000))],
  '300,000 unknown lines': () => [HEADER, ...repeated(300_000, charge)],
  '300,000 bad lines': () => [
    HEADER,
    ...repeated(300_000, (at) => charge(at).replace(/,\d+0000,/, ',90.000,')),
  ],
  '100,000 times one line': () => [HEADER, ...repeated(100_000, () => charge(1))],
  '20 MB of quotes': () => [HEADER, ...repeated(5_000, () => `${'"a,'.repeat(1_300)}\n`)],
  '50 million empty lines': () => [HEADER, ...repeated(50, () => '\n'.repeat(1_000_000))],
};
const [HEADER = ''] = settlementCsv([]).split(/(?<=\n)/);

function* repeated(times: number, piece: (at: number) => string): Generator<string> {
  for (let at = 0; at < times; at += 1) yield piece(at);
}

/** The last line of a postpaid order, which takes the money. */
function charge(at: number): string {
  const lines = linesOf(syntheticOrder(at * 3, 900_000), at);
  return settlementCsv(lines).trimEnd().split('\n').slice(-1).join('') + '\n';
}

async function run(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-hard-files-'));
  try {
    process.stdout.write(
      '| file | took | CPU time | peak memory | JSON report |\n| --- | --- | --- | --- | --- |\n',
    );
    for (const [name, pieces] of Object.entries(HARD_FILES)) {
      const file = path.join(folder, 'settlement.csv');
      await write(file, pieces());
      const entry = path.join(__dirname, 'one-hard-file.ts');
      const { stdout } = await promisify(execFile)(process.execPath, typescriptEntry(entry, file));
      const { seconds, cpuSeconds, peakMegabytes, reportKilobytes } = hardFileSchema.parse(
        JSON.parse(stdout),
      );
      const report = reportKilobytes === null ? 'none: refused' : `${Math.round(reportKilobytes)} kB`;
      const cells = [
        name,
        `${seconds.toFixed(1)} s`,
        `${cpuSeconds.toFixed(1)} s`,
        `${Math.round(peakMegabytes)} MB`,
      ];
      process.stdout.write(`| ${[...cells, report].join(' | ')} |\n`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function write(file: string, pieces: Iterable<string>): Promise<void> {
  const stream = createWriteStream(file);
  for (const piece of pieces) if (!stream.write(piece)) await once(stream, 'drain');
  stream.end();
  await finished(stream);
}

run().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
});
