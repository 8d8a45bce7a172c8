import type { Submission } from '../../client/purchases';
import { refundNoticeId } from '../../domain/identifiers';
import { recordHistory } from '../support/histories';
import { anOrder, ATTEMPT_POLICY, POLICY, SLOW_POLICY } from '../support/orders';
import { type PurchaseLab, purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const aLab = purchaseLabs();

async function updatesOf(lab: PurchaseLab): Promise<number> {
  const { events } = await lab.handle().fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
}

describe('a postpaid purchase that nothing goes wrong with', () => {
  it('checks, registers, charges, sends both messages from 999, and tells the channel of no refund', async () => {
    const lab = aLab();

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({
      state: 'succeeded',
      outcome: 'succeeded',
      reason: null,
      attention: null,
    });
    expect(stepsOf(purchase)).toEqual([
      'check done',
      'register done',
      'charge done',
      'transaction_message done',
      'success_message done',
    ]);
    expect(lab.gateway.calls).toEqual(['check', 'register', 'charge', 'sms', 'sms']);
    expect(lab.notices).toEqual([]);
    await recordHistory('postpaid-succeeded', lab.handle());
  });

  it('takes the face value for the package of its own registration, and sends each message under its own id', async () => {
    const lab = aLab();
    await lab.sell();
    const { gateway, order } = lab;
    const sent = gateway.received.map(({ call, command }) => ({ call, ...command }));
    const registrationId = `${order.purchaseId}.registration`;
    const whose = { msisdn: order.msisdn, packageCode: order.package.code, amount: order.faceValue };
    expect(sent).toContainEqual(expect.objectContaining({ ...whose, transactionId: registrationId }));
    expect(sent).toContainEqual(expect.objectContaining({ ...whose, call: 'charge', registrationId }));
    expect(
      gateway.received.filter(({ call }) => call === 'sms').map(({ transaction }) => transaction),
    ).toEqual(['sms-transaction', 'sms-success']);
  });

  it('tells its outcome to who waits for it before the messages, says that these are running, and is asked at most twice', async () => {
    const gateway = new ScriptedGateway();
    const lab = aLab(gateway, ATTEMPT_POLICY);
    const sms = [gateway.hold('sms'), gateway.hold('sms')];
    await lab.run(async () => {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => lab.purchases.submit(lab.order, 30_000)),
      );
      expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      for (const answer of answers) {
        if (answer.kind === 'conflict') throw new Error('it is the same order');
        expect(answer.purchase.outcome).toBe('succeeded');
        expect(stepsOf(answer.purchase)).toEqual([
          'check done',
          'register done',
          'charge done',
          'transaction_message running',
          'success_message running',
        ]);
      }
      for (const message of sms) message.release({ kind: 'done' });
      await lab.result();
    });
    expect(await updatesOf(lab)).toBeLessThanOrEqual(2); // one of the start, one of all who came later
  });
});

describe('a purchase whose outcome is known before the channel has taken its refund notice', () => {
  it('tells the outcome to who waits for it meanwhile', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'subscriber_not_found',
    });
    const lab = aLab(gateway, POLICY);
    let takeNotice: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (takeNotice = resolve));
    lab.deliver = () => taken.then(() => ({ kind: 'delivered' }));
    await lab.run(async () => {
      const waiting = [lab.purchases.submit(lab.order, 30_000), lab.purchases.submit(lab.order, 30_000)];
      expect((await Promise.all(waiting)).map(outcomeOf)).toEqual(['rejected', 'rejected']);
      const { status } = await lab.handle().describe();
      expect(status.name).toBe('RUNNING');
      takeNotice();
      await lab.result();
    });
    expect(await updatesOf(lab)).toBeLessThanOrEqual(2);
  });

  it('costs no update where nobody waits', async () => {
    const lab = aLab(new ScriptedGateway(), ATTEMPT_POLICY);
    await lab.sell();
    expect(await updatesOf(lab)).toBe(0);
  });
});

