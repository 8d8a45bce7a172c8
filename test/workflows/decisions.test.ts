import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Operations } from '../../operators/operations';
import type { Decision } from '../../domain/purchase/attention';
import { caseId, purchaseWorkflowId, transactionId } from '../../domain/identifiers';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { anOrder, OFF_THE_SECOND_MS, POLICY, SLOW_POLICY, TERMS } from '../support/orders';
import { PurchaseLab, stepsOf, TASK_QUEUE, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const BROKEN = { kind: 'broken_contract', detail: 'not JSON' } as const;

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await timeSkippingServer()));
afterAll(() => server.teardown());

/** Nothing is tried inside workflow tasks, so that an update is recorded as soon as it is accepted. */
const LIMITED_POLICY = { ...SLOW_POLICY, gatewayTaskQueue: `${TASK_QUEUE}-mobifone` };

/** Comes back when so many decisions wait in the purchase. */
function untilAccepted(lab: PurchaseLab, order: PurchaseOrder, count: number): Promise<true> {
  return eventually(`${count} decisions in the history`, async () => {
    const { events } = await lab.handle(order).fetchHistory();
    const accepted = (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
    return accepted.length === count || undefined;
  });
}

function decide(order: PurchaseOrder, decision: Decision, why = 'ticket 4711') {
  return new Operations(server.client).decide(order.channel, order.externalId, {
    decision,
    by: 'lan@agent.vn',
    why,
  });
}

/** A gateway whose inquiries give no answer, for ever. */
function silentGateway(call: 'check' | 'register' | 'charge' | 'rollback'): ScriptedGateway {
  const gateway = new ScriptedGateway();
  for (let times = 0; times < 500; times += 1) gateway.script(call, NO_REPLY).script('inquiry', NO_REPLY);
  return gateway;
}

/** To terminate a purchase with an attempt in flight would stop the time-skipping server's clock for all that follow. */
async function untilOver(lab: PurchaseLab, gateway: ScriptedGateway, order: PurchaseOrder): Promise<void> {
  gateway.answerInquiries({ kind: 'never_received' });
  await lab.handle(order).result();
}

/** By steps: to wait for its result would let ten years go by for the case that waits for a person. */
async function untilClosed(lab: PurchaseLab, { channel, externalId }: PurchaseOrder): Promise<void> {
  const handle = lab.client.workflow.getHandle(purchaseWorkflowId(channel, externalId));
  while ((await handle.describe()).status.name === 'RUNNING') await server.sleep('1 minute');
}

describe('a charge whose fate MobiFone does not tell', () => {
  it('needs attention after patience, with the reason and since when, and goes on asking', async () => {
    const gateway = silentGateway('charge');
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      const { attention, state } = await lab.untilAttention(order);
      expect(state).toBe('charging');
      expect(attention).toMatchObject({ reason: 'no_answer', step: 'charge' });
      expect(attention?.detail).toContain('no reply');
      const asked = gateway.calls.length;
      await lab.until(order, () => gateway.calls.length > asked + 10);
      expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
      await decide(order, 'charge_was_done');
      gateway.answerInquiries({ kind: 'done' });
      await lab.handle(order).result();
    });
  });

  it('succeeds when an operator settles that it was done, and is asked about until MobiFone confirms it', async () => {
    const gateway = silentGateway('charge');
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      expect(await decide(order, 'charge_was_done')).toEqual({
        kind: 'applied',
        unconfirmed: expect.stringContaining('rests on you alone'),
      });
      const sold = await lab.until(order, ({ outcome }) => outcome !== null);
      expect(sold).toMatchObject({ outcome: 'succeeded', attention: null });
      gateway.answerInquiries({ kind: 'done' });
      const purchase = await lab.handle(order).result();
      expect(purchase.steps.find(({ step }) => step === 'charge')?.settledBy).toBe('operator');
      expect(stepsOf(purchase)).toContain('decision_check done');
      expect(lab.notices).toEqual([]);
      await recordHistory('settled-charge-was-done-confirmed', lab.handle(order));
    });
  });

  it.each(['never_received', 'rolled_back'] as const)(
    'is a case for a person when an operator settled that it was done and MobiFone answers at last: %s',
    async (kind) => {
      const gateway = silentGateway('charge');
      const lab = new PurchaseLab(server, gateway);
      const order = anOrder();
      await lab.run(async () => {
        await lab.purchases.submit(order, 0);
        await lab.untilAttention(order);
        await decide(order, 'charge_was_done');
        gateway.answerInquiries({ kind });
        await untilClosed(lab, order);
        const reference = transactionId(order.purchaseId, 'registration');
        const { events } = await lab.handle(order).fetchHistory();
        const opened = events?.flatMap((event) =>
          event.startChildWorkflowExecutionInitiatedEventAttributes
            ? [event.startChildWorkflowExecutionInitiatedEventAttributes]
            : [],
        );
        expect(opened).toMatchObject([
          { workflowId: caseId(order.purchaseId, { kind: 'reversal', reference }) },
        ]);
        expect(String(opened?.[0]?.input?.payloads?.[0]?.data)).toContain(kind);
        await lab.client.workflow.getHandle(opened?.[0]?.workflowId ?? '').terminate();
        await recordHistory(`settled-charge-was-done-contradicted-${kind}`, lab.handle(order));
      });
    },
  );

  it('is asked about past no rate limit: where one is set nothing at all is called inside the workflow task', async () => {
    const limited = { ...POLICY, gatewayTaskQueue: `${TASK_QUEUE}-mobifone` };
    const gateway = silentGateway('charge');
    const lab = new PurchaseLab(server, gateway, limited);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      await decide(order, 'charge_was_done');
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
    const { events } = await lab.handle(order).fetchHistory();
    const called = events?.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
    expect(called).toContain('inquireOnce');
    expect(events?.filter((event) => event.markerRecordedEventAttributes)).toEqual([]);
  });

  it.each([
    { decision: 'charge_was_not_done', outcome: 'rolled_back' },
    { decision: 'give_up', outcome: 'given_up' },
  ] as const)(
    'is $outcome and refunded when an operator decides $decision',
    async ({ decision, outcome }) => {
      const gateway = silentGateway('charge');
      const lab = new PurchaseLab(server, gateway);
      const order = anOrder();
      await lab.run(async () => {
        await lab.purchases.submit(order, 0);
        await lab.untilAttention(order);
        expect(await decide(order, decision)).toEqual({ kind: 'applied' });
        expect(await lab.purchases.find(order.channel, order.externalId, 20_000)).toMatchObject({ outcome });
        await eventually('the refund notice', () => lab.notices[0]);
        expect(gateway.calls).toContain('rollback');
        expect(lab.notices).toHaveLength(1);
        await untilOver(lab, gateway, order);
      });
    },
  );

  it.each([
    { decision: 'charge_was_not_done', fact: 'done', because: 'the charge was made', outcome: 'succeeded' },
    { decision: 'give_up', fact: 'done', because: 'the charge was made', outcome: 'succeeded' },
    {
      decision: 'charge_was_done',
      fact: 'rolled_back',
      because: 'the charge is rolled_back',
      outcome: 'rolled_back',
    },
    {
      decision: 'charge_was_done',
      fact: 'never_received',
      because: 'the charge is never_received',
      outcome: 'succeeded',
    },
  ] as const)(
    'is what MobiFone says, $fact, when an operator decides $decision',
    async ({ decision, fact, because, outcome }) => {
      const gateway = new ScriptedGateway().script('charge', BROKEN);
      const lab = new PurchaseLab(server, gateway, SLOW_POLICY);
      const order = anOrder();
      await lab.run(async () => {
        await lab.purchases.submit(order, 0);
        await lab.untilAttention(order);
        gateway.answerInquiries({ kind: fact === 'done' ? 'never_received' : 'done' }, 'registration');
        gateway.answerInquiries({ kind: fact }, 'charge');
        expect(await decide(order, decision)).toEqual({
          kind: 'not_applied',
          because: `MobiFone answers that ${because}`,
        });
        gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
        expect((await lab.handle(order).result()).outcome).toBe(outcome);
        expect(lab.notices).toHaveLength(outcome === 'succeeded' ? 0 : 1);
      });
    },
  );

  it('is settled by an operator even when MobiFone does not answer the question before it', async () => {
    const gateway = new ScriptedGateway().script('charge', BROKEN);
    const lab = new PurchaseLab(server, gateway, SLOW_POLICY);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      gateway.hold('inquiry'); // for longer than a local try lasts
      expect(await decide(order, 'charge_was_done')).toMatchObject({ kind: 'applied' });
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
  });

  it('is settled once when several operators decide at the same time, and all are answered', async () => {
    const gateway = new ScriptedGateway().script('charge', BROKEN).answerInquiries(BROKEN, 'charge');
    const held = gateway.hold('inquiry');
    const lab = new PurchaseLab(server, gateway, LIMITED_POLICY);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      const decisions = [decide(order, 'charge_was_done', 'the first')];
      await held.arrived;
      decisions.push(...['the second', 'the third'].map((why) => decide(order, 'charge_was_done', why)));
      await untilAccepted(lab, order, 3);
      held.release({ kind: 'never_received' });
      const kinds = (await Promise.all(decisions)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'applied')).toHaveLength(1);
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
  });
});

