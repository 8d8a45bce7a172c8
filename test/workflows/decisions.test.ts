import { caseId, transactionId } from '../../domain/identifiers';
import { DECIDE_UPDATE } from '../../domain/purchase/protocol';
import { eventually } from '../support/eventually';
import { failActivitiesOf } from '../support/failed-by-somebody';
import { recordHistory } from '../support/histories';
import { requestsOf } from '../support/history-reading';
import { OFF_THE_SECOND_MS, POLICY, SLOW_POLICY, TERMS } from '../support/orders';
import { type PurchaseLab, purchaseLabs, stepsOf, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const BROKEN = { kind: 'broken_contract', detail: 'not JSON' } as const;

const aLab = purchaseLabs();

/** Nothing is tried inside workflow tasks, so that an update is recorded as soon as it is accepted. */
const LIMITED_POLICY = { ...SLOW_POLICY, gatewayTaskQueue: `${TASK_QUEUE}-mobifone` };

/** A gateway whose inquiries give no answer, for ever. */
function silentGateway(call: 'check' | 'register' | 'charge' | 'rollback'): ScriptedGateway {
  const gateway = new ScriptedGateway();
  for (let times = 0; times < 500; times += 1) gateway.script(call, NO_REPLY).script('inquiry', NO_REPLY);
  return gateway;
}

/** To terminate a purchase with an attempt in flight would stop the time-skipping server's clock for all that follow. */
async function untilOver(lab: PurchaseLab): Promise<void> {
  lab.gateway.answerInquiries({ kind: 'never_received' });
  await lab.result();
}

/** By steps: to wait for its result would let ten years go by for the case that waits for a person. */
async function untilClosed(lab: PurchaseLab): Promise<void> {
  const handle = lab.client.workflow.getHandle(lab.handle().workflowId);
  while ((await handle.describe()).status.name === 'RUNNING') await lab.environment.sleep('1 minute');
}

describe('a charge whose fate MobiFone does not tell', () => {
  it('needs attention after patience, with the reason and since when, and goes on asking', async () => {
    const gateway = silentGateway('charge');
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      const { attention, state } = await lab.untilAttention();
      expect(state).toBe('charging');
      expect(attention).toMatchObject({ reason: 'no_answer', step: 'charge' });
      expect(attention?.detail).toContain('no reply');
      const asked = gateway.calls.length;
      await lab.until(() => gateway.calls.length > asked + 10);
      expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
      await lab.operatorDecides('charge_was_done');
      gateway.answerInquiries({ kind: 'done' });
      await lab.result();
    });
  });

  it('succeeds when an operator settles that it was done, and is asked about until MobiFone confirms it', async () => {
    const gateway = silentGateway('charge');
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      await lab.untilAttention();
      expect(await lab.operatorDecides('charge_was_done')).toEqual({
        kind: 'applied',
        unconfirmed: expect.stringContaining('rests on you alone'),
      });
      const sold = await lab.until(({ outcome }) => outcome !== null);
      expect(sold).toMatchObject({ outcome: 'succeeded', attention: null });
      gateway.answerInquiries({ kind: 'done' });
      const purchase = await lab.result();
      expect(purchase.steps.find(({ step }) => step === 'charge')?.settledBy).toBe('operator');
      expect(stepsOf(purchase)).toContain('decision_check done');
      expect(lab.notices).toEqual([]);
      await recordHistory('settled-charge-was-done-confirmed', lab.handle());
    });
  });

  it.each(['never_received', 'rolled_back'] as const)(
    'is a case for a person when an operator settled that it was done and MobiFone answers at last: %s',
    async (kind) => {
      const gateway = silentGateway('charge');
      const lab = aLab(gateway);
      await lab.submitted(async () => {
        await lab.untilAttention();
        await lab.operatorDecides('charge_was_done');
        gateway.answerInquiries({ kind });
        await untilClosed(lab);
        const reference = transactionId(lab.order.purchaseId, 'registration');
        const { events } = await lab.handle().fetchHistory();
        const opened = events?.flatMap((event) =>
          event.startChildWorkflowExecutionInitiatedEventAttributes
            ? [event.startChildWorkflowExecutionInitiatedEventAttributes]
            : [],
        );
        expect(opened).toMatchObject([
          { workflowId: caseId(lab.order.purchaseId, { kind: 'reversal', reference }) },
        ]);
        expect(String(opened?.[0]?.input?.payloads?.[0]?.data)).toContain(kind);
        await lab.client.workflow.getHandle(opened?.[0]?.workflowId ?? '').terminate();
        await recordHistory(`settled-charge-was-done-contradicted-${kind}`, lab.handle());
      });
    },
  );

  it('is not settled by whoever has the inquiry fail: it is made again', async () => {
    const gateway = silentGateway('charge');
    const lab = aLab(gateway, LIMITED_POLICY);
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries({ kind: 'never_received' });
      const inquiry = gateway.hold('inquiry');
      const decided = lab.operatorDecides('charge_was_done');
      await inquiry.arrived;
      await failActivitiesOf(lab.environment.client, lab.handle());
      expect(await decided).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the charge is never_received',
      });
      await lab.operatorDecides('give_up');
      await lab.result();
    });
  });

  it('is not settled by a refused decision that was stored and is sent again, in this run or in a later one', async () => {
    const gateway = silentGateway('charge');
    const lab = aLab(gateway, { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS, roundsOfARun: 5 });
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries({ kind: 'never_received' });
      const { runId } = await lab.handle().describe();
      expect(await lab.operatorDecides('charge_was_done')).toMatchObject({ kind: 'not_applied' });
      gateway.answerInquiries(NO_REPLY);
      const [request] = await requestsOf(lab.handle());
      const again = () => lab.handle().executeUpdate(DECIDE_UPDATE, { args: [request] });
      await expect(again()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('taken before') as string },
      });
      while ((await lab.handle().describe()).runId === runId) await lab.environment.sleep('5 minutes');
      await expect(again()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('made for another run') as string },
      });
      gateway.answerInquiries({ kind: 'never_received' });
      await lab.operatorDecides('give_up');
      await lab.result();
    });
  });

  it('is not settled while MobiFone cannot be asked, which is no silence of MobiFone', async () => {
    const gateway = silentGateway('charge');
    const lab = aLab(gateway, LIMITED_POLICY);
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries({ kind: 'never_received' });
      const inquiries = [1, 2, 3].map(() => gateway.hold('inquiry'));
      const decided = lab.operatorDecides('charge_was_done');
      for (const { arrived } of inquiries) {
        await arrived;
        await failActivitiesOf(lab.environment.client, lab.handle());
      }
      expect(await decided).toEqual({
        kind: 'not_applied',
        because: 'MobiFone could not be asked about the charge; try again',
      });
      await lab.operatorDecides('give_up');
      await lab.result();
    });
  });

  it('is not settled when the time for asking is up without a result, and that is not waited for again', async () => {
    const gateway = silentGateway('charge');
    const lab = aLab(gateway, { ...LIMITED_POLICY, attemptTimeout: 5_000 }); // real seconds: no clock jumps over a call
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries({ kind: 'done' });
      const inquiry = gateway.hold('inquiry');
      const decided = lab.operatorDecides('charge_was_not_done');
      await inquiry.arrived;
      expect(await decided).toEqual({
        kind: 'not_applied',
        because: 'MobiFone could not be asked about the charge; try again',
      });
      inquiry.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });

  it('is asked about past no rate limit: where one is set nothing at all is called inside the workflow task', async () => {
    const limited = { ...POLICY, gatewayTaskQueue: `${TASK_QUEUE}-mobifone` };
    const gateway = silentGateway('charge');
    const lab = aLab(gateway, limited);
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.operatorDecides('charge_was_done');
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    const { events } = await lab.handle().fetchHistory();
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
      const lab = aLab(gateway);
      await lab.submitted(async () => {
        await lab.untilAttention();
        expect(await lab.operatorDecides(decision)).toEqual({ kind: 'applied' });
        expect(await lab.find(20_000)).toMatchObject({ outcome });
        await eventually('the refund notice', () => lab.notices[0]);
        expect(gateway.calls).toContain('rollback');
        expect(lab.notices).toHaveLength(1);
        await untilOver(lab);
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
      const lab = aLab(gateway, SLOW_POLICY);
      await lab.submitted(async () => {
        await lab.untilAttention();
        gateway.answerInquiries({ kind: fact === 'done' ? 'never_received' : 'done' }, 'registration');
        gateway.answerInquiries({ kind: fact }, 'charge');
        expect(await lab.operatorDecides(decision)).toEqual({
          kind: 'not_applied',
          because: `MobiFone answers that ${because}`,
        });
        gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
        expect((await lab.result()).outcome).toBe(outcome);
        expect(lab.notices).toHaveLength(outcome === 'succeeded' ? 0 : 1);
      });
    },
  );

  it('is settled by an operator even when MobiFone does not answer the question before it', async () => {
    const gateway = new ScriptedGateway().script('charge', BROKEN);
    const lab = aLab(gateway, SLOW_POLICY);
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.script('inquiry', NO_REPLY);
      expect(await lab.operatorDecides('charge_was_done')).toMatchObject({ kind: 'applied' });
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });

  it('is settled once when several operators decide at the same time, and all are answered', async () => {
    const gateway = new ScriptedGateway().script('charge', BROKEN).answerInquiries(BROKEN, 'charge');
    const held = gateway.hold('inquiry');
    const lab = aLab(gateway, LIMITED_POLICY);
    await lab.submitted(async () => {
      await lab.untilAttention();
      const decisions = [lab.operatorDecides('charge_was_done', 'the first')];
      await held.arrived;
      decisions.push(
        ...['the second', 'the third'].map((why) => lab.operatorDecides('charge_was_done', why)),
      );
      await lab.untilUpdatesAccepted(3);
      held.release({ kind: 'never_received' });
      const kinds = (await Promise.all(decisions)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'applied')).toHaveLength(1);
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});

describe('a charge that MobiFone goes on processing', () => {
  it('is confirmed by nobody when an operator settles that it was done', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries({ kind: 'processing' });
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      await lab.untilAttention();
      expect(await lab.operatorDecides('charge_was_done')).toMatchObject({
        kind: 'applied',
        unconfirmed: expect.stringContaining('rests on you alone') as string,
      });
      gateway.answerInquiries({ kind: 'done' });
      expect(stepsOf(await lab.result())).toContain('decision_check done');
    });
  });
});

