import { defaultPayloadConverter, toPayloads } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { CANCEL_UPDATE, type CancelRequest } from '../../domain/purchase/protocol';
import { caseRefundNoticeId } from '../../domain/identifiers';
import type { Notice } from '../../domain/notice/notice';
import { saleOf } from '../../domain/purchase/sale';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

const { CommandType } = temporal.api.enums.v1;

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const NO_MONEY = { kind: 'refused', refusal: 'insufficient_balance' } as const;
/** What was on its way when a run ended has arrived or never will. */
const NOTHING_ON_ITS_WAY = { lateEffectWatch: 1 };

/** What MobiFone was told to do, in order; questions are not among it. */
const commandsOf = ({ gateway }: SweepLab) =>
  gateway.calls.filter((call) => !call.startsWith('inquiry') && call !== 'check' && call !== 'sms');

/** What searches for refund notices find of the latest run. */
async function refundInIndex(lab: SweepLab) {
  const { typedSearchAttributes } = await lab.handle().describe();
  const dueAt = typedSearchAttributes.get(SEARCH_ATTRIBUTES.refundDueAt);
  const delivered = typedSearchAttributes.get(SEARCH_ATTRIBUTES.noticeDelivered);
  return { ...(dueAt && { dueAt }), ...(delivered !== undefined && { delivered }) };
}

describe('a purchase that is over and then reset', () => {
  it('ends as it had ended: what was refused then is not sold now', async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('charge', NO_MONEY));
    await lab.run(async () => {
      const ended = await lab.sellToTheEnd();
      expect(ended.outcome).toBe('rolled_back');
      const told = await refundInIndex(lab);
      expect(told.delivered).toBe(true);
      await lab.reset();
      expect(await lab.result()).toEqual(ended);
      expect(await lab.find()).toMatchObject({ outcome: 'rolled_back', attention: null });
      expect(await refundInIndex(lab)).toEqual(told);
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge', 'rollback']);
    expect(lab.notices).toHaveLength(1);
  });

  it('stays refused, though MobiFone would take it by now', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('check', { kind: 'refused', refusal: 'package_not_allowed' }),
    );
    await lab.run(async () => {
      expect((await lab.sellToTheEnd()).outcome).toBe('rejected');
      await lab.reset();
      expect((await lab.result()).outcome).toBe('rejected');
    });
    expect(commandsOf(lab)).toEqual([]);
    expect(lab.notices).toHaveLength(1);
  });

  it('stays sold, and nothing is sent again', async () => {
    const lab = new SweepLab(server, new ScriptedGateway(), { order: anOrder({ paymentForm: 'prepaid' }) });
    await lab.run(async () => {
      const ended = await lab.sellToTheEnd();
      await lab.reset();
      expect(await lab.result()).toEqual(ended);
    });
    expect(commandsOf(lab)).toEqual(['register']);
  });

  it('is not charged either when the reset hands its charge to the new run by itself', async () => {
    const gateway = new ScriptedGateway();
    const lab = new SweepLab(server, gateway, NOTHING_ON_ITS_WAY);
    const held = gateway.hold('charge');
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await held.arrived;
      await lab.handle().signal('nobody-listens'); // a workflow task while the charge is on its way
      const task = await eventually('that task', () => lab.taskEndWhile('chargeSubscriber'));
      held.release(NO_MONEY);
      expect((await lab.result()).outcome).toBe('rolled_back');
      await lab.reset(task);
      expect((await lab.result()).outcome).toBe('rolled_back');
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge', 'rollback']);
  });
});

describe('a purchase that is over, and whose start is copied with its memo', () => {
  it('ends as it had ended, when the copy is started at once', async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('charge', NO_MONEY), {
      saleAttemptLimit: 60_000,
    });
    await lab.run(async () => {
      const ended = await lab.sellToTheEnd();
      expect(ended.outcome).toBe('rolled_back');
      lab.gateway.forget(); // whatever MobiFone would take by now
      await lab.startCopy();
      expect(await lab.result()).toEqual(ended);
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge', 'rollback']);
    expect(lab.notices).toHaveLength(1);
  });

  it('ends as it had ended, when nothing but its age gives the copy away', async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('charge', NO_MONEY), NOTHING_ON_ITS_WAY);
    await lab.run(async () => {
      lab.order.acceptedAt = new Date(Date.now() - 180_000).toISOString();
      const ended = await lab.sellToTheEnd();
      expect(ended.outcome).toBe('rolled_back');
      lab.gateway.forget();
      await lab.startCopy();
      expect(await lab.result()).toEqual(ended);
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge', 'rollback']);
    expect(lab.notices).toHaveLength(1);
  });
});

