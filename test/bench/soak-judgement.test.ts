import { allowanceOf } from '../../bench/soak/allowances';
import { goLiveHeapBytes } from '../../bench/soak/live-heap';
import { judge, type Judged } from '../../bench/soak/judgement';
import { report } from '../../bench/soak/report';
import type { Sample } from '../../bench/soak/sample';
import { floors, trendOf } from '../../bench/soak/trend';

const SECONDS_AN_HOUR = 3_600;
const EVERY_SECONDS = 5;
const RATE = 4;
const MEBIBYTE = 1024 ** 2;

/** A number between 0 and 1, the same for every run of the test. */
function noise(seed: number): number {
  const wave = Math.sin(seed * 12.9898) * 43_758.5453;
  return wave - Math.floor(wave);
}

/** What V8 does: it grows by 40 MiB and falls back, to the same within 2 MiB. */
const sawtooth = (at: number): number => ((at * 7) % 60) * 0.66 * MEBIBYTE + noise(at) * 2 * MEBIBYTE;

/** Three hours of a steady load, whose worker and files are as the test has them. */
function hours(
  worker: (hour: number, at: number) => Partial<Sample['processes'][string]>,
  files: (purchases: number, hour: number) => Sample['files'] = () => ({}),
): Sample[] {
  return Array.from({ length: (3 * SECONDS_AN_HOUR) / EVERY_SECONDS }, (_, at) => {
    const seconds = at * EVERY_SECONDS;
    const hour = seconds / SECONDS_AN_HOUR;
    const steady = { memoryBytes: 200 * MEBIBYTE + sawtooth(at), descriptors: 60, threads: 17, sockets: 24 };
    return {
      seconds,
      purchases: seconds * RATE,
      underWay: 2,
      processes: { worker: { ...steady, ...worker(hour, at) } },
      files: files(seconds * RATE, hour),
    };
  });
}

const judgeLastTwoHours = (samples: readonly Sample[]): Judged[] => judge(samples, SECONDS_AN_HOUR);

function verdictOf(judged: readonly Judged[], kind: Judged['kind'], of = 'worker'): Judged['verdict'] {
  const one = judged.find((each) => each.kind === kind && each.of === of);
  if (!one) throw new Error(`nothing was said of ${of} ${kind}`);
  return one.verdict;
}