describe('a rollback that an operator settles as done by hand while MobiFone is silent', () => {
  it('is ordered again, under another id, when MobiFone answers at last that the registration stands', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', NO_REPLY)
      .answerInquiries(NO_REPLY);
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      await lab.untilAttention();
      expect(await lab.operatorDecides('rollback_done_by_hand')).toMatchObject({
        kind: 'applied',
        unconfirmed: expect.stringContaining('rests on you alone') as string,
      });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect((await lab.result()).outcome).toBe('rolled_back');
    });
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks.map(({ transaction }) => transaction)).toEqual(['rollback', 'rollback-2']);
  });
});

describe('the rollback of what landed late, which an operator settles as done by hand while MobiFone is silent', () => {
  it.each([
    { outcome: 'rolled_back', refusal: 'charging_barred', call: 'charge' },
    { outcome: 'rejected', refusal: 'registration_refused', call: 'register' },
  ] as const)(
    'is asked about in the same run, and ordered again when MobiFone answers at last that the registration stands: $outcome',
    async ({ outcome, refusal, call }) => {
      const gateway = new ScriptedGateway().script(call, NO_REPLY, { kind: 'refused', refusal });
      const lab = aLab(gateway);
      await lab.submitted(async () => {
        await lab.until((purchase) => stepsOf(purchase).includes('late_effect_check running'));
        for (let times = 0; times < 50; times += 1) gateway.script('rollback', NO_REPLY);
        gateway.answerInquiries({ kind: 'done' }, 'registration');
        await lab.until((purchase) => stepsOf(purchase).includes('rollback running'));
        gateway.answerInquiries(NO_REPLY).answerInquiries(NO_REPLY, 'registration');
        await lab.untilAttention();
        expect(await lab.operatorDecides('rollback_done_by_hand')).toMatchObject({
          kind: 'applied',
          unconfirmed: expect.stringContaining('rests on you alone') as string,
        });
        gateway.answerInquiries({ kind: 'done' }, 'registration');
        const again = () => lab.gateway.received.filter((received) => received.call === 'rollback').length;
        const before = again();
        await lab.until((purchase) => purchase.outcome === outcome && again() > before);
        gateway.answerInquiries({ kind: 'done' });
        expect(stepsOf(await lab.result())).toContain('decision_check done');
      });
    },
  );
});

