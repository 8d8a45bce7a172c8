import { WorkflowUpdateStage } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Operations } from '../../operators/operations';
import type { Purchase } from '../../domain/purchase/purchase';
import { CANCEL_UPDATE, UNTIL_OUTCOME_UPDATE, type CancelRequest } from '../../domain/purchase/protocol';
import type { GatewayCall } from '../../mobifone/contract';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { anOrder, SLOW_POLICY } from '../support/orders';
import { PurchaseLab, stepsOf, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await timeSkippingServer()));
afterAll(() => server.teardown());

/** Cancels by the channel while a call is under way, then lets the call answer *done*. */
async function cancelDuring(call: Exclude<GatewayCall, 'inquiry'>, gateway = new ScriptedGateway()) {
  const lab = new PurchaseLab(server, gateway);
  const held = gateway.hold(call);
  const order = anOrder();
  return lab.run(async () => {
    await lab.purchases.submit(order, 0);
    await held.arrived;
    const cancelling = lab.purchases.cancel(
      order.channel,
      order.externalId,
      'the customer changed their mind',
    );
    if (call === 'check' || call === 'sms') held.release({ kind: 'done' }); // an update is heard between workflow tasks
    const cancellation = await cancelling;
    held.release({ kind: 'done' });
    const purchase = await lab.handle(order).result();
    await recordHistory(`cancelled-during-${call}`, lab.handle(order));
    return { cancellation, purchase, calls: gateway.calls, notices: lab.notices };
  });
}

describe('a channel that cancels', () => {
  it('during the registration: it is rolled back whatever it came to, refunded, and never charged', async () => {
    const { cancellation, purchase, calls, notices } = await cancelDuring('register');
    expect(cancellation.kind).toBe('cancelling');
    expect(purchase).toMatchObject({ outcome: 'cancelled', reason: 'cancelled_by_channel' });
    expect(calls).not.toContain('charge');
    expect(calls).toContain('rollback');
    expect(notices).toHaveLength(1);
  });

  it('after the charge was sent: is refused with the state, and the sale goes on', async () => {
    const { cancellation, purchase, notices } = await cancelDuring('charge');
    expect(cancellation).toMatchObject({ kind: 'too_late', purchase: { state: 'charging' } });
    expect(purchase.outcome).toBe('succeeded');
    expect(notices).toEqual([]);
  });

  it('during the rollback: is refused, and the rollback goes on', async () => {
    const gateway = new ScriptedGateway().script('charge', {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    const { cancellation, purchase } = await cancelDuring('rollback', gateway);
    expect(cancellation.kind).toBe('too_late');
    expect(purchase.outcome).toBe('rolled_back');
  });

  it('while MobiFone is out and the check is being retried: ends at once, with nothing registered', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway, SLOW_POLICY);
    for (let failure = 0; failure < 50; failure += 1)
      gateway.script('check', { kind: 'unknown', detail: 'no reply' });
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await eventually('the pause before the second try', async () => {
        const { raw } = await lab.handle(order).describe();
        return raw.pendingActivities?.[0]?.attempt === 2 ? true : undefined;
      });
      const cancellation = await lab.purchases.cancel(order.channel, order.externalId, 'waited too long');
      expect(cancellation.kind).toBe('cancelling');
      const purchase = await lab.handle(order).result();
      expect(purchase).toMatchObject({ outcome: 'cancelled', reason: 'cancelled_by_channel' });
      expect(stepsOf(purchase)).toEqual(['check abandoned', 'refund_notice done']);
      expect(gateway.calls).not.toContain('register');
      await recordHistory('cancelled-in-an-outage', lab.handle(order));
    });
  });

  it('twice: gets the same answer, and the customer is refunded once', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const held = gateway.hold('register');
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      const answers = await Promise.all(
        ['first', 'second'].map((why) => lab.purchases.cancel(order.channel, order.externalId, why)),
      );
      expect(answers.map(({ kind }) => kind)).toEqual(['cancelling', 'cancelling']);
      held.release({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('cancelled');
      expect(lab.notices).toHaveLength(1);
    });
  });

  it('before an operator does: both get the same answer, and the channel’s reason stays', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const registration = gateway.hold('register');
    const rollback = gateway.hold('rollback');
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await registration.arrived;
      await lab.purchases.cancel(order.channel, order.externalId, 'the customer changed their mind');
      await rollback.arrived;
      registration.release({ kind: 'done' });
      const again = new Operations(server.client).cancel(order.channel, order.externalId, {
        by: 'lan',
        why: 'asked by mail',
      });
      expect(await again).toEqual({ kind: 'applied' });
      rollback.release({ kind: 'done' });
      expect((await lab.handle(order).result()).reason).toBe('cancelled_by_channel');
    });
  });

  it('a prepaid purchase before any worker took it up: nothing is sent at all', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder({ paymentForm: 'prepaid' });
    await lab.purchases.submit(order, 0);
    const request: CancelRequest = {
      refusal: 'cancelled_by_channel',
      by: order.channel,
      why: 'a double click',
    };
    // The channel's own, but it waits for a worker however long that takes to start.
    const waiting = lab
      .handle(order)
      .executeUpdate(CANCEL_UPDATE, { args: [request], updateId: CANCEL_UPDATE });
    await lab.run(async () => {
      await waiting;
      const answer = await lab.purchases.cancel(order.channel, order.externalId, request.why);
      expect(answer.kind).toBe('cancelling');
      expect((await lab.handle(order).result()).outcome).toBe('cancelled');
    });
    expect(gateway.calls).toEqual([]);
    expect(lab.notices).toHaveLength(1);
  });

  it('a prepaid purchase whose registration was sent: is refused, since that took the money', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const held = gateway.hold('register');
    const order = anOrder({ paymentForm: 'prepaid' });
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      const cancellation = await lab.purchases.cancel(order.channel, order.externalId, 'too late');
      expect(cancellation).toMatchObject({ kind: 'too_late', purchase: { state: 'registering' } });
      held.release({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
  });

  it('an order that never was: is told so', async () => {
    const lab = new PurchaseLab(server, new ScriptedGateway());
    const order = anOrder();
    expect(await lab.purchases.cancel(order.channel, order.externalId, 'never was')).toEqual({
      kind: 'not_found',
    });
  });
});

