import fc from 'fast-check';
import type { Broken } from '../support/judge';
import { plansAt, type Plan } from './plan';
import type { ProfileChoice } from './profiles';
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

/** Runs the plan that a seed draws; one that breaks an invariant is made as small as fast-check can, unless not wanted. */
export async function runSeed(
  simulation: Simulation,
  seed: number,
  choice: ProfileChoice,
  shrinking = true,
): Promise<SeededRun> {
  const plans = plansAt(choice);
  const [plan] = fc.sample(plans, { seed, numRuns: 1 });
  if (!plan) throw new Error(`seed ${seed} drew no plan`);
  const report = await simulation.run(plan);
  if (report.broken.length === 0) return { seed, report };
  const first = { plan, report };
  const smallest = shrinking ? await shrunk(simulation, seed, plans, first) : first;
  const failing = {
    seed,
    broken: smallest.report.broken,
    smallest: smallest.plan,
    story: smallest.report.story(),
  };
  return { seed, report, failing };
}

interface Failure {
  plan: Plan;
  report: RunReport;
}

/** The smallest plan that breaks something, among those that fast-check comes to in time. */
async function shrunk(
  simulation: Simulation,
  seed: number,
  plans: fc.Arbitrary<Plan>,
  first: Failure,
): Promise<Failure> {
  let smallest = first;
  await fc.check(
    fc.asyncProperty(plans, async (plan) => {
      const report = await simulation.run(plan);
      if (report.broken.length === 0) return true;
      smallest = { plan, report };
      return false;
    }),
    { seed, numRuns: 1, interruptAfterTimeLimit: SHRINKING_MS },
  );
  return smallest;
}
