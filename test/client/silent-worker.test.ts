import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Operations } from '../../operators/operations';
import type { Purchase } from '../../domain/purchase/purchase';
import { PURCHASE_QUERY } from '../../domain/purchase/protocol';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, ATTEMPT_POLICY } from '../support/orders';
import { PurchaseLab, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const BROKEN = { kind: 'broken_contract', detail: 'not JSON' } as const;

/** Brings a purchase to a point at which it waits; the worker is gone afterwards. @returns what it told at last */
function leave(
  lab: SweepLab,
  what: string,
  holds: (purchase: Purchase) => boolean,
  then?: () => Promise<void>,
): Promise<Purchase> {
  return lab.run(async () => {
    await lab.sellUntil(what, holds);
    await then?.();
    return lab.handle().query<Purchase, []>(PURCHASE_QUERY);
  });
}

/** What a channel is shown of a purchase, but for times. */
const shown = (purchase: Purchase | undefined) =>
  purchase && {
    state: purchase.state,
    outcome: purchase.outcome,
    reason: purchase.reason,
    steps: stepsOf(purchase),
  };

describe('a purchase that is asked for while no worker answers', () => {
  it('is told with the reason and the steps that belong to its state', async () => {
    const lab = new SweepLab(server);
    lab.gateway.script('charge', { kind: 'refused', refusal: 'insufficient_balance' });
    lab.deliver = async () => ({ kind: 'retry', status: 503, detail: 'the webhook answered 503' });
    const told = await leave(lab, 'the rollback', ({ outcome }) => outcome !== null);
    const silent = await lab.find();
    expect(shown(silent)).toMatchObject({ outcome: 'rolled_back', reason: 'insufficient_balance' });
    expect(shown(silent)).toEqual(shown(told));
    expect(silent?.attention).toBeNull();
  });

  it('needs attention as it did, and says that the last failure is not known', async () => {
    const lab = new SweepLab(server);
    lab.gateway.script('charge', BROKEN);
    const told = await leave(lab, 'a call for attention', ({ attention }) => attention !== null);
    const silent = await lab.find();
    expect(silent?.attention).toEqual({
      ...told.attention,
      since: expect.any(String) as string,
      detail: 'No worker responds, so the last failure is unknown.',
    });
    expect(shown(silent)).toEqual(shown(told));
  });

  it('shows as done what a person settled and MobiFone never answered', async () => {
    const lab = new SweepLab(server);
    lab.gateway.script('charge', BROKEN).script('sms', NO_REPLY, NO_REPLY, NO_REPLY, NO_REPLY);
    lab.gateway.answerInquiries(NO_REPLY);
    const decide = async () => {
      const { channel, externalId } = lab.order;
      const who = { by: 'lan', why: 'ticket 4711' };
      await new Operations(server.client).decide(channel, externalId, {
        decision: 'charge_was_done',
        ...who,
      });
      await lab.untilRecorded('success', ({ outcome }) => outcome !== null);
    };
    await leave(lab, 'a call for attention', ({ attention }) => attention !== null, decide);
    const silent = await lab.find();
    expect(shown(silent)).toMatchObject({ state: 'succeeded', outcome: 'succeeded', reason: null });
    expect(silent?.steps.find(({ step }) => step === 'charge')).toMatchObject({
      status: 'done',
      settledBy: 'operator',
    });
  });
});

describe('a sale whose first attempt no worker begins', () => {
  it('calls a person, and goes on when a worker comes, as if the attempt might have been made', async () => {
    const gateway = new ScriptedGateway().script('charge', { kind: 'refused', refusal: 'charging_barred' });
    const policy = {
      ...ATTEMPT_POLICY,
      gateway: { kept: [], finalAfterMs: 1_000 },
      lateEffectWatch: 1_000,
      patience: 1_000,
      retryMaximumInterval: 1_000,
    };
    const order = anOrder();
    const elsewhere = new PurchaseLab(server, gateway, {
      ...policy,
      gatewayTaskQueue: 'purchase-lab-nobody',
    });
    const lab = new PurchaseLab(server, gateway, policy); // serves only the workflow's own queue
    await lab.run(async () => {
      await elsewhere.purchases.submit(order, 0);
      const find = () => lab.purchases.find(order.channel, order.externalId, 0);
      const attention = await eventually(
        'a call for a person',
        async () => (await find())?.attention ?? undefined,
      );
      expect(attention).toMatchObject({ step: 'check', reason: 'no_answer' });
      expect(gateway.calls).toEqual([]);
    });
    const purchase = await elsewhere.run(() => lab.handle(order).result());
    expect(purchase.outcome).toBe('rolled_back');
    expect(gateway.calls).toContain('inquiry:registration');
    expect(gateway.calls).toContain('inquiry:charge');
  });
});

describe('a purchase that was terminated while its charge was tried', () => {
  it('keeps its steps and needs attention, whether or not a worker answers', async () => {
    const lab = new SweepLab(server);
    lab.gateway.script('charge', NO_REPLY);
    await leave(lab, 'the charge', ({ state }) => state === 'charging');
    await lab.handle().terminate('by mistake');
    const silent = await lab.find();
    const told = await lab.run(() => lab.find());
    for (const purchase of [silent, told]) {
      expect(shown(purchase)).toEqual({
        state: 'charging',
        outcome: null,
        reason: null,
        steps: ['check done', 'register done', 'charge running'],
      });
      expect(purchase?.attention).toEqual({
        reason: 'workflow_closed',
        step: 'charge',
        since: told?.updatedAt,
        detail: 'The workflow is terminated.',
      });
    }
  });
});