describe('an operator who interrupts a charge that MobiFone had turned away until then', () => {
  it('has it asked about for as long as an inquiry may lag: now it may have been sent', async () => {
    const mobifone: { answers: 'turned away' | 'held' | 'made' } = { answers: 'turned away' };
    const lab = aLab();
    const charge = () => {
      if (mobifone.answers === 'turned away')
        return Promise.resolve({ kind: 'retry_later', detail: 'HTTP 429' } as const);
      if (mobifone.answers === 'made') return Promise.resolve({ kind: 'done' } as const);
      mobifone.answers = 'made';
      return new Promise<never>(() => undefined);
    };
    lab.gateway.script('charge', ...Array.from({ length: 200 }, () => charge));
    await lab.submitted(async () => {
      await lab.untilAttention();
      mobifone.answers = 'held';
      while (mobifone.answers === 'held') await lab.environment.sleep('1 second');
      const interruptedAt = await lab.environment.currentTimeMs();
      expect(await lab.operatorDecides('retry_now')).toEqual({ kind: 'applied' });
      const purchase = await lab.result();
      expect(purchase.outcome).toBe('succeeded');
      const chargedAt = Date.parse(purchase.steps.find(({ step }) => step === 'charge')?.endedAt ?? '');
      const mayStillSend = POLICY.heartbeatTimeout; // until then the one that was interrupted need not have heard of it
      expect(chargedAt - interruptedAt).toBeGreaterThanOrEqual(mayStillSend + TERMS.finalAfterMs);
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
    const lab = aLab(gateway, SLOW_POLICY); // the next try would find it undone as well
    await lab.submitted(async () => {
      expect((await lab.untilAttention()).attention).toMatchObject({ reason: 'rollback_refused' });
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect(await lab.operatorDecides('rollback_done_by_hand')).toEqual({
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
      expect(await lab.operatorDecides('rollback_done_by_hand')).toEqual({ kind: 'applied' });
      expect(await lab.result()).toMatchObject({ outcome: 'rolled_back', attention: null });
      await recordHistory('rollback-done-by-hand', lab.handle());
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
    const lab = aLab(gateway, SLOW_POLICY);
    await lab.submitted(async () => {
      expect((await lab.untilAttention()).attention).toMatchObject({ reason: 'rollback_refused' });
      gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await lab.result()).toMatchObject({ outcome: 'rolled_back', attention: null });
    });
  });
});

describe('a check or registration that MobiFone does not answer', () => {
  it.each([
    { call: 'check', rolledBack: false },
    { call: 'register', rolledBack: true },
  ] as const)('is given up by an operator during $call, with a refund', async ({ call, rolledBack }) => {
    const gateway = silentGateway(call);
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      await lab.untilAttention();
      expect(await lab.operatorDecides('give_up')).toEqual({ kind: 'applied' });
      const purchase = await lab.find(20_000);
      expect(purchase).toMatchObject({ outcome: 'given_up', reason: 'given_up_by_operator' });
      await eventually('the refund notice', () => lab.notices[0]);
      expect(gateway.calls.includes('rollback')).toBe(rolledBack);
      expect(lab.notices).toHaveLength(1);
      await untilOver(lab);
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
    const lab = aLab(gateway, {
      ...SLOW_POLICY,
      retryInitialInterval: between,
      retryMaximumInterval: between,
      patience: 1.5 * between + OFF_THE_SECOND_MS,
    });
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries({ kind: 'done' });
      const askedAt = await lab.environment.currentTimeMs();
      expect(await lab.operatorDecides('retry_now')).toEqual({ kind: 'applied' });
      const purchase = await lab.result();
      expect(purchase.outcome).toBe('succeeded');
      const settledAt = purchase.steps.find(({ step }) => step === 'register')?.endedAt;
      expect(Date.parse(settledAt ?? '') - askedAt).toBeLessThan(between / 2);
    });
  });

  it('twice: both are answered as applied', async () => {
    const gateway = new ScriptedGateway();
    const held = gateway.hold('check');
    const lab = aLab(gateway, LIMITED_POLICY);
    await lab.submitted(async () => {
      await held.arrived;
      for (let tries = 0; tries < 3; tries += 1) gateway.script('check', NO_REPLY);
      const both = ['first', 'second'].map((why) => lab.operatorDecides('retry_now', why));
      await lab.untilUpdatesAccepted(2);
      held.release(NO_REPLY);
      expect(await Promise.all(both)).toEqual([{ kind: 'applied' }, { kind: 'applied' }]);
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});

describe('a decision that is not open', () => {
  it('is refused with what is open now, and with who and why when they are missing', async () => {
    const lab = aLab();
    const held = lab.gateway.hold('charge');
    await lab.submitted(async () => {
      await held.arrived;
      const refused = await lab.operatorDecides('rollback_done_by_hand');
      expect(refused).toMatchObject({ kind: 'refused' });
      expect(refused.kind === 'refused' && refused.because).toContain('open now: retry_now, charge_was_done');
      expect(await lab.operatorDecides('charge_was_done', ' ')).toEqual({
        kind: 'refused',
        because: '"why" must be given',
      });
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
      expect(await lab.operatorDecides('give_up')).toEqual({ kind: 'not_found' }); // a closed workflow takes no updates
    });
  });
});