describe('a charge that MobiFone goes on processing', () => {
  it('is confirmed by nobody when an operator settles that it was done', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries({ kind: 'processing' });
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      expect(await decide(order, 'charge_was_done')).toMatchObject({
        kind: 'applied',
        unconfirmed: expect.stringContaining('rests on you alone') as string,
      });
      gateway.answerInquiries({ kind: 'done' });
      expect(stepsOf(await lab.handle(order).result())).toContain('decision_check done');
    });
  });
});

describe('a rollback that an operator settles as done by hand while MobiFone is silent', () => {
  it('is ordered again, under another id, when MobiFone answers at last that the registration stands', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', NO_REPLY)
      .answerInquiries(NO_REPLY);
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      expect(await decide(order, 'rollback_done_by_hand')).toMatchObject({
        kind: 'applied',
        unconfirmed: expect.stringContaining('rests on you alone') as string,
      });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect((await lab.handle(order).result()).outcome).toBe('rolled_back');
    });
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks.map(({ transaction }) => transaction)).toEqual(['rollback', 'rollback-2']);
  });
});

describe('an operator who interrupts a charge that MobiFone had turned away until then', () => {
  it('has it asked about for as long as an inquiry may lag: now it may have been sent', async () => {
    const mobifone: { answers: 'turned away' | 'held' | 'made' } = { answers: 'turned away' };
    const gateway = new ScriptedGateway();
    const charge = () => {
      if (mobifone.answers === 'turned away')
        return Promise.resolve({ kind: 'retry_later', detail: 'HTTP 429' } as const);
      if (mobifone.answers === 'made') return Promise.resolve({ kind: 'done' } as const);
      mobifone.answers = 'made';
      return new Promise<never>(() => undefined);
    };
    gateway.script('charge', ...Array.from({ length: 200 }, () => charge));
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      mobifone.answers = 'held';
      while (mobifone.answers === 'held') await server.sleep('1 second');
      const interruptedAt = await server.currentTimeMs();
      expect(await decide(order, 'retry_now')).toEqual({ kind: 'applied' });
      const purchase = await lab.handle(order).result();
      expect(purchase.outcome).toBe('succeeded');
      const chargedAt = Date.parse(purchase.steps.find(({ step }) => step === 'charge')?.endedAt ?? '');
      expect(chargedAt - interruptedAt).toBeGreaterThanOrEqual(TERMS.finalAfterMs);
    });
  });
});

