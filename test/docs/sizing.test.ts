import type { ClusterFigures } from '../../docs/sizing/figures';
import { cloudCost, sizeOf } from '../../docs/sizing/model';
import { number, ownTable } from '../../docs/sizing/tables';

/** Round figures, so that a size can be worked out in the head. */
const FIGURES: ClusterFigures = {
  measuredAt: '2026-01-01',
  machine: 'none',
  shards: 8,
  purchases: 1,
  atOnce: 1,
  perSecond: 1,
  answerMs: { p50: 1, p95: 1, p99: 1 },
  processorMsPerPurchase: { worker: 30, api: 6, temporal: 60, postgresql: 12 },
  databasePerPurchase: { storedBytes: 20_000, walBytes: 50_000, walSyncs: 10, commits: 25 },
  history: {
    historyEvents: 16,
    workflowTasks: 2,
    historyBytes: 10_000,
    stateTransitions: 9,
    billableActions: 6,
  },
};

describe('a day of 8.64 million purchases, a thousand a second in the busiest minute', () => {
  const size = sizeOf(8_640_000, FIGURES);

  it('needs the cores that its purchases take at that minute, at 60 % of each', () => {
    expect(size).toMatchObject({ peakPerSecond: 1_000, workers: 50, apis: 10 });
    expect(size.serverCores).toBeCloseTo(100);
    expect(size.databaseCores).toBeCloseTo(20);
  });

  it('keeps 35 days of histories, and of rows with those not yet vacuumed', () => {
    expect(size.retainedGb).toBeCloseTo(3_024);
    expect(size.databaseGb).toBeCloseTo(3_024 * 2 * 1.3);
  });

  it('writes to disk what its purchases write, and shares that among enough shards', () => {
    expect(size).toMatchObject({ flushesASecond: 10_000, walMbASecond: 50 });
    expect(size.shards).toBe(256); // 25,000 changes of 2 ms are 50 s in each second, a quarter of 200
  });
});

describe('the table of a cluster of one’s own', () => {
  it('tells the shards exactly, since they are chosen for the life of the database', () => {
    expect(ownTable(FIGURES)).toMatch(/\| history shards \|.*\| 32 \| 256 \|/);
  });
});

describe('the actions of a month', () => {
  it('are those of sales, of what is refused, of looking, and a tenth for fairness', () => {
    const aPurchase = 0.9 * 6 + 0.1 * 14 + 0.5;

    expect(sizeOf(1_000, FIGURES).actionsAMonth).toBeCloseTo(30_000 * aPurchase * 1.1);
  });
});

describe('a small day', () => {
  it('has two processes of each kind and eight shards all the same', () => {
    expect(sizeOf(1_000, FIGURES)).toMatchObject({ workers: 2, apis: 2, shards: 8 });
  });
});

describe('the bill of Temporal Cloud', () => {
  it('is by volume on the plan that has one, with a tenth for the plan', () => {
    const tiers = 5 * 50 + 5 * 45 + 10 * 40 + 30 * 35 + 50 * 30 + 100 * 25;

    const { plan, usdAMonth, isBeyondList } = cloudCost(202_500_000, 0, 0);

    expect(plan).toBe('Business');
    expect(usdAMonth).toBeCloseTo(tiers * 1.1);
    expect(isBeyondList).toBe(false);
    expect(cloudCost(202_600_000, 0, 0).isBeyondList).toBe(true);
  });

  it('is without a base fee where little is sold', () => {
    const { plan, usdAMonth } = cloudCost(1_000_000, 0, 0);

    expect(plan).toBe('Developer');
    expect(usdAMonth).toBeCloseTo(55);
  });

  it('has what is kept and what is open in it, as the price list’s own example', () => {
    const beyond = { active: 720 / 744, retained: 3_600 / 744 };
    const withStorage = cloudCost(1_000_000_000, 2.5 + beyond.active, 100 + beyond.retained);
    const without = cloudCost(1_000_000_000, 2.5, 100);

    expect(withStorage.usdAMonth - without.usdAMonth).toBeCloseTo((30.24 + 3.78) * 1.1);
  });
});

describe('a figure of the tables', () => {
  it.each([
    [0, '0'],
    [0.1234, '0.12'],
    [6.04, '6'],
    [1_157, '1,200'],
    [10_000_000, '10,000,000'],
  ])('of %d reads %s', (value, text) => {
    expect(number(value)).toBe(text);
  });
});
