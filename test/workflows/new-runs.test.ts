import { WorkflowUpdateStage } from '@temporalio/client';
import type { Purchase, PurchasePolicy } from '../../domain/purchase/purchase';
import { UNTIL_EVENT_UPDATE, UNTIL_OUTCOME_UPDATE, type EventsTold } from '../../domain/purchase/protocol';
import { OFF_THE_SECOND_MS, POLICY } from '../support/orders';
import { purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
/** Rounds of a minute at first, a run of them within hours. */
const SHORT_RUNS: PurchasePolicy = { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS, roundsOfARun: 5 };

const aLab = purchaseLabs();

describe('a purchase that continues as a new run', () => {
  it('answers who waits when the run before ends, and goes on all the same', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY);
    const lab = aLab(gateway, SHORT_RUNS);
    await lab.submitted(async () => {
      const { events } = await lab.untilAttention();
      const accepted = { waitForStage: WorkflowUpdateStage.ACCEPTED } as const;
      const outcome = await lab.handle().startUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, accepted);
      const event = await lab
        .handle()
        .startUpdate<EventsTold, [number]>(UNTIL_EVENT_UPDATE, { ...accepted, args: [events.length] });
      await lab.environment.sleep('3 hours');
      expect(await outcome.result()).toMatchObject({ outcome: null });
      expect(await event.result()).toEqual({ events: [], over: false });
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });

  it('gives each rollback an id of its own over the runs, and watches for what was in doubt before them', async () => {
    const refusal = { kind: 'refused', refusal: 'registration_refused' } as const;
    const gateway = new ScriptedGateway()
      .script('register', NO_REPLY)
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', ...Array.from({ length: 40 }, () => refusal));
    const lab = aLab(gateway, SHORT_RUNS);
    await lab.submitted(async () => {
      const { runId: first } = await lab.handle().describe();
      const purchase = await lab.result();
      expect((await lab.handle().describe()).runId).not.toBe(first);
      expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
      expect(stepsOf(purchase)).toContain('late_effect_check done');
    });
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks).toHaveLength(41);
    expect(new Set(rollbacks.map(({ transaction }) => transaction)).size).toBe(41);
    expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
    expect(lab.notices).toHaveLength(1);
  });

  it('goes on under the id of a rollback that the run before had sent', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', NO_REPLY)
      .answerInquiries(NO_REPLY, 'rollback');
    const lab = aLab(gateway, SHORT_RUNS);
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.environment.sleep('3 hours');
      gateway.answerInquiries({ kind: 'done' }, 'rollback');
      expect((await lab.result()).outcome).toBe('rolled_back');
    });
    expect(gateway.calls.filter((call) => call === 'rollback')).toHaveLength(1);
  });

  it('still knows who cancelled it: to cancel once more gets the same answer', async () => {
    const gateway = new ScriptedGateway().script('rollback', NO_REPLY).answerInquiries(NO_REPLY, 'rollback');
    const lab = aLab(gateway, SHORT_RUNS);
    const held = gateway.hold('register');
    const cancel = () => lab.cancel('the customer asks');
    await lab.submitted(async () => {
      await held.arrived;
      const { runId: first } = await lab.handle().describe();
      expect(await cancel()).toMatchObject({ kind: 'cancelling' });
      held.release({ kind: 'done' });
      await lab.untilAttention();
      await lab.environment.sleep('3 hours');
      expect((await lab.handle().describe()).runId).not.toBe(first);
      expect(await cancel()).toMatchObject({ kind: 'cancelling' });
      gateway.answerInquiries({ kind: 'done' }, 'rollback');
      expect((await lab.result()).outcome).toBe('cancelled');
      expect(lab.notices).toHaveLength(1);
    });
  });

  it('still knows that its charge may have been sent: it is too late to cancel', async () => {
    const gateway = new ScriptedGateway().script('charge', () => Promise.reject(new TypeError('a crash')));
    gateway.answerInquiries(NO_REPLY, 'registration').answerInquiries({ kind: 'done' }, 'charge');
    const lab = aLab(gateway, { ...SHORT_RUNS, saleAttemptLimit: 20_000 });
    await lab.submitted(async () => {
      const { runId: first } = await lab.handle().describe();
      await lab.untilAttention();
      await lab.environment.sleep('3 hours');
      expect((await lab.handle().describe()).runId).not.toBe(first);
      const cancellation = await lab.cancel('waited too long');
      expect(cancellation).toMatchObject({ kind: 'too_late', purchase: { state: 'registering' } });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
  });

  it('still asks MobiFone to confirm what a person decided while it was silent', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY, 'charge');
    const lab = aLab(gateway, SHORT_RUNS);
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.operatorDecides('charge_was_done');
      const { runId: first } = await lab.handle().describe();
      await lab.environment.sleep('6 hours');
      expect((await lab.handle().describe()).runId).not.toBe(first);
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      const purchase = await lab.result();
      expect(purchase.outcome).toBe('succeeded');
      expect(stepsOf(purchase)).toContain('decision_check done');
    });
    expect(gateway.calls.filter((call) => call === 'sms')).toHaveLength(2);
  });
});
