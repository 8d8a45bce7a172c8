import { fromGlobalSetup } from '../support/test-environment';
import { runSeed } from './seeded-runs';
import { Simulation } from './simulation';

/** Another day, another seed: what a seed finds reproduces by `npm run simulate -- --seed S --runs 1 --trace`. */
const RUNS = 10;
const FIRST_SEED = Number(process.env['SIMULATION_SEED'] ?? 1);

const simulation = new Simulation(fromGlobalSetup('workflowBundle'));

describe('purchases under every fault, with workers that die and people who interfere', () => {
  it.each(Array.from({ length: RUNS }, (_, run) => FIRST_SEED + run))(
    'seed %i: nothing is lost, and nothing happens twice',
    async (seed) => {
      const { failing, report } = await runSeed(simulation, seed, 'drawn');
      expect(failing?.broken ?? []).toEqual([]);
      expect(report.purchases).toBeGreaterThan(0);
    },
    600_000,
  );
});
