import { TemporalBehind, TemporalUnavailable } from '../../client/purchases';
import { shieldPurchases } from '../../client/shielded-purchases';
import { Strain } from '../../client/strain';
import { ScriptedPurchases } from '../api/scripted-purchases';
import { anOrder } from '../support/orders';

/** Purchases behind a shield whose clock and dice are the test's. */
class StrainLab {
  time = 0;
  readonly temporal = new ScriptedPurchases();
  readonly purchases = shieldPurchases(
    this.temporal,
    new Strain(
      { failuresInARow: 3, firstPause: 1_000, longestPause: 4_000 },
      { now: () => this.time, random: () => 0.5 },
    ),
  );

  /** How many questions reached Temporal, which notes how long each would wait. */
  get asked(): number {
    return this.temporal.waits.length;
  }

  async buy(): Promise<unknown> {
    return this.purchases.submit(anOrder(), 0).catch((fault: unknown) => fault);
  }

  async becomeBehind(): Promise<void> {
    this.temporal.unavailable = true;
    for (let failure = 0; failure < 3; failure += 1) await this.buy();
  }
}

describe('a Temporal that answers nobody', () => {
  it('is not asked any more, and who asks is told at once when to come back', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    const asked = lab.asked;
    const refusal = await lab.buy();
    expect(refusal).toBeInstanceOf(TemporalBehind);
    expect(refusal).toMatchObject({ retryAfterSeconds: 4 }); // the second that is left, and 1 to 4 more
    expect(lab.asked).toBe(asked);
  });

  it('is asked by one at a time once a pause is over, and by all when that one was answered', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    lab.time = 1_000;
    const probe = lab.buy();
    expect(await lab.buy()).toBeInstanceOf(TemporalBehind);
    expect(await probe).toEqual(new TemporalUnavailable('Temporal did not answer'));
    lab.time = 2_900; // the pause has doubled
    expect(await lab.buy()).toBeInstanceOf(TemporalBehind);
    lab.time = 3_000;
    lab.temporal.unavailable = false;
    expect(await lab.buy()).toMatchObject({ kind: 'accepted' });
    expect(await lab.buy()).toMatchObject({ kind: 'accepted' }); // at the same moment, and no probe
  });

  it('is left alone for no longer than the longest pause', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    for (let probe = 0; probe < 5; probe += 1) {
      lab.time += 4_000;
      expect(await lab.buy()).not.toBeInstanceOf(TemporalBehind);
    }
  });

  it('is still asked whether it is there', async () => {
    const lab = new StrainLab();
    await lab.becomeBehind();
    lab.temporal.unavailable = false;
    expect(await lab.purchases.ready()).toBe(true);
  });
});

describe('a Temporal that answers some', () => {
  it('is asked by all: failures count only in a row, and a refusal or a defect is an answer', async () => {
    const lab = new StrainLab();
    for (let round = 0; round < 6; round += 1) {
      lab.temporal.unavailable = round % 3 !== 2;
      await lab.buy();
    }
    lab.temporal.unavailable = false;
    lab.temporal.defect = new TypeError('a defect');
    for (let round = 0; round < 5; round += 1) {
      expect(await lab.buy()).toBeInstanceOf(TypeError);
    }
    expect(lab.asked).toBe(11);
  });
});
