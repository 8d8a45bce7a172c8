import type { Attention } from '../../domain/purchase/attention';
import type { Purchase } from '../../domain/purchase/purchase';
import { scheduledActivities, searchAttributesTold } from '../support/history-reading';
import { OFF_THE_SECOND_MS, POLICY, SLOW_POLICY } from '../support/orders';
import { purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const BROKEN = { kind: 'broken_contract', detail: 'not JSON' } as const;
const REFUSED = { kind: 'refused', refusal: 'insufficient_balance' } as const;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const aLab = purchaseLabs();

/** Whether a later round, so long after the first one, has called for attention again. */
function calledAgainAfter(ms: number, first: Attention | null): (purchase: Purchase) => boolean {
  return ({ updatedAt }) => Date.parse(updatedAt) - Date.parse(first?.since ?? '') > ms;
}

describe('a purchase that needs attention', () => {
  it('is found by it, with the reason and since when it first did, until the step is over', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY, 'charge');
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      const { attention } = await lab.untilAttention();
      const later = await lab.until(calledAgainAfter(2 * HOUR, attention));
      expect(later.attention?.since).toBe(attention?.since);
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect((await lab.result()).attention).toBeNull();
    });
    const told = await searchAttributesTold(lab.handle());
    expect(told).toContainEqual(
      expect.objectContaining({ NeedsAttention: true, AttentionReason: 'no_answer' }),
    );
    expect(told.slice(-2)).toEqual([
      { NeedsAttention: false, AttentionReason: null, AttentionSince: null },
      { PurchaseState: 'succeeded', PurchaseOutcome: 'succeeded' },
    ]);
  });

  it('is tried ever more rarely: an outage of a day is a handful of rounds', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY, 'charge');
    const lab = aLab(gateway, { ...POLICY, retryMaximumInterval: HOUR });
    await lab.submitted(async () => {
      const { attention } = await lab.untilAttention();
      await lab.until(calledAgainAfter(20 * HOUR, attention));
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      await lab.result();
    });
    const charges = (await scheduledActivities(lab.handle())).filter(
      ({ activityType }) => activityType?.name === 'chargeSubscriber',
    );
    expect(charges.length).toBeGreaterThan(5);
    expect(charges.length).toBeLessThan(15);
  });
});

describe('a reply that is lost a few times', () => {
  it('calls nobody: MobiFone is asked with growing pauses until it answers', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY);
    for (let asked = 0; asked < 5; asked += 1) gateway.script('inquiry', NO_REPLY);
    const lab = aLab(gateway);
    const purchase = await lab.sell();
    expect(purchase.outcome).toBe('succeeded');
    const charge = purchase.steps.find(({ step }) => step === 'charge');
    const took = Date.parse(charge?.endedAt ?? '') - Date.parse(charge?.startedAt ?? '');
    expect(took).toBeGreaterThanOrEqual(63_000); // 1 + 2 + 4 + … + 32 seconds
    expect((await searchAttributesTold(lab.handle())).flatMap(Object.keys)).not.toContain('NeedsAttention');
  });
});

describe('answers that break the contract again and again', () => {
  it('are told as such once, and MobiFone is asked on by Temporal’s own retries', async () => {
    const gateway = new ScriptedGateway().script('charge', BROKEN);
    gateway.script('inquiry', BROKEN, BROKEN, BROKEN, { kind: 'done' });
    const lab = aLab(gateway);
    const purchase = await lab.sell();
    const charge = purchase.steps.find(({ step }) => step === 'charge');
    const took = Date.parse(charge?.endedAt ?? '') - Date.parse(charge?.startedAt ?? '');
    expect(took).toBeGreaterThanOrEqual(4_000); // 1, then 1 + 2 seconds
    const told = await searchAttributesTold(lab.handle());
    expect(told.filter(({ AttentionReason }) => AttentionReason === 'broken_contract')).toHaveLength(1);
  });
});

describe('a rollback and a refund notice that are both stuck', () => {
  it('call for attention each for itself: the notice, once taken, leaves the rollback’s call standing', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', REFUSED)
      .script('rollback', ...Array.from({ length: 12 }, () => REFUSED)); // for three quarters of an hour
    const patience = 20 * MINUTE + OFF_THE_SECOND_MS;
    const lab = aLab(gateway, { ...POLICY, patience });
    const minutesBetweenDeliveries = [19, 22, 1]; // 22 minutes are longer than patience
    lab.deliver = async () => {
      const minutes = minutesBetweenDeliveries.shift();
      return minutes
        ? { kind: 'retry', detail: '503', retryAfterMs: minutes * MINUTE }
        : { kind: 'delivered' };
    };
    await lab.submitted(async () => {
      const first = (await lab.untilAttention()).attention;
      expect(first).toMatchObject({ step: 'rollback', reason: 'rollback_refused' });
      await lab.until(({ attention }) => attention?.reason === 'channel_unreachable');
      const { attention } = await lab.until((purchase) => stepsOf(purchase).includes('refund_notice done'));
      expect(attention).toMatchObject({ step: 'rollback', since: first?.since });
      expect((await lab.result()).attention).toBeNull();
    });
    expect(await searchAttributesTold(lab.handle())).toContainEqual(
      expect.objectContaining({
        NeedsAttention: true,
        AttentionReason: 'channel_unreachable',
      }),
    );
  });

  it('the rollback, once done, leaves the notice’s call standing', async () => {
    const gateway = new ScriptedGateway().script('charge', REFUSED).script('rollback', REFUSED);
    const lab = aLab(gateway, SLOW_POLICY);
    const hoursBetweenDeliveries = [0.5, 11, 5];
    lab.deliver = async () => {
      const hours = hoursBetweenDeliveries.shift();
      return hours ? { kind: 'retry', detail: '503', retryAfterMs: hours * HOUR } : { kind: 'delivered' };
    };
    await lab.submitted(async () => {
      await lab.until(({ attention }) => attention?.step === 'refund_notice');
      const { attention } = await lab.until(({ outcome }) => outcome === 'rolled_back');
      expect(attention).toMatchObject({ step: 'refund_notice' });
      expect((await lab.result()).attention).toBeNull();
    });
  });
});
