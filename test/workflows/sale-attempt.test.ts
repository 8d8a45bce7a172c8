import type { Purchase, PurchasePolicy } from '../../domain/purchase/purchase';
import { eventually } from '../support/eventually';
import { reachTimeLimit } from '../support/held-time-limit';
import { recordHistory } from '../support/histories';
import { scheduledActivities, searchAttributesTold } from '../support/history-reading';
import { anOrder, ATTEMPT_POLICY, FIRST_TRY_POLICY, POLICY, TERMS } from '../support/orders';
import { type PurchaseLab, purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;

jest.mock('../../runtime/deadline', () =>
  jest.requireActual<{ heldTimeLimits: () => object }>('../support/held-time-limit').heldTimeLimits(),
);

/** Ends the one time limit that runs, which is as long as the policy says. */
function endTimeLimit(policy: PurchasePolicy): void {
  expect(reachTimeLimit()).toBe(policy.saleAttemptLimit ?? policy.firstTryLimit);
}

/** What one activity first attempts: in purchases of today, and in those accepted before. */
const ATTEMPTS = [
  {
    attempted: 'check, registration and charge',
    policy: ATTEMPT_POLICY,
    activities: ['attemptSale', 'sendMessages'],
    size: { events: 19, tasks: 3 },
    waitsIn: 'checking',
    recorded: 'sale-attempt',
  },
  {
    attempted: 'registration and charge',
    policy: FIRST_TRY_POLICY,
    activities: ['registerAndCharge'],
    size: { events: 16, tasks: 2 },
    waitsIn: 'registering',
    recorded: 'first-try',
  },
] as const;

const aLab = purchaseLabs();

function activitiesOf(lab: PurchaseLab): Promise<(string | undefined)[]> {
  return scheduledActivities(lab.handle()).then((all) =>
    all.map(({ activityType }) => activityType?.name ?? undefined),
  );
}

function step(purchase: Purchase, name: string) {
  return purchase.steps.find((record) => record.step === name);
}

describe.each(ATTEMPTS)(
  'where one activity first attempts $attempted:',
  ({ policy, activities, size, waitsIn, recorded }) => {
    describe('a postpaid purchase', () => {
      it('records them in one activity before they are sent, in so many events and workflow tasks', async () => {
        const gateway = new ScriptedGateway();
        const lab = aLab(gateway, policy);

        const purchase = await lab.sell();

        expect(purchase.outcome).toBe('succeeded');
        expect(gateway.calls).toEqual(['check', 'register', 'charge', 'sms', 'sms']);
        expect(await activitiesOf(lab)).toEqual(activities);
        const { events } = await lab.handle().fetchHistory();
        expect(events?.length).toBe(size.events);
        expect(events?.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(
          size.tasks,
        );
        await recordHistory(`${recorded}-succeeded`, lab.handle());
      });

      it('tells its steps and states as any other, with the time at which the registration was made', async () => {
        const lab = aLab(new ScriptedGateway(), policy);
        const purchase = await lab.sell();
        expect(stepsOf(purchase).slice(0, 3)).toEqual(['check done', 'register done', 'charge done']);
        expect(purchase.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []))).toEqual([
          'accepted',
          'checking',
          'registering',
          'charging',
          'succeeded',
        ]);
        expect(step(purchase, 'charge')?.startedAt).toBe(step(purchase, 'register')?.endedAt);
      });

      it('is found by the state in which it waits, and by its outcome', async () => {
        const lab = aLab(new ScriptedGateway(), policy);
        await lab.sell();
        expect(await searchAttributesTold(lab.handle())).toEqual([
          { PurchaseState: waitsIn },
          { PurchaseState: 'succeeded', PurchaseOutcome: 'succeeded' },
        ]);
      });

      it('is never charged when the registration is refused', async () => {
        const gateway = new ScriptedGateway().script('register', {
          kind: 'refused',
          refusal: 'package_already_active',
        });
        const lab = aLab(gateway, policy);
        const purchase = await lab.sell();
        expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'package_already_active' });
        expect(gateway.calls).toEqual(['check', 'register', 'inquiry:registration', 'sms']);
        await recordHistory(`${recorded}-registration-refused`, lab.handle());
      });

      it('is rolled back and refunded when the charge is refused', async () => {
        const gateway = new ScriptedGateway().script('charge', {
          kind: 'refused',
          refusal: 'insufficient_balance',
        });
        const lab = aLab(gateway, policy);
        const purchase = await lab.sell();
        expect(purchase).toMatchObject({ outcome: 'rolled_back', reason: 'insufficient_balance' });
        expect(gateway.calls).toEqual(['check', 'register', 'charge', 'inquiry:charge', 'rollback']);
        expect(lab.notices).toHaveLength(1);
        await recordHistory(`${recorded}-charge-refused`, lab.handle());
      });
    });

    describe.each(['register', 'charge'] as const)('a first try in which the %s goes wrong', (call) => {
      const transaction = call === 'register' ? 'registration' : 'charge';

      it('by an answer that the contract does not allow: a person is called, and MobiFone is asked next', async () => {
        const gateway = new ScriptedGateway()
          .script(call, { kind: 'broken_contract', detail: 'another amount' })
          .answerInquiries({ kind: 'done' }, transaction);
        const lab = aLab(gateway, policy);
        const purchase = await lab.sell();
        expect(purchase.outcome).toBe('succeeded');
        expect(gateway.calls.filter((it) => it === call)).toHaveLength(1);
        expect(await searchAttributesTold(lab.handle())).toContainEqual(
          expect.objectContaining({ NeedsAttention: true, AttentionReason: 'broken_contract' }),
        );
      });

      it('by being slower than the limit: it is left, asked about, and goes on by itself', async () => {
        const gateway = new ScriptedGateway().answerInquiries({ kind: 'done' }, transaction);
        const held = gateway.hold(call);
        const lab = aLab(gateway, policy);
        const purchase = await lab.submitted(async () => {
          await held.arrived;
          endTimeLimit(policy);
          return lab.result();
        });
        expect(purchase.outcome).toBe('succeeded');
        expect(step(purchase, call)?.settledBy).toBe('inquiry');
        expect(gateway.calls.filter((it) => it === call)).toHaveLength(1);
        expect(await activitiesOf(lab)).toContain(
          call === 'register' ? 'registerPackage' : 'chargeSubscriber',
        );
        await recordHistory(`${recorded}-slow-${call}`, lab.handle());
      });

      it('by MobiFone asking for patience: it is not sent again before the time that it named', async () => {
        const gateway = new ScriptedGateway().script(call, {
          kind: 'retry_later',
          detail: 'HTTP 429',
          retryAfterMs: 90_000,
        });
        const purchase = await aLab(gateway, policy).sell();
        expect(purchase.outcome).toBe('succeeded');
        const { startedAt = '', endedAt = '' } = step(purchase, call) ?? {};
        expect(Date.parse(endedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(90_000);
      });

      it('and is rolled back in the end: what may land late is looked for', async () => {
        const gateway = new ScriptedGateway()
          .script(call, NO_REPLY)
          .script('charge', { kind: 'refused', refusal: 'charging_barred' })
          .answerInquiries({ kind: 'never_received' });
        const purchase = await aLab(gateway, policy).sell();
        expect(purchase.outcome).toBe('rolled_back');
        expect(stepsOf(purchase)).toContain('late_effect_check done');
      });
    });

    describe('a first try that is lost with its worker', () => {
      /** What the worker takes for a defect is to the workflow what a crash is: no answer at all. */
      const crash = () => Promise.reject(new TypeError('the worker died here'));

      it.each(['register', 'charge'] as const)(
        'in the %s: both calls are asked about before either is sent',
        async (call) => {
          const gateway = new ScriptedGateway().script(call, crash);
          const lab = aLab(gateway, policy);
          const purchase = await lab.sell();
          expect(purchase.outcome).toBe('succeeded');
          expect(gateway.calls).toContain('inquiry:registration');
          expect(gateway.calls).toContain('inquiry:charge');
          await recordHistory(`${recorded}-lost-in-${call}`, lab.handle());
        },
      );

      it('cannot be cancelled nor given up while the charge may have been made, and goes on to it', async () => {
        const gateway = new ScriptedGateway().script('charge', crash);
        gateway.answerInquiries(NO_REPLY, 'registration').answerInquiries({ kind: 'done' }, 'charge');
        const lab = aLab(gateway, policy);
        await lab.submitted(async () => {
          await lab.untilAttention();
          const cancellation = await lab.cancel('waited too long');
          expect(cancellation).toMatchObject({ kind: 'too_late', purchase: { state: 'registering' } });
          const givenUp = await lab.operatorDecides('give_up');
          expect(givenUp).toMatchObject({ kind: 'refused' });
          await lab.handle().cancel();
          gateway.answerInquiries({ kind: 'done' }, 'registration');
          expect((await lab.result()).outcome).toBe('succeeded');
        });
        expect(gateway.calls).not.toContain('rollback');
        expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
        await recordHistory(`${recorded}-lost-and-cancelled`, lab.handle());
      });
    });

    describe('a channel that cancels during the first try', () => {
      async function cancelDuring(call: 'register' | 'charge', answer: 'done' | 'refused', inWebUi = false) {
        const gateway = new ScriptedGateway();
        const lab = aLab(gateway, policy);
        const held = gateway.hold(call);
        return lab.submitted(async () => {
          await held.arrived;
          const cancelling = inWebUi ? lab.handle().cancel() : lab.cancel('the customer changed their mind');
          if (inWebUi) {
            await cancelling;
            await lab.handle().query('next'); // answered after the cancellation was taken in
          } else await lab.untilUpdatesAccepted(1);
          if (answer === 'done') held.release({ kind: 'done' });
          else held.release(NO_REPLY);
          const cancellation = await cancelling;
          const purchase = await lab.result();
          await recordHistory(`${recorded}-cancelled-in-${call}-${answer}`, lab.handle());
          return { cancellation, purchase, gateway, lab };
        });
      }

      it('waits until it is known, and is too late when the charge followed the registration', async () => {
        const { cancellation, purchase, lab } = await cancelDuring('register', 'done');
        expect(cancellation).toMatchObject({ kind: 'too_late' });
        expect(purchase.outcome).toBe('succeeded');
        expect(lab.notices).toEqual([]);
      });

      it('is heard when the registration was left in doubt and the charge not sent: all is undone', async () => {
        const { cancellation, purchase, gateway, lab } = await cancelDuring('register', 'refused');
        expect(cancellation).toMatchObject({ kind: 'cancelling' });
        expect(purchase).toMatchObject({ outcome: 'cancelled', reason: 'cancelled_by_channel' });
        expect(gateway.calls).not.toContain('charge');
        expect(gateway.calls).toContain('rollback');
        expect(lab.notices).toHaveLength(1);
      });

      it('is too late when the charge was left in doubt, however it ends', async () => {
        const { cancellation, purchase } = await cancelDuring('charge', 'refused');
        expect(cancellation).toMatchObject({ kind: 'too_late' });
        expect(purchase.outcome).toBe('succeeded');
      });

      it('is not torn apart by an operator who wants it asked about at once', async () => {
        const gateway = new ScriptedGateway();
        const lab = aLab(gateway, policy);
        const held = gateway.hold('charge');
        await lab.submitted(async () => {
          await held.arrived;
          const decided = lab.operatorDecides('retry_now');
          await lab.untilUpdatesAccepted(1);
          held.release({ kind: 'done' });
          expect(await decided).toMatchObject({ kind: 'not_applied' });
          expect((await lab.result()).outcome).toBe('succeeded');
        });
        expect(gateway.calls).toEqual(['check', 'register', 'charge', 'sms', 'sms']);
      });

      it('through Temporal itself: is weighed just so', async () => {
        const { purchase } = await cancelDuring('charge', 'done', true);
        expect(purchase.outcome).toBe('succeeded');
      });
    });
  },
);

