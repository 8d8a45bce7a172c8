import type { FigureKind } from './allowances';
import type { Judged } from './judgement';
import type { Sample } from './sample';

const WORDS = { holds: 'holds', grows: 'GROWS', unclear: 'cannot tell' } as const;
const COLUMNS = ['figure', 'from', 'to', 'slope', '95 % between', 'allowed', 'verdict'] as const;

/** Below that, what grows may be a start that is not over: compiled code, pools and caches. */
const SHORTEST_SECONDS = 1_800;
const TOO_SHORT = 'Less than half an hour was judged: growth may still be that of a start.';

/** A run as a table, a line each figure, with a sentence on top and one below that says how it ended. */
export function report(samples: readonly Sample[], judged: readonly Judged[], warmUpSeconds: number): string {
  const last = samples.at(-1);
  const seconds = last?.seconds ?? 0;
  const rate = seconds === 0 ? 0 : (last?.purchases ?? 0) / seconds;
  const measured = Math.max(0, seconds - warmUpSeconds);
  return [
    `${last?.purchases ?? 0} purchases in ${minutes(seconds)}, ${rate.toFixed(1)}/s; ` +
      `judged: the last ${minutes(measured)}.`,
    '',
    table([COLUMNS, ...judged.map(row)]),
    '',
    summary(judged),
    ...(measured < SHORTEST_SECONDS ? [TOO_SHORT] : []),
  ].join('\n');
}

function summary(judged: readonly Judged[]): string {
  const named = (wanted: Judged['verdict']): string[] =>
    judged.filter(({ verdict }) => verdict === wanted).map(({ kind, of }) => `${of} ${kind}`);
  const grows = named('grows');
  const unclear = named('unclear');
  return [
    grows.length === 0 ? 'No unexplained growth.' : `UNEXPLAINED GROWTH: ${grows.join(', ')}.`,
    ...(unclear.length === 0
      ? []
      : [`The run cannot tell whether these grow; a longer one can: ${unclear.join(', ')}.`]),
  ].join('\n');
}

function row({ kind, of, first, last, trend, allowance, verdict }: Judged): string[] {
  const unit = isBytes(kind) ? bytes : count;
  const because = allowance.because === undefined ? '' : ` (${allowance.because})`;
  return [
    `${of} ${kind}`,
    unit(first),
    unit(last),
    `${unit(trend.slope)}/${allowance.per}`,
    `${unit(trend.from)} … ${unit(trend.to)}`,
    `${unit(allowance.most)}/${allowance.per}${because}`,
    WORDS[verdict],
  ];
}

const isBytes = (kind: FigureKind): boolean => kind === 'memory' || kind === 'live heap' || kind === 'file';

function bytes(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  if (size >= 1_000_000) return `${(value / 1_000_000).toFixed(1)} MB`;
  return size >= 1_000 ? `${(value / 1_000).toFixed(1)} kB` : `${value.toFixed(0)} B`;
}

function count(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : 'unknown';
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} minutes`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((cells) => (cells[at] ?? '').length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
