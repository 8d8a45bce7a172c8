import fc from 'fast-check';
import { PROFILES, type GatewayProfile } from '../../sandbox/profile';
import { fromGlobalSetup } from '../support/test-environment';
import { plansAt, type PlannedPurchase } from './plan';
import { LONGEST_LAG_MS, PROFILE_CHOICES, profilesOf, type ProfileChoice } from './profiles';
import { Simulation } from './simulation';

const PLAIN: PlannedPurchase = {
  paymentForm: 'postpaid',
  firstTry: true,
  submissions: 1,
  faults: [],
  deaths: [],
  deliveries: [],
  cancelAt: null,
  operator: 'none',
};

describe('a seed', () => {
  const planOf = (seed: number, choice: ProfileChoice) => fc.sample(plansAt(choice), { seed, numRuns: 1 });

  it('draws the same plan each time, and the same purchases whichever gateway they are sold at', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const drawn = planOf(seed, 'drawn');
      expect(planOf(seed, 'drawn')).toEqual(drawn);
      for (const choice of PROFILE_CHOICES)
        expect(planOf(seed, choice)[0]?.purchases).toEqual(drawn[0]?.purchases);
    }
  });

  it('draws gateways that keep all promises, none, and some', () => {
    const drawn = fc.sample(profilesOf('drawn'), { seed: 1, numRuns: 200 });
    const kept = drawn.map(
      ({ executesOnce, rollbackVoids, refusals }) =>
        [executesOnce, rollbackVoids, refusals === 'stick'].filter(Boolean).length,
    );
    expect(new Set(kept)).toEqual(new Set([0, 1, 2, 3]));
    for (const { inquiryLagMs, landsLateMs } of drawn) {
      expect(Math.max(inquiryLagMs, landsLateMs)).toBeLessThanOrEqual(LONGEST_LAG_MS);
    }
  });
});

describe('a charge that the network delivers twice', () => {
  const simulation = new Simulation(fromGlobalSetup('workflowBundle'));
  const twice: PlannedPurchase = {
    ...PLAIN,
    faults: [{ call: 'charge', skip: 0, times: 1, fault: { kind: 'repeated' } }],
  };
  const soldAt = (profile: GatewayProfile) =>
    simulation.run({ worker: 'caching', purchases: [twice], profile });

  it('is paid once at a gateway that keeps P1', async () => {
    const { broken, excused, outcomes } = await soldAt(PROFILES.all_kept);
    expect({ broken, excused, outcomes }).toEqual({ broken: [], excused: [], outcomes: { succeeded: 1 } });
  });

  it('is excused at one that does not, and counted apart from what is broken', async () => {
    const { broken, excused } = await soldAt({ ...PROFILES.all_kept, executesOnce: false });
    expect(broken).toEqual([]);
    expect(excused).toMatchObject([
      { invariant: 'I1', excuse: 'paid_twice_by_network', how: 'paid 2 times' },
    ]);
  });
});
