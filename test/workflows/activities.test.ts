import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  createChannelActivities,
  createGatewayActivities,
  createOperationsActivities,
} from '../../activities';
import type { Sale } from '../../activities/gateway-activities';
import type { CommandResult } from '../../domain/command-result';
import type { DeliveryTurn } from '../../channel/delivery-gate';
import type { GatewayTerms } from '../../domain/gateway-promises';
import type { RefundNotice } from '../../domain/notice/notice';
import type { InquiryVerdict } from '../../domain/gateway-verdict';
import { refundNoticeId } from '../../domain/identifiers';
import type { PaymentForm } from '../../domain/catalogue/packages';
import type { OperationsEvent } from '../../domain/notice/operations-events';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';

const { purchaseId, msisdn, package: product, faceValue, channel, externalId } = anOrder();

function aSale(paymentForm: PaymentForm = 'postpaid'): Sale {
  return { purchaseId, msisdn, packageCode: product.code, paymentForm, amount: faceValue };
}

/** Where one attempt of an activity runs. */
function anActivityWorker(info: { attempt?: number; heartbeatTimeoutMs?: number } = {}) {
  return new MockActivityEnvironment(
    { startToCloseTimeoutMs: 600_000, ...info },
    { logger: new DefaultLogger('ERROR') },
  );
}

const SILENCE: InquiryVerdict[] = [
  { kind: 'retry_later', detail: 'busy' },
  { kind: 'unknown', detail: 'no reply' },
  { kind: 'broken_contract', detail: 'not JSON' },
];

/** Its inquiries are right at once, so that *not found* is believed. */
const TERMS: GatewayTerms = { kept: [], finalAfterMs: 0 };

describe('a purchase that begins while MobiFone is out, under the policy to refuse', () => {
  const refusing = { refuses: () => true };
  const FIRST = { askFirst: false };

  it.each(['check', 'prepaid registration'])(
    'is refused before its first command, the %s',
    async (command) => {
      const gateway = new ScriptedGateway();
      const activities = createGatewayActivities(gateway, TERMS, refusing);
      const worker = anActivityWorker({ attempt: 1 });
      const settlement = await worker.run((): Promise<CommandResult> =>
        command === 'check'
          ? activities.checkSubscriber(aSale())
          : activities.registerPackage(aSale('prepaid'), FIRST),
      );
      expect(settlement).toMatchObject({ kind: 'refused', refusal: 'mobifone_unavailable' });
      expect(gateway.calls).toEqual([]);
    },
  );

  it.each([
    { begun: 'a postpaid one that passed its check', form: 'postpaid', attempt: 1, askFirst: false },
    { begun: 'a second attempt', form: 'prepaid', attempt: 2, askFirst: false },
    { begun: 'a later round', form: 'prepaid', attempt: 1, askFirst: true },
  ] as const)('is never refused once it has begun: $begun', async ({ form, attempt, askFirst }) => {
    const gateway = new ScriptedGateway().answerInquiries({ kind: 'done' });
    const activities = createGatewayActivities(gateway, TERMS, refusing);
    const worker = anActivityWorker({ attempt });
    const settlement = await worker.run((): Promise<CommandResult> =>
      activities.registerPackage(aSale(form), { askFirst }),
    );
    expect(settlement.kind).toBe('done');
    expect(gateway.calls).toHaveLength(1);
  });
});

