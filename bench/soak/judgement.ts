import { allowanceOf, type Allowance, type FigureKind } from './allowances';
import type { ProcessFigures, Sample } from './sample';
import { floors, trendOf, type Point, type Trend } from './trend';

/** `grows` only where no doubt is left; `unclear` where the run was too short, or the figure too restless. */
export type Verdict = 'holds' | 'grows' | 'unclear';

/** One figure of one part, and what came of it. */
export interface Judged {
  kind: FigureKind;
  /** The part, or the kind of file. */
  of: string;
  /** The lowest values at the beginning and at the end of what was judged. */
  first: number;
  last: number;
  trend: Trend;
  allowance: Allowance;
  verdict: Verdict;
}

/** Into how many stretches a run is divided, each of which gives its lowest value. */
const STRETCHES = 24;
const SECONDS_AN_HOUR = 3_600;

const PROCESS_FIGURES: readonly [keyof ProcessFigures, FigureKind][] = [
  ['memoryBytes', 'memory'],
  ['liveHeapBytes', 'live heap'],
  ['descriptors', 'descriptors'],
  ['threads', 'threads'],
  ['sockets', 'sockets'],
];

/**
 * Judges each figure of a run by what it may grow.
 * @param warmUpSeconds what came before counts for nothing: caches fill, code is compiled
 */
export function judge(samples: readonly Sample[], warmUpSeconds: number): Judged[] {
  const counted = samples.filter(({ seconds }) => seconds >= warmUpSeconds);
  const parts = new Set(counted.flatMap(({ processes }) => Object.keys(processes)));
  const files = new Set(counted.flatMap((sample) => Object.keys(sample.files)));
  return [
    ...[...parts].flatMap((part) =>
      PROCESS_FIGURES.flatMap(([figure, kind]) => {
        const figureOf = ({ processes }: Sample): number | undefined => processes[part]?.[figure];
        return counted.some(figureOf) ? [judgeFigure(counted, kind, part, figureOf)] : [];
      }),
    ),
    ...[...files].map((file) => judgeFigure(counted, 'file', file, (sample) => sample.files[file])),
  ];
}

function judgeFigure(
  samples: readonly Sample[],
  kind: FigureKind,
  of: string,
  figureOf: (sample: Sample) => number | undefined,
): Judged {
  const allowance = allowanceOf(kind, of);
  const points = samples.flatMap((sample): Point[] => {
    const y = figureOf(sample);
    const x = allowance.per === 'hour' ? sample.seconds / SECONDS_AN_HOUR : sample.purchases;
    return y === undefined ? [] : [{ x, y }];
  });
  const lowest = floors(points, STRETCHES);
  const trend = trendOf(lowest);
  const latterHalf = trendOf(lowest.slice(lowest.length / 2));
  return {
    kind,
    of,
    first: lowest[0]?.y ?? Number.NaN,
    last: lowest.at(-1)?.y ?? Number.NaN,
    trend,
    allowance,
    verdict: verdictOf(trend, latterHalf, allowance.most),
  };
}

/** A cache that fills has grown over the whole run and grows no more in its latter half; a leak goes on. */
function verdictOf(whole: Trend, latterHalf: Trend, most: number): Verdict {
  if (whole.from > most && latterHalf.slope > most) return 'grows';
  if (latterHalf.to <= most || whole.to <= most) return 'holds';
  return 'unclear';
}