describe('the check in the first attempt of a sale', () => {
  const REFUSED = { kind: 'refused', refusal: 'subscriber_not_found' } as const;
  const ACTIVE = { kind: 'refused', refusal: 'package_already_active' } as const;
  const crash = () => Promise.reject(new TypeError('the worker died here'));

  it('that refuses: nothing is registered, and nothing is asked about', async () => {
    const gateway = new ScriptedGateway().script('check', REFUSED);
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const purchase = await lab.sell();
    expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'subscriber_not_found' });
    expect(gateway.calls).toEqual(['check', 'sms']);
    expect(await activitiesOf(lab)).toEqual(['attemptSale', 'sendMessage', 'noticeRefund']);
    await recordHistory('sale-attempt-check-refused', lab.handle());
  });

  it('that gets no answer: is made again by itself, and leaves nothing in doubt', async () => {
    const gateway = new ScriptedGateway()
      .script('check', NO_REPLY)
      .script('charge', { kind: 'refused', refusal: 'charging_barred' });
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const purchase = await lab.sell();
    expect(purchase.outcome).toBe('rolled_back');
    expect(gateway.calls).toEqual(['check', 'check', 'register', 'charge', 'rollback']);
    expect(stepsOf(purchase)).not.toContain('late_effect_check done');
    await recordHistory('sale-attempt-check-unanswered', lab.handle());
  });

  it('that is slower than its limit is left, and a cancellation meanwhile is heard', async () => {
    const gateway = new ScriptedGateway();
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const held = gateway.hold('check');
    await lab.submitted(async () => {
      await held.arrived;
      const cancelling = lab.cancel('too slow');
      await lab.untilUpdatesAccepted(1);
      endTimeLimit(ATTEMPT_POLICY);
      const cancelled = await cancelling;
      expect(cancelled).toMatchObject({ kind: 'cancelling' });
      expect((await lab.result()).outcome).toBe('cancelled');
    });
    expect(gateway.calls).not.toContain('register');
    expect(gateway.calls).not.toContain('rollback');
    await recordHistory('sale-attempt-cancelled-in-check', lab.handle());
  });

  it('that was lost with its worker after the registration landed: the refusal of its own package is not believed', async () => {
    const gateway = new ScriptedGateway()
      .script('register', crash)
      .script('check', { kind: 'done' }, ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE, ACTIVE)
      .answerInquiries({ kind: 'never_received' }, 'registration');
    const lab = aLab(gateway, ATTEMPT_POLICY);
    await lab.submitted(async () => {
      await eventually('an inquiry that knows nothing yet', () =>
        gateway.calls.includes('inquiry:registration') ? true : undefined,
      );
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(gateway.calls.filter((call) => call === 'register')).toHaveLength(1);
    expect(lab.notices).toEqual([]);
    await recordHistory('sale-attempt-lost-and-active', lab.handle());
  });

  it('that finds alone that this very sale was made before: nothing is sent before it was asked about', async () => {
    const gateway = new ScriptedGateway()
      .script('check', NO_REPLY, { kind: 'refused', refusal: 'package_already_active' })
      .answerInquiries({ kind: 'done' }); // an order that is repeated after Temporal has forgotten it
    expect((await aLab(gateway, ATTEMPT_POLICY).sell()).outcome).toBe('succeeded');
    expect(gateway.calls.filter((call) => call === 'register' || call === 'charge')).toEqual([]);
  });

  it('that was lost with its worker before anything landed: a refusal counts when MobiFone says so finally', async () => {
    const gateway = new ScriptedGateway()
      .script('register', crash)
      .script('check', { kind: 'done' }, ...Array.from({ length: 40 }, () => REFUSED))
      .answerInquiries({ kind: 'never_received' }, 'registration');
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const purchase = await lab.sell();
    expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'subscriber_not_found' });
    const { startedAt = '', endedAt = '' } = step(purchase, 'check') ?? {};
    expect(Date.parse(endedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(TERMS.finalAfterMs);
    expect(stepsOf(purchase)).toContain('late_effect_check done');
    await recordHistory('sale-attempt-lost-and-refused', lab.handle());
  });
});

