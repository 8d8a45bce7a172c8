import type { Broken } from '../support/judge';
import { added } from './counts';
import type { ProfileChoice } from './profiles';
import type { SeededRun } from './seeded-runs';

/** What all runs came to; `broken` counts purchases' broken invariants. */
export interface SimulationResult {
  runs: number;
  purchases: number;
  faults: Record<string, number>;
  outcomes: Record<string, number>;
  broken: number;
  /** Broken invariants that cannot be held without a promise that the gateway did not keep; by excuse as well. */
  excused: number;
  excuses: Record<string, number>;
  /** Stalls of the time-skipping server; its purchase was tried again on a fresh one. */
  stalls: number;
  failingSeeds: { seed: number; broken: Broken[] }[];
  slowest: { seed: number; seconds: number };
  seconds: number;
}

/** Sums up seeded runs. */
export class Tally {
  private readonly runs: SeededRun[] = [];
  private readonly startedAt = performance.now();

  add(run: SeededRun): void {
    this.runs.push(run);
  }

  result(): SimulationResult {
    const slowest = this.runs.toSorted((one, other) => other.report.tookMs - one.report.tookMs)[0];
    const failing = this.runs.flatMap((run) => (run.failing ? [run.failing] : []));
    return {
      runs: this.runs.length,
      purchases: this.sum((run) => run.report.purchases),
      faults: added(this.runs.map((run) => run.report.faults)),
      outcomes: added(this.runs.map((run) => run.report.outcomes)),
      broken: this.sum((run) => run.report.broken.length),
      excused: this.sum((run) => run.report.excused.length),
      excuses: added(this.runs.flatMap((run) => run.report.excused.map(({ excuse }) => ({ [excuse]: 1 })))),
      stalls: this.sum((run) => run.report.stalls),
      failingSeeds: failing.map(({ seed, broken }) => ({ seed, broken })),
      slowest: { seed: slowest?.seed ?? 0, seconds: seconds(slowest?.report.tookMs ?? 0) },
      seconds: seconds(performance.now() - this.startedAt),
    };
  }

  inWords(): string {
    const result = this.result();
    const { runs, purchases, faults, outcomes, stalls, broken, excused, excuses, slowest } = result;
    return [
      `runs                ${runs}`,
      `purchases           ${purchases}  (${inOneLine(outcomes)})`,
      `faults injected     ${Object.values(faults).reduce((sum, count) => sum + count, 0)}`,
      ...Object.entries(faults)
        .toSorted(([, one], [, other]) => other - one)
        .map(([name, count]) => `  ${name.padEnd(24)} ${count}`),
      `stalled once        ${stalls}`,
      `slowest             seed ${slowest.seed}, ${slowest.seconds} s`,
      `took                ${result.seconds} s`,
      `excused             ${excused}${excused > 0 ? `  (${inOneLine(excuses)})` : ''}`,
      `invariants broken   ${broken}`,
      '',
    ].join('\n');
  }

  /** A line a run. */
  static progress({ seed, report, failing }: SeededRun): string {
    const state = failing
      ? `BROKEN: ${failing.broken.map((one) => `${one.invariant} ${one.how}`).join('; ')}`
      : 'ok';
    const excused = report.excused.length > 0 ? `, ${report.excused.length} excused` : '';
    return `seed ${seed}: ${report.purchases} purchases in ${seconds(report.tookMs)} s, ${state}${excused}`;
  }

  static howToReplay(seed: number, choice: ProfileChoice): string {
    return `Replay it: npm run simulate -- --seed ${seed} --runs 1 --profile ${choice} --trace`;
  }

  private sum(count: (run: SeededRun) => number): number {
    return this.runs.reduce((sum, run) => sum + count(run), 0);
  }
}

function inOneLine(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