describe('a rollback that MobiFone refuses', () => {
  it('needs attention, and ends when it was done by hand', async () => {
    const gateway = new ScriptedGateway().script('charge', {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    for (let times = 0; times < 50; times += 1) {
      gateway.script('rollback', { kind: 'refused', refusal: 'registration_refused' });
    }
    const lab = new PurchaseLab(server, gateway, SLOW_POLICY); // the next try would find it undone as well
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      expect((await lab.untilAttention(order)).attention).toMatchObject({ reason: 'rollback_refused' });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect(await decide(order, 'rollback_done_by_hand')).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration still stands',
      });
      await eventually('the next rollback, refused as well', () =>
        gateway.calls.filter((call) => call === 'rollback').length === 2 &&
        gateway.calls.at(-1) === 'inquiry:registration'
          ? true
          : undefined,
      );
      gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await decide(order, 'rollback_done_by_hand')).toEqual({ kind: 'applied' });
      expect(await lab.handle(order).result()).toMatchObject({ outcome: 'rolled_back', attention: null });
      await recordHistory('rollback-done-by-hand', lab.handle(order));
    });
  });
});

describe('a rollback that MobiFone refuses, whose inquiry no longer knows the registration that it confirmed', () => {
  it('is not believed to be done: a person is called', async () => {
    const refused = { kind: 'refused', refusal: 'insufficient_balance' } as const;
    const gateway = new ScriptedGateway()
      .script('charge', refused)
      .script('rollback', ...Array.from({ length: 50 }, () => refused))
      .answerInquiries({ kind: 'never_received' }, 'registration');
    const lab = new PurchaseLab(server, gateway, SLOW_POLICY);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      expect((await lab.untilAttention(order)).attention).toMatchObject({ reason: 'rollback_refused' });
      gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await lab.handle(order).result()).toMatchObject({ outcome: 'rolled_back', attention: null });
    });
  });
});

