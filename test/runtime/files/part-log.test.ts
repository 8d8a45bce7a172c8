import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PartLog } from '../../../dev/supervisor/part-log';
import { eventually } from '../../support/eventually';
import { NO_SMALL_DISK, SmallDisk } from '../../support/small-disk';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'part-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a log tells the terminal, and the words of its files from the oldest to the newest. */
function logIn(where: string, maxBytes: number) {
  const told: string[] = [];
  const log = new PartLog('worker', path.join(where, 'worker.log'), maxBytes, (line) => told.push(line));
  const files = () =>
    readdirSync(where)
      .filter((name) => name.startsWith('worker.log'))
      .toSorted()
      .toReversed();
  const text = () =>
    files()
      .map((name) => readFileSync(path.join(where, name), 'utf8'))
      .join('');
  return { log, told, files, text };
}

describe('a part that writes for months', () => {
  it('keeps its newest lines, in files that together keep to their bound and are for their owner only', async () => {
    const maxBytes = 50_000;
    const { log, files, text } = logIn(folder, maxBytes);
    const line = (index: number) => `line ${index} ${'.'.repeat(90)}`;
    for (let index = 0; index < 1_000; index += 1) log.write(line(index));
    await log.end();

    const sizes = files().map((name) => statSync(path.join(folder, name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(
      maxBytes + sizes.length * line(0).length,
    );
    expect(files().length).toBeGreaterThan(2);
    for (const name of files()) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    const kept = text().trimEnd().split('\n');
    expect(kept.length).toBeGreaterThan(300);
    expect(kept).toEqual(kept.map((_, index) => line(1_000 - kept.length + index)));
  });

  it('goes on in the same file after a restart', async () => {
    for (const words of ['before', 'after']) {
      const { log } = logIn(folder, 50_000);
      log.write(words);
      await log.end();
    }
    expect(readFileSync(path.join(folder, 'worker.log'), 'utf8')).toBe('before\nafter\n');
  });
});

const disk = SmallDisk.mount(64);
const onSmallDisk = disk ? it : it.skip;
afterAll(() => disk?.unmount());

describe(`a part whose log cannot be written for a while${disk ? '' : ` (${NO_SMALL_DISK})`}`, () => {
  const onDisk = (): SmallDisk => {
    if (!disk) throw new Error(NO_SMALL_DISK);
    return disk;
  };
  afterEach(() => disk?.free());

  /** A part writes on and on; the log looks at each of its lines whether it can be written again. */
  async function writesUntil(log: PartLog, isSo: () => boolean): Promise<void> {
    await eventually('the log', () => {
      log.write(`{"msg":"meanwhile${'.'.repeat(2_000)}"}`);
      return isSo() || undefined;
    });
  }

  onSmallDisk(
    'has its log again once the full disk has room, with the number of the lines that are missing',
    async () => {
      const { log, told, text } = logIn(onDisk().folder, 1_000_000);
      log.write('{"msg":"first"}');
      await eventually('the first line', () => text().includes('first') || undefined);
      onDisk().fill();
      await writesUntil(log, () => told.length > 0);
      expect(told).toEqual([
        expect.stringMatching(/^worker goes on without its log, which cannot be written: ENOSPC/),
      ]);
      onDisk().free();
      await writesUntil(log, () => told.length > 1);
      log.write('{"msg":"last"}');
      await log.end();

      expect(told[1]).toMatch(/^worker has its log again; up to [1-9]\d* lines are missing\.$/);
      expect(told).toHaveLength(2);
      const written = text().split('\n');
      expect(written[0]).toBe('{"msg":"first"}');
      expect(written.at(-2)).toBe('{"msg":"last"}');
      expect(written.find((line) => line.includes('lines are missing here'))).toMatch(
        /^\{"level":40,"time":\d+,/,
      );
    },
  );

  onSmallDisk('has its log once a read-only disk can be written again', async () => {
    onDisk().makeReadOnly(true);
    const { log, told } = logIn(onDisk().folder, 1_000_000);
    try {
      await writesUntil(log, () => told.length > 0);
    } finally {
      onDisk().makeReadOnly(false);
    }
    expect(told[0]).toContain('EROFS');
    await writesUntil(log, () => told.length > 1);
    await log.end();
    expect(told[1]).toContain('worker has its log again');
  });
});

describe('a disk that takes lines more slowly than a part writes them', () => {
  it('costs lines and not memory, and it is told', async () => {
    const { log, told, text } = logIn(folder, 100_000_000);
    for (let index = 0; index < 20_000; index += 1) log.write(`${index} ${'.'.repeat(1_000)}`); // in one turn
    expect(log.waitingBytes).toBeLessThan(9_000_000);
    await eventually('the log', () => {
      log.write('meanwhile');
      return told.length > 1 || undefined;
    });
    await log.end();
    expect(told[0]).toContain('lines are not written fast enough');
    expect(text()).toContain('lines are missing here');
  });
});