describe('a prepaid purchase', () => {
  it('registers, which takes the money, and sends both messages; there is no check and no charge of ours', async () => {
    const gateway = new ScriptedGateway();
    const lab = aLab(gateway, POLICY, anOrder({ paymentForm: 'prepaid' }));

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('succeeded');
    expect(gateway.calls).toEqual(['register', 'sms', 'sms']);
    await recordHistory('prepaid-succeeded', lab.handle());
  });

  it('is rejected when MobiFone refuses the registration: a rejection SMS, a refund, no rollback', async () => {
    const gateway = new ScriptedGateway().script('register', {
      kind: 'refused',
      refusal: 'subscriber_suspended',
    });
    const lab = aLab(gateway, POLICY, anOrder({ paymentForm: 'prepaid' }));

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'subscriber_suspended' });
    expect(gateway.calls).toEqual(['register', 'sms']);
    expect(lab.notices.map(({ id }) => id)).toEqual([refundNoticeId(lab.order.purchaseId)]);
    await recordHistory('prepaid-rejected', lab.handle());
  });
});

describe('a postpaid subscriber who may not buy', () => {
  it('is rejected at the check: a rejection SMS, a refund, and nothing was registered', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'subscriber_not_found',
    });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'subscriber_not_found' });
    expect(gateway.calls).toEqual(['check', 'sms']);
    expect(lab.notices).toHaveLength(1);
    expect(lab.notices[0]).toMatchObject({ outcome: 'rejected', amount: 90_000 });
    await recordHistory('postpaid-rejected-at-check', lab.handle());
  });

  it('is not rejected for having the package when it is this very sale that activated it', async () => {
    const gateway = new ScriptedGateway()
      .script('check', { kind: 'refused', refusal: 'package_already_active' })
      .script('inquiry', { kind: 'done' });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('succeeded');
    expect(gateway.calls.slice(0, 2)).toEqual(['check', 'inquiry:registration']);
    expect(lab.notices).toEqual([]);
  });

  it('is rejected when it has the package by another sale', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'package_already_active',
    });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'package_already_active' });
    expect(gateway.calls).toEqual(['check', 'inquiry:registration', 'sms']);
  });

  it('is rejected at the registration: nothing is charged and there is nothing to roll back', async () => {
    const gateway = new ScriptedGateway().script('register', {
      kind: 'refused',
      refusal: 'package_already_active',
    });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'rejected', reason: 'package_already_active' });
    expect(gateway.calls).toEqual(['check', 'register', 'inquiry:registration', 'sms']);
    await recordHistory('postpaid-rejected-at-registration', lab.handle());
  });
});