describe('a check or registration that MobiFone does not answer', () => {
  it.each([
    { call: 'check', rolledBack: false },
    { call: 'register', rolledBack: true },
  ] as const)('is given up by an operator during $call, with a refund', async ({ call, rolledBack }) => {
    const gateway = silentGateway(call);
    const lab = new PurchaseLab(server, gateway);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      expect(await decide(order, 'give_up')).toEqual({ kind: 'applied' });
      const purchase = await lab.purchases.find(order.channel, order.externalId, 20_000);
      expect(purchase).toMatchObject({ outcome: 'given_up', reason: 'given_up_by_operator' });
      await eventually('the refund notice', () => lab.notices[0]);
      expect(gateway.calls.includes('rollback')).toBe(rolledBack);
      expect(lab.notices).toHaveLength(1);
      await untilOver(lab, gateway, order);
    });
  });
});

describe('an operator who asks for another try at once', () => {
  it.each([
    { waiting: 'the pause after a broken contract', verdict: BROKEN },
    { waiting: 'the next attempt after a lost reply', verdict: NO_REPLY },
  ])('need not wait for $waiting', async ({ verdict }) => {
    const gateway = new ScriptedGateway().script('register', verdict).answerInquiries(verdict);
    const between = 3_450_000; // so that no look, every five minutes, falls on a try
    const lab = new PurchaseLab(server, gateway, {
      ...SLOW_POLICY,
      retryInitialInterval: between,
      retryMaximumInterval: between,
      patience: 1.5 * between + OFF_THE_SECOND_MS,
    });
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await lab.untilAttention(order);
      gateway.answerInquiries({ kind: 'done' });
      const askedAt = await server.currentTimeMs();
      expect(await decide(order, 'retry_now')).toEqual({ kind: 'applied' });
      const purchase = await lab.handle(order).result();
      expect(purchase.outcome).toBe('succeeded');
      const settledAt = purchase.steps.find(({ step }) => step === 'register')?.endedAt;
      expect(Date.parse(settledAt ?? '') - askedAt).toBeLessThan(between / 2);
    });
  });

  it('twice: both are answered as applied', async () => {
    const gateway = new ScriptedGateway();
    const held = gateway.hold('check');
    const lab = new PurchaseLab(server, gateway, LIMITED_POLICY);
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      for (let tries = 0; tries < 3; tries += 1) gateway.script('check', NO_REPLY);
      const both = ['first', 'second'].map((why) => decide(order, 'retry_now', why));
      await untilAccepted(lab, order, 2);
      held.release(NO_REPLY);
      expect(await Promise.all(both)).toEqual([{ kind: 'applied' }, { kind: 'applied' }]);
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
    });
  });
});

describe('a decision that is not open', () => {
  it('is refused with what is open now, and with who and why when they are missing', async () => {
    const gateway = new ScriptedGateway();
    const lab = new PurchaseLab(server, gateway);
    const held = gateway.hold('charge');
    const order = anOrder();
    await lab.run(async () => {
      await lab.purchases.submit(order, 0);
      await held.arrived;
      const refused = await decide(order, 'rollback_done_by_hand');
      expect(refused).toMatchObject({ kind: 'refused' });
      expect(refused.kind === 'refused' && refused.because).toContain('open now: retry_now, charge_was_done');
      expect(await decide(order, 'charge_was_done', ' ')).toEqual({
        kind: 'refused',
        because: '"why" must be given',
      });
      held.release({ kind: 'done' });
      expect((await lab.handle(order).result()).outcome).toBe('succeeded');
      expect(await decide(order, 'give_up')).toEqual({ kind: 'not_found' }); // a closed workflow takes no updates
    });
  });
});
