import { median } from '../percentiles';

/** One value at a place on the axis against which growth is measured: hours, or purchases. */
export interface Point {
  x: number;
  y: number;
}

/** How fast y grows with x, and the bounds between which the true slope lies with 95 % confidence. */
export interface Trend {
  slope: number;
  from: number;
  to: number;
}

/** Of a normal distribution: 95 % lie within so many standard deviations. */
const DEVIATIONS_OF_95_PERCENT = 1.96;

/**
 * Theil and Sen's slope, the median of the slopes of all pairs: one outlier in four does not move it. The bounds are
 * Sen's, from the variance of Kendall's statistic.
 * @returns a slope that is not a number when fewer than two points differ in x
 */
export function trendOf(points: readonly Point[]): Trend {
  const slopes = points
    .flatMap((one, at) =>
      points
        .slice(at + 1)
        .flatMap((other) => (other.x === one.x ? [] : [(other.y - one.y) / (other.x - one.x)])),
    )
    .toSorted((one, other) => one - other);
  const n = points.length;
  const spread = DEVIATIONS_OF_95_PERCENT * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const lower = Math.floor((slopes.length - spread) / 2) - 1;
  const upper = Math.ceil((slopes.length + spread) / 2);
  return { slope: median(slopes), from: slopes[lower] ?? -Infinity, to: slopes[upper] ?? Infinity };
}

/**
 * The lowest point of each of so many equal stretches of x. Memory that is freed in bursts swings by more than it
 * grows; what it falls back to shows a leak.
 */
export function floors(points: readonly Point[], stretches: number): Point[] {
  const xs = points.map(({ x }) => x);
  const first = Math.min(...xs);
  const width = (Math.max(...xs) - first) / stretches;
  const lowest = new Map<number, Point>();
  for (const point of points) {
    const stretch = width === 0 ? 0 : Math.min(stretches - 1, Math.floor((point.x - first) / width));
    const known = lowest.get(stretch);
    if (known === undefined || point.y < known.y) lowest.set(stretch, point);
  }
  return [...lowest.values()];
}
