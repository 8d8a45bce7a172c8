import { POLICY, SLOW_POLICY } from '../support/orders';
import { purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const REFUSED = { kind: 'refused', refusal: 'insufficient_balance' } as const;

const aLab = purchaseLabs();

describe('a rollback of something in doubt', () => {
  it('is followed by a question only after the watch, since what is late needs time to land', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY, REFUSED);
    const purchase = await aLab(gateway).sell();
    const watch = purchase.steps.find(({ step }) => step === 'late_effect_check');
    const took = Date.parse(watch?.endedAt ?? '') - Date.parse(watch?.startedAt ?? '');
    expect(took).toBeGreaterThanOrEqual(POLICY.lateEffectWatch);
    expect(gateway.calls.slice(-2)).toEqual(['inquiry:registration', 'inquiry:charge']);
  });

  it('is watched as well when it was the registration that took two tries, and the charge was plainly refused', async () => {
    const gateway = new ScriptedGateway().script('register', NO_REPLY).script('charge', REFUSED);
    const purchase = await aLab(gateway).sell();
    expect(stepsOf(purchase)).toEqual(
      expect.arrayContaining(['register done', 'charge refused', 'rollback done', 'late_effect_check done']),
    );
  });

  it.each([
    { call: 'register', transaction: 'registration' },
    { call: 'charge', transaction: 'charge' },
  ] as const)(
    'given up by an operator: a $call that lands late is rolled back all the same',
    async ({ call, transaction }) => {
      const gateway = new ScriptedGateway().script(call, NO_REPLY).answerInquiries(NO_REPLY, transaction);
      const lab = aLab(gateway);
      await lab.submitted(async () => {
        await lab.untilAttention();
        expect(await lab.operatorDecides('give_up')).toEqual({ kind: 'applied' });
        gateway.answerInquiries({ kind: 'done' }, transaction);
        expect((await lab.result()).outcome).toBe('given_up');
      });
      const rollbacks = gateway.received.filter((received) => received.call === 'rollback');
      expect(rollbacks.map((received) => received.transaction)).toEqual(['rollback', 'rollback-2']);
    },
  );

  it('needs attention when what landed late cannot be undone again, and tells so', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', NO_REPLY, REFUSED)
      .script('rollback', { kind: 'done' }, { kind: 'refused', refusal: 'registration_refused' });
    const lab = aLab(gateway, SLOW_POLICY);
    await lab.submitted(async () => {
      await lab.until((purchase) => stepsOf(purchase).includes('late_effect_check running'));
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      const { outcome } = await lab.until(({ attention }) => attention?.reason === 'late_effect');
      expect(outcome).toBe('rolled_back');
      expect(await lab.result()).toMatchObject({ attention: null });
    });
  });

  it('needs attention when MobiFone refuses to undo a charge that landed late, since the registration is gone already', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', NO_REPLY, REFUSED)
      .script('rollback', { kind: 'done' }, { kind: 'refused', refusal: 'registration_refused' });
    const lab = aLab(gateway, SLOW_POLICY);
    await lab.submitted(async () => {
      await lab.until((purchase) => stepsOf(purchase).includes('late_effect_check running'));
      gateway
        .answerInquiries({ kind: 'rolled_back' }, 'registration')
        .answerInquiries({ kind: 'done' }, 'charge');
      const { outcome } = await lab.until(({ attention }) => attention?.reason === 'late_effect');
      expect(outcome).toBe('rolled_back');
      expect(await lab.result()).toMatchObject({ attention: null });
    });
    expect(gateway.received.filter(({ call }) => call === 'rollback')).toHaveLength(3);
  });
});