describe('the slope of a figure', () => {
  it('is that of most pairs, whatever a single outlier says', () => {
    const points = Array.from({ length: 24 }, (_, x) => ({ x, y: x === 20 ? 5_000 : 3 * x }));
    expect(trendOf(points).slope).toBe(3);
  });

  it('lies within its bounds, which are the wider the less is known', () => {
    const many = Array.from({ length: 48 }, (_, x) => ({ x, y: 2 * x + 20 * noise(x) }));
    const few = many.filter((_, at) => at % 4 === 0);
    const width = (points: typeof many): number => trendOf(points).to - trendOf(points).from;
    expect(trendOf(many).from).toBeLessThan(2);
    expect(trendOf(many).to).toBeGreaterThan(2);
    expect(width(few)).toBeGreaterThan(width(many));
  });

  it('is not known of a single point', () => {
    expect(trendOf([{ x: 1, y: 1 }])).toEqual({ slope: Number.NaN, from: -Infinity, to: Infinity });
  });

  it('is taken from what a figure falls back to', () => {
    const points = Array.from({ length: 100 }, (_, x) => ({ x, y: x % 10 }));
    expect(floors(points, 5).map(({ y }) => y)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('three hours in which nothing grows', () => {
  const judged = judgeLastTwoHours(hours(() => ({})));

  it.each(['memory', 'descriptors', 'threads', 'sockets'] as const)('hold: %s', (kind) => {
    expect(verdictOf(judged, kind)).toBe('holds');
  });

  it('hold also where sockets come and go with the load', () => {
    const samples = hours((_, at) => ({ sockets: 20 + Math.round(10 * noise(at)) }));
    expect(verdictOf(judgeLastTwoHours(samples), 'sockets')).toBe('holds');
  });

  it('hold where a cache fills for an hour and a half and is full then', () => {
    const samples = hours((hour, at) => ({
      memoryBytes: (200 + 50 * Math.min(1.5, hour)) * MEBIBYTE + sawtooth(at),
    }));
    expect(verdictOf(judgeLastTwoHours(samples), 'memory')).toBe('holds');
  });
});

describe('three hours with a leak in them', () => {
  it('are found out: 8 MiB an hour under a sawtooth of 40', () => {
    const samples = hours((hour, at) => ({ memoryBytes: (200 + 8 * hour) * MEBIBYTE + sawtooth(at) }));
    const judged = judgeLastTwoHours(samples);
    expect(verdictOf(judged, 'memory')).toBe('grows');
    expect(verdictOf(judged, 'descriptors')).toBe('holds');
    expect(report(samples, judged, SECONDS_AN_HOUR)).toContain('UNEXPLAINED GROWTH: worker memory.');
  });

  it.each(['descriptors', 'threads', 'sockets'] as const)('are found out: three %s an hour', (kind) => {
    const samples = hours((hour, at) => ({ [kind]: 60 + Math.floor(3 * hour) + Math.round(4 * noise(at)) }));
    expect(verdictOf(judgeLastTwoHours(samples), kind)).toBe('grows');
  });

  it('are found out where the leak is of disk, a write-ahead log that is never cut', () => {
    const samples = hours(
      () => ({}),
      (purchases) => ({ 'write-ahead log': purchases * 1_000 }),
    );
    expect(verdictOf(judgeLastTwoHours(samples), 'file', 'write-ahead log')).toBe('grows');
  });
});

describe('the Temporal server, which gives memory back when it likes', () => {
  const collection = (live: number, goal: number): string =>
    `gc 140 @2349.347s 1%: 0.08+384+0.06 ms clock, 0.17+0.5/296/195+0.12 ms cpu, 264->269->${live} MB, ${goal} MB goal, 5 MB stacks, 0 MB globals, 2 P`;

  it('is judged by what its last collection left, not by that of a program beside it', () => {
    const log = ['{"level":"info"}', collection(137, 276), collection(134, 275), collection(0, 4), ''];
    expect(goLiveHeapBytes(log.join('\n'))).toBe(134 * MEBIBYTE);
    expect(goLiveHeapBytes('{"level":"info"}\n')).toBeUndefined();
  });

  it('is found out where more and more stays alive, although its memory grows no more than it may', () => {
    const samples = hours((hour) => ({
      memoryBytes: (400 + 4 * hour) * MEBIBYTE,
      liveHeapBytes: Math.round(130 + 4 * hour) * MEBIBYTE,
    }));
    const judged = judgeLastTwoHours(
      samples.map((sample) => ({
        ...sample,
        processes: Object.fromEntries(Object.values(sample.processes).map((worker) => ['temporal', worker])),
      })),
    );
    expect(verdictOf(judged, 'memory', 'temporal')).toBe('holds');
    expect(verdictOf(judged, 'live heap', 'temporal')).toBe('grows');
  });
});

describe('growth that is explained', () => {
  const { most } = allowanceOf('file', 'database');

  it.each([
    ['holds', 0.6],
    ['grows', 1.4],
  ] as const)('%s: a database that takes %d times what a purchase may', (verdict, share) => {
    const samples = hours(
      () => ({}),
      (purchases) => ({ database: 5_000_000 + purchases * most * share }),
    );
    expect(verdictOf(judgeLastTwoHours(samples), 'file', 'database')).toBe(verdict);
  });

  it('is said in the table with its reason', () => {
    const samples = hours(
      () => ({}),
      (purchases) => ({ database: purchases * most * 0.6 }),
    );
    const text = report(samples, judgeLastTwoHours(samples), SECONDS_AN_HOUR);
    expect(text).toMatch(/database file .*54\.0 kB\/purchase .*90\.0 kB\/purchase \(kept until .* holds/);
    expect(text).toContain('No unexplained growth.');
  });
});

describe('a run that is too short for its figures', () => {
  it('says that it cannot tell, and not that all is well', () => {
    const samples = hours((_, at) => ({ memoryBytes: 200 * MEBIBYTE + noise(at) * 9 * MEBIBYTE })).slice(
      0,
      90,
    );
    const judged = judge(samples, 0);
    expect(verdictOf(judged, 'memory')).toBe('unclear');
    expect(report(samples, judged, 0)).toMatch(/cannot tell whether these grow.*worker memory/);
  });
});