describe('the messages of a sale', () => {
  it('that fail together go on each by itself, once per id', async () => {
    const gateway = new ScriptedGateway().script('sms', NO_REPLY, { kind: 'done' });
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const purchase = await lab.sell();
    expect(stepsOf(purchase).slice(-2)).toEqual(['transaction_message done', 'success_message done']);
    expect(await activitiesOf(lab)).toEqual(['attemptSale', 'sendMessages', 'sendMessage', 'sendMessage']); // asked about, then sent
    await recordHistory('sale-attempt-messages-unanswered', lab.handle());
  });

  it('that break the contract are asked about, and call nobody when they were sent', async () => {
    const broken = { kind: 'broken_contract', detail: 'another text under this id' } as const;
    const gateway = new ScriptedGateway()
      .script('sms', broken, broken)
      .answerInquiries({ kind: 'done' }, 'sms-transaction')
      .answerInquiries({ kind: 'done' }, 'sms-success');
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const purchase = await lab.sell();
    expect(stepsOf(purchase).slice(-2)).toEqual(['transaction_message done', 'success_message done']);
    expect(gateway.calls.filter((call) => call === 'sms')).toHaveLength(2);
    expect(await searchAttributesTold(lab.handle())).not.toContainEqual(
      expect.objectContaining({ NeedsAttention: true }),
    );
  });

  it('that are lost with their worker are asked about before either is sent again', async () => {
    const gateway = new ScriptedGateway().script('sms', () =>
      Promise.reject(new TypeError('the worker died here')),
    );
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const purchase = await lab.sell();
    expect(stepsOf(purchase).slice(-2)).toEqual(['transaction_message done', 'success_message done']);
    expect(gateway.calls).toContain('inquiry:sms-success');
    expect(gateway.calls).toContain('inquiry:sms-transaction');
    await recordHistory('sale-attempt-messages-lost', lab.handle());
  });
});

describe('a purchase that has no first attempt of the sale', () => {
  it('because it is prepaid: its registration takes the money', async () => {
    const lab = aLab(new ScriptedGateway(), ATTEMPT_POLICY, anOrder({ paymentForm: 'prepaid' }));
    expect((await lab.sell()).outcome).toBe('succeeded');
    expect(await activitiesOf(lab)).toEqual(['registerPackage', 'sendMessages']);
  });

  it('because it is off: each call is an activity of its own', async () => {
    const lab = aLab(new ScriptedGateway(), POLICY);
    expect((await lab.sell()).outcome).toBe('succeeded');
    expect(await activitiesOf(lab)).toEqual([
      'checkSubscriber',
      'registerPackage',
      'chargeSubscriber',
      'sendMessages',
    ]);
  });
});