describe('the check of a purchase that is run anew', () => {
  const ANEW = { askFirst: true };
  const REFUSED = { kind: 'refused', refusal: 'subscriber_suspended' } as const;
  const checkAt = (gateway: ScriptedGateway, outage = false) =>
    anActivityWorker().run((): Promise<CommandResult> =>
      createGatewayActivities(gateway, TERMS, { refuses: () => outage }).checkSubscriber(aSale(), ANEW),
    );

  it('is no rejection, whatever MobiFone refuses, when an earlier run has registered', async () => {
    const gateway = new ScriptedGateway().script('check', REFUSED).answerInquiries({ kind: 'done' });
    expect(await checkAt(gateway)).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('is a rejection when none has', async () => {
    expect(await checkAt(new ScriptedGateway().script('check', REFUSED))).toMatchObject(REFUSED);
  });

  it.each([{ kind: 'processing' } as const, ...SILENCE])(
    'is not over while it is unknown whether one has ($kind)',
    async (answer) => {
      const gateway = new ScriptedGateway().script('check', REFUSED).answerInquiries(answer);
      await expect(checkAt(gateway)).rejects.toMatchObject({ type: expect.stringMatching(/^Mobifone/) });
    },
  );

  it('is not refused by ourselves in an outage: an earlier run may have sold', async () => {
    expect((await checkAt(new ScriptedGateway(), true)).kind).toBe('done');
  });
});

describe('a rollback that MobiFone refuses', () => {
  const REFUSED = { kind: 'refused', refusal: 'duplicate_order' } as const;
  const FINAL_AFTER_MS = 30_000;
  const SCHEDULED_MS = 1_000_000;
  /** An interrupted registration may have been sent until then. */
  const HEARD_OF_MS = 20_000;

  /** @param triedForMs how long the activity has been tried for */
  const rollback = (registration: InquiryVerdict, triedForMs = 0, registrationConfirmed = false) => {
    const gateway = new ScriptedGateway()
      .script('rollback', REFUSED)
      .answerInquiries(REFUSED, 'rollback')
      .answerInquiries(registration, 'registration');
    const worker = new MockActivityEnvironment(
      {
        attempt: triedForMs > 0 ? 2 : 1,
        startToCloseTimeoutMs: 600_000,
        heartbeatTimeoutMs: HEARD_OF_MS,
        scheduledTimestampMs: SCHEDULED_MS,
        currentAttemptScheduledTimestampMs: SCHEDULED_MS + triedForMs,
      },
      { logger: new DefaultLogger('ERROR') },
    );
    const activities = createGatewayActivities(gateway, { kept: [], finalAfterMs: FINAL_AFTER_MS });
    const options = { askFirst: false, again: false, registrationConfirmed };
    return worker.run(() => activities.rollbackRegistration(aSale(), options));
  };

  it.each(['rolled_back', 'refused'] as const)('has nothing left to undo of what is %s', async (kind) => {
    const gone = kind === 'refused' ? REFUSED : { kind };
    expect(await rollback(gone)).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
  });

  it('is refused while the registration stands', async () => {
    expect(await rollback({ kind: 'done' })).toMatchObject(REFUSED);
  });

  it('is not over while MobiFone may yet find the registration, and is when it no longer can', async () => {
    await expect(rollback({ kind: 'never_received' })).rejects.toMatchObject({
      type: 'MobifoneOutcomeUnknown',
      nextRetryDelay: 1_000,
    });
    const finallyMs = HEARD_OF_MS + FINAL_AFTER_MS;
    await expect(rollback({ kind: 'never_received' }, finallyMs - 1)).rejects.toMatchObject({
      type: 'MobifoneOutcomeUnknown',
    });
    expect(await rollback({ kind: 'never_received' }, finallyMs)).toMatchObject({ kind: 'done' });
    expect(await rollback({ kind: 'never_received' }, finallyMs, true)).toMatchObject(REFUSED);
  });

  it('is over without being sent again, where MobiFone knows neither it nor the registration', async () => {
    const gateway = new ScriptedGateway()
      .script('rollback', REFUSED)
      .answerInquiries({ kind: 'never_received' }, 'rollback')
      .answerInquiries({ kind: 'never_received' }, 'registration');
    const activities = createGatewayActivities(gateway, { kept: [], finalAfterMs: FINAL_AFTER_MS });
    const options = { askFirst: false, again: false, registrationConfirmed: false };
    let [attempt, triedForMs] = [0, 0];
    let heartbeatDetails: unknown;
    for (;;) {
      const worker = new MockActivityEnvironment(
        {
          attempt: (attempt += 1),
          startToCloseTimeoutMs: 600_000,
          heartbeatTimeoutMs: HEARD_OF_MS,
          scheduledTimestampMs: SCHEDULED_MS,
          currentAttemptScheduledTimestampMs: SCHEDULED_MS + triedForMs,
          heartbeatDetails,
        },
        { logger: new DefaultLogger('ERROR') },
      );
      worker.on('heartbeat', (told: unknown) => void (heartbeatDetails = told));
      const ended = await worker
        .run(() => activities.rollbackRegistration(aSale(), options))
        .catch((failure: unknown) => failure);
      if (!(ended instanceof ApplicationFailure)) {
        expect(ended).toMatchObject({ kind: 'done', settledBy: 'inquiry' });
        break;
      }
      expect(ended.type).toBe('MobifoneOutcomeUnknown');
      triedForMs += Number(ended.nextRetryDelay ?? 1_000);
    }
    expect(gateway.calls.filter((call) => call === 'rollback')).toHaveLength(1);
  });

  it.each([{ kind: 'processing' } as const, ...SILENCE])(
    'is not over while MobiFone does not say what became of the registration ($kind)',
    async (answer) => {
      await expect(rollback(answer)).rejects.toMatchObject({ type: expect.stringMatching(/^Mobifone/) });
    },
  );
});

describe('a worker that was frozen between a registration and its charge', () => {
  afterEach(() => jest.restoreAllMocks());

  it('sends no charge when Temporal has given its attempt to another', async () => {
    const gateway = new ScriptedGateway().script('register', async () => {
      const wokeAt = Date.now() + 60_000;
      jest.spyOn(Date, 'now').mockReturnValue(wokeAt);
      return { kind: 'done' };
    });
    const workflowService = {
      recordActivityTaskHeartbeat: () => Promise.reject(Object.assign(new Error('not found'), { code: 5 })),
    };
    const held = (_: unknown, call: () => unknown) => call();
    const client = { workflowService, withDeadline: held, withAbortSignal: held };
    const worker = new MockActivityEnvironment(
      { heartbeatTimeoutMs: 10_000 },
      { logger: new DefaultLogger('ERROR'), client: client as unknown as Client }, // what an attempt uses of it
    );
    const tried = await worker.run(() =>
      createGatewayActivities(gateway, TERMS).registerAndCharge(aSale(), 60_000),
    );
    expect(tried).toMatchObject({
      registration: { kind: 'done' },
      charge: { kind: 'unsettled', neverSent: true },
    });
    expect(gateway.calls).toEqual(['register']);
  });
});

describe('what an inquiry tells before a command is sent again', () => {
  const AGAIN = { askFirst: true };

  it('that the transaction was rolled back: the command is refused for good, and not sent', async () => {
    const gateway = new ScriptedGateway().answerInquiries({ kind: 'rolled_back' });
    const activities = createGatewayActivities(gateway, TERMS);
    const settlement = await anActivityWorker().run(() => activities.chargeSubscriber(aSale(), AGAIN));
    expect(settlement).toMatchObject({ kind: 'refused', refusal: 'duplicate_order', settledBy: 'inquiry' });
    expect(gateway.calls).toEqual(['inquiry:charge']);
  });

  it.each(SILENCE)('nothing ($kind): the command is not sent', async (silence) => {
    const gateway = new ScriptedGateway().answerInquiries(silence);
    const activities = createGatewayActivities(gateway, TERMS);
    await expect(anActivityWorker().run(() => activities.chargeSubscriber(aSale(), AGAIN))).rejects.toThrow();
    expect(gateway.calls).toEqual(['inquiry:charge']);
  });
});

describe('the search for what landed after its rollback', () => {
  const find = (gateway: ScriptedGateway) =>
    anActivityWorker().run(() => createGatewayActivities(gateway, TERMS).findLateEffect(aSale()));

  it.each(['registration', 'charge'] as const)('finds a %s that stands', async (transaction) => {
    const gateway = new ScriptedGateway().answerInquiries({ kind: 'done' }, transaction);
    expect(await find(gateway)).toBe(true);
  });

  it.each(['never_received', 'rolled_back'] as const)('finds nothing in what is %s', async (kind) => {
    expect(await find(new ScriptedGateway().answerInquiries({ kind }))).toBe(false);
  });

  it.each([{ kind: 'processing' } as const, ...SILENCE])(
    'is not over while a charge is without an answer ($kind)',
    async (silence) => {
      const gateway = new ScriptedGateway().answerInquiries(silence, 'charge');
      await expect(find(gateway)).rejects.toMatchObject({ type: expect.stringMatching(/^Mobifone/) });
    },
  );
});

describe('one question before a decision is taken', () => {
  it.each(SILENCE)('has silence for an answer too ($kind)', async (silence) => {
    const activities = createGatewayActivities(new ScriptedGateway().answerInquiries(silence), TERMS);
    const worker = anActivityWorker();
    expect(await worker.run(() => activities.inquireOnce(aSale(), 'charge'))).toBe('no_answer');
  });
});

describe('a remote call that takes long', () => {
  /** A beat is due every tenth of a second: the worker is given fifty of them. */
  async function beats(call: (worker: MockActivityEnvironment) => Promise<unknown>): Promise<boolean> {
    const worker = anActivityWorker({ heartbeatTimeoutMs: 300 });
    const beat = new Promise<boolean>((resolve) => worker.once('heartbeat', () => resolve(true)));
    let giveUp: NodeJS.Timeout | undefined;
    const none = new Promise<boolean>((resolve) => (giveUp = setTimeout(() => resolve(false), 5_000)));
    const called = call(worker);
    try {
      return await Promise.race([beat, none]);
    } finally {
      clearTimeout(giveUp);
      worker.cancel();
      await called.catch(() => undefined);
    }
  }

  it('to MobiFone tells Temporal that its worker is alive', async () => {
    const gateway = new ScriptedGateway();
    gateway.hold('charge');
    const activities = createGatewayActivities(gateway, TERMS);
    const charging = (worker: MockActivityEnvironment) =>
      worker.run(() => activities.chargeSubscriber(aSale(), { askFirst: false }));
    expect(await beats(charging)).toBe(true);
  });

  it('to a channel does so too', async () => {
    const activities = createChannelActivities(
      (_channel, _notice, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    expect(await beats((worker) => worker.run(() => activities.noticeRefund(channel, aNotice())))).toBe(true);
  });
});

describe('a remote call whose life Temporal does not watch', () => {
  it('sends no heartbeat: hundreds of deliveries that hang cost Temporal nothing', async () => {
    const worker = anActivityWorker();
    const beats: unknown[] = [];
    worker.on('heartbeat', (beat) => beats.push(beat));
    const intervals = jest.spyOn(global, 'setInterval');
    const activities = createChannelActivities(async () => ({ kind: 'delivered' }));
    await worker.run(() => activities.noticeRefund(channel, aNotice()));
    expect(intervals).not.toHaveBeenCalled();
    expect(beats).toEqual([]);
    intervals.mockRestore();
  });
});

describe('a remote call that Temporal cancels', () => {
  it('ends as cancelled, whatever the network made of it, so that nobody takes it for failed', async () => {
    const worker = anActivityWorker();
    let tellStarted: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (tellStarted = resolve));
    const activities = createChannelActivities((_channel, _notice, signal) => {
      tellStarted();
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('socket hang up'))),
      );
    });
    const called = worker.run(() => activities.noticeRefund(channel, aNotice()));
    await started;
    worker.cancel();
    await expect(called).rejects.toMatchObject({
      name: 'CancelledFailure',
      message: 'refund notice: cancelled',
    });
  });
});

