import { WorkflowUpdateStage } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Operations } from '../../operators/operations';
import type { Purchase, PurchasePolicy } from '../../domain/purchase/purchase';
import { UNTIL_EVENT_UPDATE, UNTIL_OUTCOME_UPDATE, type EventsTold } from '../../domain/purchase/protocol';
import { anOrder, OFF_THE_SECOND_MS, POLICY } from '../support/orders';
import { PurchaseLab, stepsOf, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
/** Rounds of a minute at first, a run of them within hours. */
const SHORT_RUNS: PurchasePolicy = { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS, roundsOfARun: 5 };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await timeSkippingServer()));
afterAll(() => server.teardown());

describe('a purchase that continues as a new run', () => {
  it('answers who waits when the run before ends, and goes on all the same', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY);
    const lab = new PurchaseLab(server, gateway, SHORT_RUNS);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      const { events } = await lab.untilAttention(order);
      const accepted = { waitForStage: WorkflowUpdateStage.ACCEPTED } as const;
      const outcome = await lab.handle(order).startUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, accepted);
      const event = await lab
        .handle(order)
        .startUpdate<EventsTold, [number]>(UNTIL_EVENT_UPDATE, { ...accepted, args: [events.length] });
      await server.sleep('3 hours');
      expect(await outcome.result()).toMatchObject({ outcome: null });
      expect(await event.result()).toEqual({ events: [], over: false });
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
  });

  it('gives each rollback an id of its own over the runs, and watches for what was in doubt before them', async () => {
    const refusal = { kind: 'refused', refusal: 'registration_refused' } as const;
    const gateway = new ScriptedGateway()
      .script('register', NO_REPLY)
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', ...Array.from({ length: 40 }, () => refusal));
    const lab = new PurchaseLab(server, gateway, SHORT_RUNS);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      const { runId: first } = await lab.handle(order).describe();
      const purchase = await lab.handle(order).result();
      expect((await lab.handle(order).describe()).runId).not.toBe(first);
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
    const lab = new PurchaseLab(server, gateway, SHORT_RUNS);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      await server.sleep('3 hours');
      gateway.answerInquiries({ kind: 'done' }, 'rollback');
      expect((await lab.handle(order).result()).outcome).toBe('rolled_back');
    });
    expect(gateway.calls.filter((call) => call === 'rollback')).toHaveLength(1);
  });

  it('still knows who cancelled it: to cancel once more gets the same answer', async () => {
    const gateway = new ScriptedGateway().script('rollback', NO_REPLY).answerInquiries(NO_REPLY, 'rollback');
    const lab = new PurchaseLab(server, gateway, SHORT_RUNS);
    const held = gateway.hold('register');
    const order = anOrder();
    const cancel = () => lab.purchases.cancel(order.channel, order.externalId, 'the customer asks');
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      const { runId: first } = await lab.handle(order).describe();
      expect(await cancel()).toMatchObject({ kind: 'cancelling' });
      held.release({ kind: 'done' });
      await lab.untilAttention(order);
      await server.sleep('3 hours');
      expect((await lab.handle(order).describe()).runId).not.toBe(first);
      expect(await cancel()).toMatchObject({ kind: 'cancelling' });
      gateway.answerInquiries({ kind: 'done' }, 'rollback');
      expect((await lab.handle(order).result()).outcome).toBe('cancelled');
      expect(lab.notices).toHaveLength(1);
    });
  });

  it('still knows that its charge may have been sent: it is too late to cancel', async () => {
    const gateway = new ScriptedGateway().script('charge', () => Promise.reject(new TypeError('a crash')));
    gateway.answerInquiries(NO_REPLY, 'registration').answerInquiries({ kind: 'done' }, 'charge');
    const lab = new PurchaseLab(server, gateway, { ...SHORT_RUNS, firstTryLimit: 20_000 });
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      const { runId: first } = await lab.handle(order).describe();
      await lab.untilAttention(order);
      await server.sleep('3 hours');
      expect((await lab.handle(order).describe()).runId).not.toBe(first);
      const cancellation = await lab.purchases.cancel(order.channel, order.externalId, 'waited too long');
      expect(cancellation).toMatchObject({ kind: 'too_late', purchase: { state: 'registering' } });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
    expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
  });

  it('still asks MobiFone to confirm what a person decided while it was silent', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY, 'charge');
    const lab = new PurchaseLab(server, gateway, SHORT_RUNS);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      await new Operations(server.client).decide(order.channel, order.externalId, {
        decision: 'charge_was_done',
        by: 'lan@agent.vn',
        why: 'ticket 4711',
      });
      const { runId: first } = await lab.handle(order).describe();
      await server.sleep('6 hours');
      expect((await lab.handle(order).describe()).runId).not.toBe(first);
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      const purchase = await lab.handle(order).result();
      expect(purchase.outcome).toBe('succeeded');
      expect(stepsOf(purchase)).toContain('decision_check done');
    });
    expect(gateway.calls.filter((call) => call === 'sms')).toHaveLength(2);
  });
});