describe('a workflow that an operator cancels in the Web UI', () => {
  it.each([
    { form: 'postpaid', call: 'register', outcome: 'cancelled', rolledBack: true },
    { form: 'postpaid', call: 'charge', outcome: 'succeeded', rolledBack: false },
    { form: 'prepaid', call: 'register', outcome: 'succeeded', rolledBack: false },
  ] as const)(
    'during $call, $form: ends as $outcome, never torn in the middle',
    async ({ form, call, outcome, rolledBack }) => {
      const gateway = new ScriptedGateway();
      const lab = new PurchaseLab(server, gateway);
      const held = gateway.hold(call);
      const order = anOrder({ paymentForm: form });
      await lab.run(async () => {
        await lab.purchases.submit(order, 0);
        await held.arrived;
        await lab.handle(order).cancel();
        await lab.handle(order).query('next'); // answered after the cancellation was taken in
        held.release({ kind: 'done' });
        const purchase = await lab.handle(order).result();
        expect(purchase.outcome).toBe(outcome);
        expect(gateway.calls.includes('rollback')).toBe(rolledBack);
        expect(lab.notices).toHaveLength(rolledBack ? 1 : 0);
        if (form === 'postpaid') await recordHistory(`web-ui-cancel-during-${call}`, lab.handle(order));
      });
    },
  );
});

describe('a purchase whose workflow Temporal was asked to cancel too late', () => {
  it('still answers those who wait for its outcome', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const held = gateway.hold('charge');
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      await lab.handle(order).cancel();
      const waiting = await lab.handle(order).startUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, {
        waitForStage: WorkflowUpdateStage.ACCEPTED,
      });
      held.release({ kind: 'done' });
      expect((await waiting.result()).outcome).toBe('succeeded');
    });
  });
});

describe('an operator who cancels', () => {
  it('without saying why: is refused, and the sale goes on', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const held = gateway.hold('register');
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      const cancelling = new Operations(server.client).cancel(order.channel, order.externalId, {
        by: 'lan',
        why: ' ',
      });
      expect(await cancelling).toEqual({ kind: 'refused', because: '"why" must be given' });
      held.release({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
  });
});