describe('a channel that does not take its notice', () => {
  it.each([
    { asks: 'for patience', retryAfterMs: 90_000, nextRetryDelay: 90_000 },
    { asks: 'for nothing', retryAfterMs: undefined, nextRetryDelay: undefined },
  ])('and asks $asks: it is told again, no sooner', async ({ retryAfterMs, nextRetryDelay }) => {
    const activities = createChannelActivities(async () => ({
      kind: 'retry',
      detail: '503',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    }));
    const failure: unknown = await anActivityWorker()
      .run(() => activities.noticeRefund(channel, aNotice()))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'ChannelUnreachable', nonRetryable: false });
    expect(failure).toHaveProperty('nextRetryDelay', nextRetryDelay);
  });
});

describe('a delivery that is held back before it is sent', () => {
  const held = async () =>
    ({ kind: 'held', by: 'circuit', detail: 'the webhook does not answer', retryAfterMs: 45_000 }) as const;
  const failed = { type: 'DeliveryHeld', nonRetryable: false, category: 'BENIGN', nextRetryDelay: 45_000 };

  it.each(['refund notice', 'notice', 'event for operations'])(
    'comes again when its turn is: %s',
    async (what) => {
      const { noticeRefund, deliverNotice } = createChannelActivities(held);
      const { tellOperations } = createOperationsActivities(held);
      const event = { type: 'operations.purchases_cut_off', id: 'evt_1' } as OperationsEvent; // held unread
      const failure: unknown = await anActivityWorker()
        .run((): Promise<unknown> => {
          if (what === 'refund notice') return noticeRefund(channel, aNotice());
          return what === 'notice' ? deliverNotice(channel, aNotice(), true) : tellOperations(event);
        })
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ ...failed, details: [{ retryAfterMs: 45_000 }] });
      expect(failure).toHaveProperty('message', expect.stringContaining('not sent yet, the webhook'));
    },
  );

  it('cannot be one that its workflow would not repeat: the gate is told so', async () => {
    const turns: DeliveryTurn[] = [];
    const { deliverNotice } = createChannelActivities(async (_channel, _notice, _signal, turn) => {
      turns.push(turn);
      return { kind: 'delivered' };
    });
    await anActivityWorker({ attempt: 3 }).run(() => deliverNotice(channel, aNotice(), true));
    await anActivityWorker().run(() => deliverNotice(channel, aNotice()));
    expect(turns).toEqual([
      { attempt: 3, mayBeHeld: true },
      { attempt: 1, mayBeHeld: false },
    ]);
  });
});

function aNotice(): RefundNotice {
  return {
    id: refundNoticeId(purchaseId),
    purchaseId,
    externalId,
    outcome: 'rolled_back',
    refusal: 'insufficient_balance',
    amount: faceValue,
    occurredAt: '2026-11-24T00:00:00.000Z',
  };
}
