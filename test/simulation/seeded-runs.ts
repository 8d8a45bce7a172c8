import fc from 'fast-check';
import type { Broken } from '../support/judge';
import { plans, type Plan } from './plan';
import type { RunReport, Simulation } from './simulation';

/** How long a failing plan may be made smaller, milliseconds. */
const SHRINKING_MS = 180_000;

/** A seed whose plan breaks an invariant, and the smallest plan found that still does. */
export interface FailingSeed {
  seed: number;
  broken: Broken[];
  smallest: Plan;
  story: string;
}

export interface SeededRun {
  seed: number;
  report: RunReport;
  failing?: FailingSeed;
}

/** Runs the plan that a seed draws; one that breaks an invariant is made as small as fast-check can. */
export async function runSeed(simulation: Simulation, seed: number): Promise<SeededRun> {
  const reports: RunReport[] = [];
  let smallest: { plan: Plan; report: RunReport } | undefined;
  await fc.check(
    fc.asyncProperty(plans, async (plan) => {
      const report = await runTwiceIfStalled(simulation, plan);
      reports.push(report);
      if (report.broken.length === 0) return true;
      smallest = { plan, report };
      return false;
    }),
    { seed, numRuns: 1, interruptAfterTimeLimit: SHRINKING_MS },
  );
  const [report] = reports;
  if (!report) throw new Error(`seed ${seed} drew no plan`);
  if (!smallest) return { seed, report };
  const failing = {
    seed,
    broken: smallest.report.broken,
    smallest: smallest.plan,
    story: smallest.report.story(),
  };
  return { seed, report, failing };
}

/** The time-skipping server stalls now and then for no reason of ours: a purchase is stuck when it is so twice. */
async function runTwiceIfStalled(simulation: Simulation, plan: Plan): Promise<RunReport> {
  const report = await simulation.run(plan);
  if (report.outcomes['none'] === undefined) return report;
  const again = await simulation.run(plan);
  return { ...again, stalls: report.outcomes['none'] };
}