describe('a purchase whose start is copied with a wait before it begins', () => {
  const cancelled = (lab: SweepLab) => {
    const { channel: by } = lab.order;
    const request: CancelRequest = { refusal: 'cancelled_by_channel', by, why: 'it hangs' };
    return lab.handle().executeUpdate(CANCEL_UPDATE, { args: [request] });
  };

  it('was sold: it is told so, and stays sold when its channel cancels the copy', async () => {
    const lab = new SweepLab(server, new ScriptedGateway(), NOTHING_ON_ITS_WAY);
    await lab.run(async () => {
      const ended = await lab.sellToTheEnd();
      await lab.startCopy({ startDelay: '1 hour' });
      expect(await lab.find()).toMatchObject({ outcome: 'succeeded' });
      await lab.cancel();
      expect(await lab.result()).toEqual(ended);
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge']);
    expect(lab.notices).toEqual([]);
  });

  it('was terminated while its charge was on its way: the copy, cancelled, is undone before anybody refunds', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY);
    const lab = new SweepLab(server, gateway, NOTHING_ON_ITS_WAY);
    await lab.run(async () => {
      await lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await lab.terminate();
      await lab.startCopy({ startDelay: '1 hour' });
      await cancelled(lab);
      expect((await lab.result()).outcome).toBe('cancelled');
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge', 'rollback']);
    expect(lab.notices).toHaveLength(1);
  });
});

describe('a purchase that was cancelled during its first attempt, and then reset to that time', () => {
  it('is not sold, though its first attempt comes to the new run by itself', async () => {
    const gateway = new ScriptedGateway();
    const lab = new SweepLab(server, gateway, { ...NOTHING_ON_ITS_WAY, saleAttemptLimit: 60_000 });
    const held = gateway.hold('check');
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await held.arrived;
      await lab.handle().signal('nobody-listens'); // a workflow task while the attempt is on its way
      const task = await eventually('that task', () => lab.taskEndWhile('attemptSale'));
      const cancelling = lab.cancel();
      await lab.untilUpdatesAccepted(1);
      held.release(NO_REPLY);
      expect((await cancelling).kind).toBe('cancelling');
      expect((await lab.result()).outcome).toBe('cancelled');
      await lab.reset(task);
      expect((await lab.result()).outcome).toBe('cancelled');
    });
    expect(commandsOf(lab)).toEqual([]);
    expect(lab.notices).toHaveLength(1);
  });
});

describe('a purchase that was reset while it was registered, and then cancelled during its check', () => {
  it('is watched: what lands after its rollback is rolled back as well', async () => {
    const gateway = new ScriptedGateway();
    const lab = new SweepLab(server, gateway, NOTHING_ON_ITS_WAY);
    const registering = gateway.hold('register');
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await registering.arrived;
      const checking = gateway.hold('check');
      await lab.reset();
      await checking.arrived;
      gateway.answerInquiries({ kind: 'done' }, 'registration'); // it has landed after all, and no rollback voids it
      expect((await lab.cancel()).kind).toBe('cancelling');
      expect((await lab.result()).outcome).toBe('cancelled');
    });
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks.map(({ transaction }) => transaction)).toEqual(['rollback', 'rollback-2']);
  });
});

describe('a purchase that was terminated while it was undone, and then reset', () => {
  it('is undone, and its channel gets the same notice, to the byte', async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('charge', NO_MONEY), NOTHING_ON_ITS_WAY);
    const told: Notice[] = [];
    let isOut = true;
    lab.deliver = async (_, notice) => {
      told.push(notice);
      return isOut
        ? { kind: 'retry', status: 503, detail: 'the webhook answered 503' }
        : { kind: 'delivered', status: 204 };
    };
    await lab.run(async () => {
      await lab.sellUntil('the rollback', ({ outcome }) => outcome === 'rolled_back');
      await eventually('a first delivery', () => told[0]);
      await lab.terminate();
      isOut = false;
      await lab.reset();
      expect((await lab.result()).outcome).toBe('rolled_back');
    });
    expect(commandsOf(lab).filter((call) => call === 'charge')).toHaveLength(1);
    expect(new Set(told.map((notice) => JSON.stringify(notice))).size).toBe(1);
  });
});

