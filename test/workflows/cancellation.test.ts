import { WorkflowUpdateStage } from '@temporalio/client';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { Operations } from '../../operators/operations';
import type { Purchase } from '../../domain/purchase/purchase';
import {
  CANCEL_UPDATE,
  UNTIL_EVENT_UPDATE,
  UNTIL_OUTCOME_UPDATE,
  type CancelRequest,
} from '../../domain/purchase/protocol';
import type { GatewayCall } from '../../mobifone/contract';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { anOrder, POLICY, SLOW_POLICY } from '../support/orders';
import { type PurchaseLab, purchaseLabs, stepsOf, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const aLab = purchaseLabs();

function operatorCancels({ environment, order }: PurchaseLab, why: string) {
  return new Operations(environment.client).cancel(order.channel, order.externalId, { by: 'lan', why });
}

/** Cancels by the channel while a call is under way, then lets the call answer *done*. */
async function cancelDuring(call: Exclude<GatewayCall, 'inquiry'>, gateway = new ScriptedGateway()) {
  const lab = aLab(gateway);
  const held = gateway.hold(call);
  return lab.submitted(async () => {
    await held.arrived;
    const cancelling = lab.cancel();
    if (call === 'check' || call === 'sms') held.release({ kind: 'done' }); // an update is heard between workflow tasks
    const cancellation = await cancelling;
    held.release({ kind: 'done' });
    const purchase = await lab.result();
    await recordHistory(`cancelled-during-${call}`, lab.handle());
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
    const lab = aLab(gateway, SLOW_POLICY);
    for (let failure = 0; failure < 50; failure += 1)
      gateway.script('check', { kind: 'unknown', detail: 'no reply' });
    await lab.submitted(async () => {
      await eventually('the pause before the second try', async () => {
        const { raw } = await lab.handle().describe();
        return raw.pendingActivities?.[0]?.attempt === 2 ? true : undefined;
      });
      const cancellation = await lab.cancel('waited too long');
      expect(cancellation.kind).toBe('cancelling');
      const purchase = await lab.result();
      expect(purchase).toMatchObject({ outcome: 'cancelled', reason: 'cancelled_by_channel' });
      expect(stepsOf(purchase)).toEqual(['check abandoned', 'refund_notice done']);
      expect(gateway.calls).not.toContain('register');
      await recordHistory('cancelled-in-an-outage', lab.handle());
    });
  });

  it('twice: gets the same answer, and the customer is refunded once', async () => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      const answers = await Promise.all(['first', 'second'].map((why) => lab.cancel(why)));
      expect(answers.map(({ kind }) => kind)).toEqual(['cancelling', 'cancelling']);
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('cancelled');
      expect(lab.notices).toHaveLength(1);
    });
  });

  it('under an id that nobody could foresee: is not kept away by whoever takes that of every cancellation', async () => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      await lab.handle().startUpdate(UNTIL_OUTCOME_UPDATE, {
        updateId: CANCEL_UPDATE,
        waitForStage: WorkflowUpdateStage.ACCEPTED,
      });
      const { channel, externalId } = lab.order;
      const settings = { taskQueue: TASK_QUEUE, policy: POLICY, cancelId: () => 'of-a-key' };
      const purchases = new TemporalPurchases(lab.client, settings);
      const answers = [1, 2].map(() => purchases.cancel(channel, externalId, 'a double click'));
      for (const answer of answers) expect(await answer).toMatchObject({ kind: 'cancelling' });
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('cancelled');
      const { events } = await lab.handle().fetchHistory();
      const accepted = events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      expect(accepted).toHaveLength(2); // his, and one for the channel and its repeat
    });
  });

  it.each([
    ['its outcome', UNTIL_OUTCOME_UPDATE, []],
    ['its next event', UNTIL_EVENT_UPDATE, [2]],
    ['an event that was long ago', UNTIL_EVENT_UPDATE, [0]],
  ] as const)('is not kept away by whoever waits many times for %s', async (_, update, args) => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      const waits = Array.from({ length: 12 }, (__, count) =>
        lab.handle().startUpdate(update, {
          args: args as never,
          updateId: `of-somebody-${count}`,
          waitForStage: WorkflowUpdateStage.ACCEPTED,
        }),
      );
      await Promise.allSettled(waits);
      expect(await lab.cancel()).toMatchObject({ kind: 'cancelling' });
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('cancelled');
      const { events } = await lab.handle().fetchHistory();
      const accepted = events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      expect(accepted).toHaveLength(4); // three of theirs, and the channel's
    });
  });

  it('before an operator does: both get the same answer, and the channel’s reason stays', async () => {
    const lab = aLab();
    const registration = lab.gateway.hold('register');
    const rollback = lab.gateway.hold('rollback');
    await lab.submitted(async () => {
      await registration.arrived;
      await lab.cancel();
      await rollback.arrived;
      registration.release({ kind: 'done' });
      const again = operatorCancels(lab, 'asked by mail');
      expect(await again).toEqual({ kind: 'applied' });
      rollback.release({ kind: 'done' });
      expect((await lab.result()).reason).toBe('cancelled_by_channel');
    });
  });

  it('a prepaid purchase before any worker took it up: nothing is sent at all', async () => {
    const gateway = new ScriptedGateway();
    const lab = aLab(gateway, POLICY, anOrder({ paymentForm: 'prepaid' }));
    await lab.submitUnattended();
    const request: CancelRequest = {
      refusal: 'cancelled_by_channel',
      by: lab.order.channel,
      why: 'a double click',
    };
    // The channel's own, but it waits for a worker however long that takes to start.
    const waiting = lab.handle().executeUpdate(CANCEL_UPDATE, { args: [request], updateId: CANCEL_UPDATE });
    await lab.run(async () => {
      await waiting;
      const answer = await lab.cancel(request.why);
      expect(answer.kind).toBe('cancelling');
      expect((await lab.result()).outcome).toBe('cancelled');
    });
    expect(gateway.calls).toEqual([]);
    expect(lab.notices).toHaveLength(1);
  });

  it('a prepaid purchase whose registration was sent: is refused, since that took the money', async () => {
    const gateway = new ScriptedGateway();
    const lab = aLab(gateway, POLICY, anOrder({ paymentForm: 'prepaid' }));
    const held = gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      const cancellation = await lab.cancel('too late');
      expect(cancellation).toMatchObject({ kind: 'too_late', purchase: { state: 'registering' } });
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });

  it('an order that never was: is told so', async () => {
    const lab = aLab();
    expect(await lab.cancel('never was')).toEqual({
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
      const lab = aLab(gateway, POLICY, anOrder({ paymentForm: form }));
      const held = gateway.hold(call);
      await lab.submitted(async () => {
        await held.arrived;
        await lab.handle().cancel();
        await lab.handle().query('next'); // answered after the cancellation was taken in
        held.release({ kind: 'done' });
        const purchase = await lab.result();
        expect(purchase.outcome).toBe(outcome);
        expect(gateway.calls.includes('rollback')).toBe(rolledBack);
        expect(lab.notices).toHaveLength(rolledBack ? 1 : 0);
        if (form === 'postpaid') await recordHistory(`web-ui-cancel-during-${call}`, lab.handle());
      });
    },
  );
});

describe('a purchase whose workflow Temporal was asked to cancel too late', () => {
  it('still answers those who wait for its outcome', async () => {
    const lab = aLab();
    const held = lab.gateway.hold('charge');
    await lab.submitted(async () => {
      await held.arrived;
      await lab.handle().cancel();
      const waiting = await lab.handle().startUpdate<Purchase, []>(UNTIL_OUTCOME_UPDATE, {
        waitForStage: WorkflowUpdateStage.ACCEPTED,
      });
      held.release({ kind: 'done' });
      expect((await waiting.result()).outcome).toBe('succeeded');
    });
  });
});

describe('an operator who cancels', () => {
  it('without saying why: is refused, and the sale goes on', async () => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      const cancelling = operatorCancels(lab, ' ');
      expect(await cancelling).toEqual({ kind: 'refused', because: '"why" must be given' });
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});
