import { MockActivityEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import '../support/quiet-runtime';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { HttpResponse } from 'msw';
import { NO_EARLIER_RUNS } from '../../activities/earlier-runs';
import { createGatewayActivities, type Sale } from '../../activities/gateway-activities';
import type { GatewayTerms } from '../../domain/gateway-promises';
import { caseId, channelName, purchaseId, transactionId } from '../../domain/identifiers';
import { ownActivityId } from '../../domain/own-activity-id';
import { DECIDED_BEFORE, type EarlierDecision } from '../../domain/purchase/earlier-decision';
import type { Purchase } from '../../domain/purchase/purchase';
import type { Gateway } from '../../mobifone/client';
import { COMMANDS } from '../support/gateway-commands';
import { GatewayOnMsw, reply } from '../support/gateway-on-msw';

const PURCHASE = purchaseId(COMMANDS.check.transactionId.split('.')[0] ?? '');
const sale: Sale = {
  purchaseId: PURCHASE,
  msisdn: COMMANDS.charge.msisdn,
  packageCode: COMMANDS.charge.packageCode,
  paymentForm: 'postpaid',
  amount: COMMANDS.charge.amount,
  requestId: 'req-1',
};
const FRESH = { askFirst: false };
/** Long enough for a machine that stalls: an attempt that took too long would ask Temporal, which is not there. */
const UNHURRIED = { startToCloseTimeoutMs: 600_000 };
/** Its inquiries are right at once, so that *not found* is believed. */
const TERMS: GatewayTerms = { kept: [], finalAfterMs: 0 };

let mobifone: GatewayOnMsw;
beforeEach(() => {
  mobifone = new GatewayOnMsw();
  mobifone.listen();
});
afterEach(() => mobifone.close());

const activities = (outage = false) =>
  createGatewayActivities(mobifone.client(), TERMS, { refuses: () => outage });
const attempt = (number: number) =>
  new MockActivityEnvironment({ attempt: number, ...UNHURRIED }, { logger: Runtime.instance().logger });
const calls = () => mobifone.received.map(({ call, body }) => `${call} ${idOf(body)}`);
const idOf = (body: Record<string, unknown>) => String(body['transactionId']).split('.')[1];

/** The four commands with an effect, each sent freshly. */
const COMMANDS_WITH_EFFECT = [
  ['register', 'registration', (on: Activities, options = FRESH) => on.registerPackage(sale, options)],
  ['charge', 'charge', (on: Activities, options = FRESH) => on.chargeSubscriber(sale, options)],
  [
    'rollback',
    'rollback',
    (on: Activities, options = FRESH) => on.rollbackRegistration(sale, { ...options, again: false }),
  ],
  [
    'sms',
    'sms-success',
    (on: Activities, options = FRESH) =>
      on.sendMessage(sale, { transaction: 'sms-success', text: 'Cam on' }, options),
  ],
] as const;
type Activities = ReturnType<typeof activities>;

describe.each(COMMANDS_WITH_EFFECT)('the %s', (call, transaction, run) => {
  it('is sent once on its first attempt, without asking, under its own id', async () => {
    expect(await attempt(1).run(() => run(activities()))).toEqual({
      kind: 'done',
      settledBy: 'reply',
      attempts: 1,
    });
    expect(calls()).toEqual([`${call} ${transaction}`]);
    expect(mobifone.received[0]?.headers.get('x-request-id')).toBe('req-1');
  });

  it('is not sent where a copy of the sale is given for what is known of it', async () => {
    const copied = { ...sale, askFirst: undefined } as unknown as typeof FRESH; // as whoever has no key can order it
    await expect(attempt(1).run(() => run(activities(), copied))).rejects.toMatchObject({
      type: 'ForeignActivity',
      nonRetryable: true,
    });
    expect(calls()).toEqual([]);
  });

  it('is asked about before a second attempt, and not sent when it was done', async () => {
    const settlement = await attempt(2).run(() => run(activities()));
    expect(settlement).toEqual({ kind: 'done', settledBy: 'inquiry', attempts: 2 });
    expect(calls()).toEqual([`inquiry ${transaction}`]);
  });

  it('is asked about on a first attempt as well, where an earlier round may have sent it', async () => {
    await attempt(1).run(() => run(activities(), { askFirst: true }));
    expect(calls()).toEqual([`inquiry ${transaction}`]);
  });

  it('is sent again under the same id, by the next activity, when MobiFone never received it', async () => {
    mobifone.answer('inquiry', reply({ transactionState: 'NOT_FOUND' }));
    const failure = await failureOf(attempt(2).run(() => run(activities())));
    expect(failure.type).toBe('MobifoneToBeSent');
    mobifone.answer('inquiry', reply({ transactionState: 'NOT_FOUND' }));
    await attempt(1).run(() => run(activities(), { askFirst: true }));
    expect(calls()).toEqual([`inquiry ${transaction}`, `inquiry ${transaction}`, `${call} ${transaction}`]);
  });

  it.each([
    ['is still being processed', reply({ transactionState: 'PROCESSING' }), true],
    ['cannot be told', reply({}, 503), true],
    ['is told of in a broken way', reply({ msisdn: '84909999999' }), false],
  ])('that %s is not sent', async (_, answer, retried) => {
    mobifone.answer('inquiry', answer);
    const failure = await failureOf(attempt(2).run(() => run(activities())));
    expect(failure.nonRetryable ?? false).toBe(!retried);
    expect(calls()).toEqual([`inquiry ${transaction}`]);
  });

  it.each([
    ['silence', () => HttpResponse.error(), 'MobifoneOutcomeUnknown', false],
    ['an unknown code', reply({ resultCode: '7777' }), 'MobifoneOutcomeUnknown', false],
    ['busy', reply({ resultCode: '9001' }), 'MobifoneRetryLater', false],
    ['a reply for another number', reply({ msisdn: '84909999999' }), 'MobifoneBrokenContract', true],
  ])(
    'answered with %s fails as what it is, for Temporal to retry or a person to see',
    async (_, answer, type, forPerson) => {
      mobifone.answer(call, answer);
      const failure = await failureOf(attempt(1).run(() => run(activities())));
      expect(failure.type).toBe(type);
      expect(failure.nonRetryable ?? false).toBe(forPerson);
    },
  );

  it('answered with 429 is retried after the pause that MobiFone asks for', async () => {
    mobifone.answer(call, () => new HttpResponse(null, { status: 429, headers: { 'retry-after': '9' } }));
    const failure = await failureOf(attempt(1).run(() => run(activities())));
    expect(failure.nextRetryDelay).toBe(9000);
  });

  it('that is cancelled ends as cancelled, its connection with it', async () => {
    const environment = attempt(1);
    mobifone.answer(call, () => {
      environment.cancel('CANCELLED');
      return new Promise<never>(() => undefined);
    });
    await expect(environment.run(() => run(activities()))).rejects.toBeInstanceOf(CancelledFailure);
  });
});

describe('a refusal', () => {
  it('is a settlement, never a failure', async () => {
    mobifone.answer('charge', reply({ resultCode: '3002' }));
    expect(await attempt(1).run(() => activities().chargeSubscriber(sale, FRESH))).toEqual({
      kind: 'refused',
      refusal: 'charging_barred',
      settledBy: 'reply',
      attempts: 1,
    });
  });

  it('told by an inquiry is one too; what was rolled back counts as refused', async () => {
    mobifone.answer('inquiry', reply({ transactionState: 'ROLLED_BACK' }));
    expect(await attempt(2).run(() => activities().chargeSubscriber(sale, FRESH))).toMatchObject({
      kind: 'refused',
      settledBy: 'inquiry',
    });
  });
});

describe('a charge that was refused as our own doing may be, by an attempt that could then no longer ask', () => {
  it('was sent: the next activity believes no inquiry at once', async () => {
    mobifone.answer('charge', reply({ resultCode: '3001' }));
    const lost = ApplicationFailure.create({ type: 'AttemptLost', message: 'not sent' });
    const gateway = mobifone.client();
    const silenced: Gateway = {
      close: () => undefined,
      call: (name, command, options) =>
        name === 'inquiry' ? Promise.reject(lost) : gateway.call(name, command, options),
    };
    const { attemptSale } = createGatewayActivities(silenced, TERMS);
    const attempted = await attempt(1).run(() => attemptSale(sale, 60_000));
    expect(attempted).toHaveProperty('charge', {
      kind: 'unsettled',
      askedToWaitMs: 0,
      refusedWith: 'insufficient_balance',
      sentOnce: true,
    });
  });
});

describe('an order that is repeated after Temporal has forgotten it', () => {
  const sell = () => attempt(1).run(() => activities().attemptSale(sale, 60_000));

  it('asks about each command, where its check finds that it was registered before', async () => {
    mobifone.answer('check', reply({ resultCode: '2002' }));
    await sell();
    expect(calls()).toEqual([
      'check check',
      'inquiry registration',
      'inquiry registration',
      'inquiry charge',
    ]);
  });

  it('asks about its charge, where the registration was refused since it was there already', async () => {
    mobifone.answer('register', reply({ resultCode: '2002' }));
    await sell();
    expect(calls()).toEqual([
      'check check',
      'register registration',
      'inquiry registration',
      'inquiry charge',
    ]);
  });
});

describe('the check', () => {
  it('has no effect, so it is simply asked again', async () => {
    await attempt(3).run(() => activities().checkSubscriber(sale));
    expect(calls()).toEqual(['check check']);
  });
});

describe('the second rollback', () => {
  it('has an id of its own', async () => {
    await attempt(1).run(() => activities().rollbackRegistration(sale, { ...FRESH, again: true }));
    expect(mobifone.received[0]?.body).toMatchObject({
      transactionId: transactionId(PURCHASE, 'rollback-2'),
      registrationId: transactionId(PURCHASE, 'registration'),
    });
  });
});

describe('a rollback that MobiFone refuses', () => {
  const told = (transactionState: string) => {
    const transactionResultCode = transactionState === 'DONE' ? '0000' : '2002';
    return reply({ transactionState, transactionResultCode });
  };
  const roll = (registrationConfirmed: boolean, registration: string, charge: string) => {
    mobifone.answer('rollback', reply({ resultCode: '3002' }));
    mobifone.answer('inquiry', told(registration), told(charge));
    const options = { ...FRESH, again: false, registrationConfirmed };
    return attempt(1).run(() => activities().rollbackRegistration(sale, options));
  };

  it.each([
    [true, 'ROLLED_BACK', 'ROLLED_BACK', 'done'],
    [true, 'ROLLED_BACK', 'DONE', 'refused'],
    [true, 'REFUSED', 'REFUSED', 'refused'],
    [true, 'DONE', 'DONE', 'refused'],
    [false, 'REFUSED', 'NOT_FOUND', 'done'],
    [false, 'REFUSED', 'DONE', 'refused'],
    [false, 'DONE', 'DONE', 'refused'],
  ])(
    '(registration confirmed: %s), whose registration is %s by the inquiry and whose charge %s, is %s',
    async (confirmed, registration, charge, kind) => {
      expect(await roll(confirmed, registration, charge)).toMatchObject({ kind });
    },
  );
});

describe('a purchase that begins in an outage, where the policy refuses it', () => {
  it('is refused by what its own channel sees, and its calls count for that channel', async () => {
    const asked: unknown[] = [];
    const gateway = mobifone.client();
    const call = jest.spyOn(gateway, 'call');
    const { checkSubscriber } = createGatewayActivities(gateway, TERMS, {
      refuses: (channel) => asked.push(channel) === 0,
    });
    await attempt(1).run(checkSubscriber, { ...sale, channel: channelName('honest') }, FRESH);
    expect(asked).toEqual(['honest']);
    expect(call.mock.calls[0]?.[2]).toMatchObject({ channel: 'honest' });
  });

  it('is refused at its check, and nothing reaches MobiFone', async () => {
    expect(await attempt(1).run(() => activities(true).checkSubscriber(sale))).toMatchObject({
      kind: 'refused',
      refusal: 'mobifone_unavailable',
    });
    expect(calls()).toEqual([]);
  });

  it('is not refused at a check after a first attempt that may have registered', async () => {
    const mayHaveBegun = { askFirst: false, registrationInDoubt: true };
    const checked = await attempt(1).run(() => activities(true).checkSubscriber(sale, mayHaveBegun));
    expect(checked).toMatchObject({ kind: 'done' });
    expect(calls()).toEqual(['check check']);
  });

  it('is refused at a prepaid registration, but not once it may have been sent', async () => {
    const prepaid = { ...sale, paymentForm: 'prepaid' } as const;
    const first = await attempt(1).run(() => activities(true).registerPackage(prepaid, FRESH));
    expect(first).toMatchObject({ kind: 'refused', refusal: 'mobifone_unavailable' });
    const second = await attempt(2).run(() => activities(true).registerPackage(prepaid, FRESH));
    expect(second).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('has begun already when it is postpaid and registers: that is never refused', async () => {
    const settlement = await attempt(1).run(() => activities(true).registerPackage(sale, FRESH));
    expect(settlement).toMatchObject({ kind: 'done' });
  });
});

describe('an inquiry for an operator’s decision', () => {
  it('answers once, and silence is an answer too', async () => {
    mobifone.answer('inquiry', reply({}, 503));
    expect(await attempt(1).run(() => activities().inquireOnce(sale, 'charge'))).toBe('no_answer');
    expect(await attempt(1).run(() => activities().inquireOnce(sale, 'charge'))).toBe('done');
  });
});

describe('the watch for what lands after a rollback', () => {
  const find = () => attempt(1).run(() => activities().findLateEffect(sale));
  const state = (transactionState: string) => reply({ transactionState });

  it.each([
    ['nothing landed', ['ROLLED_BACK', 'NOT_FOUND'], false],
    ['the registration stands', ['DONE'], true],
    ['the charge stands', ['ROLLED_BACK', 'DONE'], true],
  ])('tells when %s', async (_, states, found) => {
    mobifone.answer('inquiry', ...states.map(state));
    expect(await find()).toBe(found);
  });

  it('asks again while something is still in processing', async () => {
    mobifone.answer('inquiry', state('ROLLED_BACK'), state('PROCESSING'));
    expect((await failureOf(find())).type).toBe('MobifoneOutcomeUnknown');
  });
});

async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  const outcome = await run.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  if (outcome instanceof ApplicationFailure) return outcome;
  throw new Error(`expected an application failure, got ${String(outcome)}`);
}

describe('an activity of a purchase that is over, ordered once more in a reset of its run', () => {
  const decided: EarlierDecision = { kind: 'over', purchase: { outcome: 'rejected' } as Purchase }; // all that is read
  const earlier = { ...NO_EARLIER_RUNS, decision: () => Promise.resolve(decided) };
  const inRun = (runId: string, activityType: string) =>
    new MockActivityEnvironment(
      {
        ...UNHURRIED,
        activityId: ownActivityId({ activityType, originalRunId: 'first' }, 1),
        workflowExecution: { workflowId: `purchase:demo:${runId}`, runId },
      },
      { logger: Runtime.instance().logger },
    );
  const ofPurchase = () => createGatewayActivities(mobifone.client(), TERMS, undefined, earlier);

  it('asks what was decided, and sells nothing; in the run itself nobody is asked', async () => {
    const again = inRun('reset', 'registerPackage').run(() => ofPurchase().registerPackage(sale, FRESH));
    await expect(again).rejects.toMatchObject({ type: DECIDED_BEFORE });
    const attempted = inRun('reset-too', 'attemptSale').run(() => ofPurchase().attemptSale(sale, 10_000));
    await expect(attempted).rejects.toMatchObject({ type: DECIDED_BEFORE });
    expect(calls()).toEqual([]);
    await inRun('first', 'registerPackage').run(() => ofPurchase().registerPackage(sale, FRESH));
    expect(calls()).toEqual(['register registration']);
  });
});

describe('a second registration of a case that has had the customer refunded in an earlier run', () => {
  const again = (known: { knowsRefunded?: boolean; refusedWith?: 'charging_barred' }) => {
    const earlier = { ...NO_EARLIER_RUNS, refundedByCase: () => Promise.resolve(true) };
    const { registerAgain } = createGatewayActivities(mobifone.client(), TERMS, undefined, earlier);
    const workflowId = caseId(PURCHASE, { kind: 'make_good' });
    return new MockActivityEnvironment(
      { ...UNHURRIED, workflowExecution: { workflowId, runId: 'later' } },
      { logger: Runtime.instance().logger },
    ).run(() => registerAgain(sale, { ...FRESH, ...known }));
  };

  it('is answered with that word where the workflow says that it knows it, and not sent', async () => {
    expect(await again({ knowsRefunded: true })).toEqual({ kind: 'refunded' });
    expect(calls()).toEqual([]);
  });

  it('fails for the workflow of an older worker, which asks a person and loses nothing that it knows', async () => {
    const failure = await failureOf(again({ refusedWith: 'charging_barred' }));
    expect(failure).toMatchObject({
      nonRetryable: true,
      message: 'nothing was sent: the channel has been told to refund',
      details: [{ refusedWith: 'charging_barred' }],
    });
    expect(calls()).toEqual([]);
  });
});