describe('a purchase that was terminated, refunded by its case, and then reset', () => {
  it('is not sold', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('check', NO_REPLY, NO_REPLY),
      NOTHING_ON_ITS_WAY,
    );
    await lab.run(async () => {
      await lab.sellUntil('the check', ({ state }) => state === 'checking');
      await lab.terminate();
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
      await lab.reset();
      expect((await lab.result()).outcome).toBe('given_up');
    });
    expect(commandsOf(lab)).not.toContain('charge');
    expect(new Set(lab.notices.map(({ id }) => id)).size).toBe(1);
  });

  it('has no notice but that of the case, where it had succeeded', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('sms', NO_REPLY, NO_REPLY, NO_REPLY, NO_REPLY),
      { ...NOTHING_ON_ITS_WAY, order: anOrder({ paymentForm: 'prepaid' }) },
    );
    lab.gateway.answerInquiries(NO_REPLY, 'sms-transaction').answerInquiries(NO_REPLY, 'sms-success');
    await lab.run(async () => {
      await lab.sellUntil('success', ({ outcome }) => outcome === 'succeeded');
      await lab.terminate();
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
      await lab.reset();
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(lab.notices).toMatchObject([{ id: caseRefundNoticeId(lab.order.purchaseId) }]);
    expect(commandsOf(lab)).toEqual(['register']);
  });

  it('is not sold again where another case has refunded it', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('sms', NO_REPLY, NO_REPLY, NO_REPLY, NO_REPLY),
      { ...NOTHING_ON_ITS_WAY, order: anOrder({ paymentForm: 'prepaid' }) },
    );
    lab.gateway.answerInquiries(NO_REPLY, 'sms-transaction').answerInquiries(NO_REPLY, 'sms-success');
    await lab.run(async () => {
      await lab.sellUntil('success', ({ outcome }) => outcome === 'succeeded');
      await lab.terminate();
      lab.gateway.forget();
      const id = await lab.openMakeGood({ by: 'lan', why: 'ticket 4711' });
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
      await lab.reset();
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(lab.notices).toMatchObject([{ id: caseRefundNoticeId(lab.order.purchaseId) }]);
    expect(commandsOf(lab)).toEqual(['register']);
  });
});

describe('a purchase that was sold, and is reset and cancelled before its first step', () => {
  it.each(['prepaid', 'postpaid'] as const)(
    'stays sold, and nobody is told to refund: %s',
    async (paymentForm) => {
      const lab = new SweepLab(server, new ScriptedGateway(), { order: anOrder({ paymentForm }) });
      const ended = await lab.run(() => lab.sellToTheEnd());
      await lab.reset();
      await lab.handle().cancel();
      const sent = commandsOf(lab).length;
      await lab.run(async () => expect(await lab.result()).toEqual(ended));
      expect(commandsOf(lab)).toHaveLength(sent);
      expect(lab.notices).toEqual([]);
      expect(await refundInIndex(lab)).toEqual({}); // else the sweep opens a case, and the channel's list shows a refund
    },
  );
});

describe('a purchase that was sold, and whose workflow somebody starts again on a task queue of their own', () => {
  it('is not undone by an activity that is ordered there', async () => {
    const lab = new SweepLab(server, new ScriptedGateway());
    const { workflowId } = lab.handle();
    const taskQueue = { name: `${TASK_QUEUE}-of-somebody` };
    const { workflowService, options } = server.client;
    const { namespace } = options;
    await lab.run(async () => {
      await lab.sellToTheEnd();
      await server.client.workflow.start('anything', { workflowId, taskQueue: taskQueue.name });
      const { taskToken } = await server.client.withDeadline(deadlineIn(30_000), () =>
        workflowService.pollWorkflowTaskQueue({ namespace, taskQueue }),
      );
      await workflowService.respondWorkflowTaskCompleted({
        namespace,
        taskToken,
        commands: [
          {
            commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
            scheduleActivityTaskCommandAttributes: {
              activityId: '1',
              activityType: { name: 'rollbackRegistration' },
              taskQueue: { name: TASK_QUEUE },
              input: { payloads: toPayloads(defaultPayloadConverter, saleOf(lab.order), {}) ?? [] },
              scheduleToCloseTimeout: msToTs(60_000),
            },
          },
        ],
      });
      const failed = await eventually('the activity to end', async () => {
        const { events } = await lab.handle().fetchHistory();
        return events?.find((event) => event.activityTaskFailedEventAttributes);
      });
      expect(failed.activityTaskFailedEventAttributes?.failure?.message).toContain(
        'nothing was ordered by this',
      );
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge']);
    await lab.handle().terminate();
  });
});