describe('a charge that MobiFone refuses', () => {
  it('rolls the registration back while the channel is told to refund, each once', async () => {
    const gateway = new ScriptedGateway().script('charge', {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'rolled_back', reason: 'insufficient_balance' });
    expect(gateway.calls).toEqual(['check', 'register', 'charge', 'inquiry:charge', 'rollback']);
    expect(gateway.received.at(-1)?.command).toMatchObject({
      registrationId: `${lab.order.purchaseId}.registration`,
    });
    expect(lab.notices).toHaveLength(1);
    await recordHistory('charge-refused-rolled-back', lab.handle());
    await recordHistory('charge-refused-rolled-back-typed', lab.handle());
  });

  it('tells the channel at the same time as it rolls back: neither waits for the other', async () => {
    const gateway = new ScriptedGateway().script('charge', { kind: 'refused', refusal: 'charging_barred' });
    const lab = aLab(gateway);
    const rollback = gateway.hold('rollback');
    let noticed: () => void = () => undefined;
    let take: () => void = () => undefined;
    const notice = new Promise<void>((resolve) => (noticed = resolve));
    const taken = new Promise<void>((resolve) => (take = resolve));
    lab.deliver = async () => {
      noticed();
      await taken;
      return { kind: 'delivered' };
    };
    await lab.submitted(async () => {
      await Promise.all([rollback.arrived, notice]); // both are under way, and both are held
      rollback.release({ kind: 'done' });
      take();
      expect((await lab.result()).outcome).toBe('rolled_back');
    });
  });

  it('keeps rolling back through a hundred failures, with one rollback id and one refund notice id', async () => {
    const gateway = new ScriptedGateway().script('charge', {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    for (let failure = 0; failure < 100; failure += 1) {
      gateway.script('rollback', { kind: 'unknown', detail: 'no reply' });
    }
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks).toHaveLength(101);
    expect(new Set(rollbacks.map(({ transaction }) => transaction))).toEqual(new Set(['rollback']));
    expect(gateway.received.filter(({ call }) => call === 'charge')).toHaveLength(1);
    expect(new Set(lab.notices.map(({ id }) => id)).size).toBe(1);
    await recordHistory('rollback-failed-a-hundred-times', lab.handle());
  });
});

describe('a channel whose webhook is out', () => {
  it('gets its refund notice under the same id once it is back', async () => {
    const gateway = new ScriptedGateway().script('charge', {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    const lab = aLab(gateway);
    const tried: string[] = [];
    lab.deliver = async (_, notice) => {
      tried.push(notice.id);
      return tried.length < 15
        ? { kind: 'retry', detail: 'the webhook answered 503' }
        : { kind: 'delivered' };
    };

    expect((await lab.sell()).outcome).toBe('rolled_back');

    expect(tried).toEqual(Array.from({ length: 15 }, () => refundNoticeId(lab.order.purchaseId)));
    await recordHistory('channel-out', lab.handle());
  });
});

describe('messages that cannot be sent', () => {
  it('never undo a paid purchase; they are sent when MobiFone takes them again, once per id', async () => {
    const lab = aLab();
    for (let failure = 0; failure < 6; failure += 1)
      lab.gateway.script('sms', { kind: 'unknown', detail: 'no reply' });

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('succeeded');
    expect(stepsOf(purchase).slice(-2)).toEqual(['transaction_message done', 'success_message done']);
    expect(lab.gateway.sentBlindly).toEqual([]);
    expect(lab.gateway.calls).not.toContain('rollback');
    expect(lab.notices).toEqual([]);
    await recordHistory('messages-delayed', lab.handle());
  });
});

describe('messages that MobiFone does not take', () => {
  it('do not hold the outcome up', async () => {
    const gateway = new ScriptedGateway();
    for (let failure = 0; failure < 10; failure += 1) {
      gateway.script('sms', { kind: 'unknown', detail: 'no reply' });
    }
    const lab = aLab(gateway, SLOW_POLICY);
    await lab.submitted(async () => {
      const purchase = await lab.until(({ outcome }) => outcome === 'succeeded');
      expect(stepsOf(purchase)).toContain('success_message running'); // it is tried again in an hour
      await lab.result();
    });
  });

  it('and refuses for good leave the purchase paid', async () => {
    const refused = { kind: 'refused', refusal: 'subscriber_suspended' } as const;
    const gateway = new ScriptedGateway().script('sms', refused, refused);
    const lab = aLab(gateway);
    const purchase = await lab.sell();
    expect(purchase).toMatchObject({ outcome: 'succeeded', reason: null });
    expect(stepsOf(purchase).slice(-2)).toEqual(['transaction_message refused', 'success_message refused']);
    expect(gateway.calls).not.toContain('rollback');
    expect(lab.notices).toEqual([]);
  });
});

describe('two purchases in one worker', () => {
  it('share no state', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'subscriber_not_found',
    });
    const lab = aLab(gateway);
    await lab.run(async () => {
      const [one, other] = [anOrder(), anOrder()];
      await lab.purchases.submit(one, 0);
      expect((await lab.handle(one).result()).outcome).toBe('rejected');
      await lab.purchases.submit(other, 0);
      const second = await lab.handle(other).result();
      expect(second).toMatchObject({ outcome: 'succeeded', reason: null });
      expect(second.steps).toHaveLength(5);
    });
  });
});

describe('a purchase that waits', () => {
  it('shows the Web UI the line of the saga at which it does, in traces of a few lines', async () => {
    const lab = aLab();
    const registration = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await registration.arrived;
      const trace = await lab.handle().query<string, []>('__stack_trace');
      expect(trace).toMatch(/at registerPackage \(.*workflows\/purchase\/purchase\.ts:/);
      const lines = trace.split('\n\n').map((promise) => promise.split('\n').length);
      expect(Math.max(...lines)).toBeLessThanOrEqual(5); // Node 20 shows four, Node 24 five
      registration.release({ kind: 'done' });
      await lab.result();
    });
  });
});

function outcomeOf(submission: Submission) {
  return submission.kind !== 'conflict' && submission.purchase.outcome;
}
