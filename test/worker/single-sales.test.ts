import type { Context } from '@temporalio/activity';
import { PRIORITY } from '../../domain/priority';
import { SingleSales } from '../../worker/single-sales';

/** Runs a call of this priority to MobiFone beside what the test does meanwhile. */
async function during(singles: SingleSales, priorityKey: number, look: () => void): Promise<void> {
  const context = { info: { priority: { priorityKey } } } as unknown as Context; // all that it reads
  const intercept = singles.observe(context).inbound?.execute;
  if (!intercept) throw new Error('it intercepts nothing');
  await intercept({ args: [], headers: {} }, async () => look());
}

describe('a worker that also sells single orders', () => {
  it('has them around while one is under way, and for seconds after it', async () => {
    let now = 0;
    const singles = new SingleSales(() => now);
    expect(singles.areAround()).toBe(false);
    await during(singles, PRIORITY.sale, () => {
      now += 60_000;
      expect(singles.areAround()).toBe(true);
    });
    expect(singles.areAround()).toBe(true);
    now += 60_000;
    expect(singles.areAround()).toBe(false);
  });

  it.each(['bulk', 'eligibility', 'question', 'paid', 'compensation'] as const)(
    'takes no call of the priority %s for one',
    async (priority) => {
      const singles = new SingleSales(() => 0);
      await during(singles, PRIORITY[priority], () => undefined);
      expect(singles.areAround()).toBe(false);
    },
  );

  it('has them around also after one that failed, and not for ever', async () => {
    let now = 0;
    const singles = new SingleSales(() => now);
    const failing = during(singles, PRIORITY.sale, () => {
      throw new Error('MobiFone did not answer');
    });
    await expect(failing).rejects.toThrow('MobiFone did not answer');
    now += 60_000;
    expect(singles.areAround()).toBe(false);
  });
});
