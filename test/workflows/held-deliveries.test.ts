import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowHandle } from '@temporalio/client';
import type { DeliverNotice } from '../../activities/channel-activities';
import { DeliveryGate, type DeliveryHeld } from '../../channel/delivery-gate';
import { stateNoticeId } from '../../domain/identifiers';
import { NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import { NOTICE_PAUSES_MS, type NoticeLog, type StateNotice } from '../../domain/notice/notice';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { Circuit } from '../../mobifone/circuit';
import type { notice } from '../../workflows';
import { recordHistory } from '../support/histories';
import { scheduledActivities, searchAttributesTold } from '../support/history-reading';
import { anOrder, POLICY } from '../support/orders';
import { PurchaseLab, stepsOf, TASK_QUEUE, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await timeSkippingServer()));
afterAll(() => server.teardown());

const WEBHOOKS = { taskQueue: `${TASK_QUEUE}-webhooks`, attemptTimeout: 25_000 };
const OWN_QUEUE: PurchasePolicy = { ...POLICY, webhooks: WEBHOOKS };
const TAKEN = { kind: 'delivered', status: 204 } as const;
const SILENCE = { kind: 'retry', detail: 'no answer within 10000 ms', silent: true } as const;
const REFUSED = { kind: 'refused', refusal: 'insufficient_balance' } as const;
const HELD: DeliveryHeld = {
  kind: 'held',
  by: 'channel',
  detail: 'as many deliveries to this channel as may be are under way',
  retryAfterMs: 60_000,
};
const MINUTE = 60_000;

/** A notice by itself: the time-skipping server does not jump over the pauses of one that a purchase began. */
async function begin(policy = OWN_QUEUE): Promise<WorkflowHandle<typeof notice>> {
  const { purchaseId, externalId, channel, acceptedAt, ...order } = anOrder();
  const told: StateNotice = {
    id: stateNoticeId(purchaseId, 11),
    purchaseId,
    externalId,
    sequence: 11,
    state: 'succeeded',
    reason: null,
    package: order.package.code,
    faceValue: order.faceValue,
    occurredAt: acceptedAt,
  };
  return server.client.workflow.start<typeof notice>(NOTICE_WORKFLOW, {
    workflowId: noticeWorkflowId(told.id),
    taskQueue: TASK_QUEUE,
    args: [{ channel, notice: told }, policy],
    typedSearchAttributes: [{ key: { name: 'NoticeDelivered', type: 'BOOL' }, value: false }],
  });
}

/** Waits until a notice is delivered or given up, however long that takes in workflow time. */
async function tell(lab: PurchaseLab): Promise<{ handle: WorkflowHandle<typeof notice>; log: NoticeLog }> {
  return lab.run(async () => {
    const handle = await begin(lab.policy);
    return { handle, log: await handle.result() };
  });
}

async function eventCount(handle: WorkflowHandle<typeof notice>): Promise<number> {
  return (await handle.fetchHistory()).events?.length ?? 0;
}

describe('a notice that is held back before it is sent', () => {
  it('comes back by itself when its turn is: no attempt of the channel’s, and no event', async () => {
    const lab = new PurchaseLab(server, new ScriptedGateway(), OWN_QUEUE);
    const turns: number[] = [];
    lab.deliver = async (_channel, _notice, _signal, { attempt, mayBeHeld }) => {
      expect(mayBeHeld).toBe(true);
      turns.push(attempt);
      return turns.length < 20 ? HELD : TAKEN;
    };
    const began = await server.currentTimeMs();
    const { handle, log } = await tell(lab);

    expect(turns).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await server.currentTimeMs()) - began).toBeGreaterThanOrEqual(19 * MINUTE);
    expect(log.attempts).toMatchObject([{ status: 204, detail: 'delivered' }]);
    expect(await scheduledActivities(handle)).toMatchObject([
      { activityType: { name: 'deliverNotice' }, taskQueue: { name: WEBHOOKS.taskQueue } },
    ]);
    await recordHistory('notice-held-back', handle);
    const atOnce = new PurchaseLab(server, new ScriptedGateway(), OWN_QUEUE);
    expect(await eventCount(handle)).toBe(await eventCount((await tell(atOnce)).handle));
  });

  it('for as long as that lasts: is given up after the same attempts as ever, each in its log as unsent', async () => {
    const lab = new PurchaseLab(server, new ScriptedGateway(), OWN_QUEUE);
    let held = 0;
    lab.deliver = async () => {
      held += 1;
      return HELD;
    };
    const { handle, log } = await tell(lab);

    expect(log.standing).toBe('undelivered');
    expect(log.attempts).toHaveLength(NOTICE_PAUSES_MS.length + 1);
    for (const { detail, durationMs } of log.attempts) {
      expect(detail).toContain(`not sent yet, ${HELD.detail}`);
      expect(durationMs).toBe(0);
    }
    expect(held).toBeGreaterThan(10 * log.attempts.length);
    expect(await scheduledActivities(handle)).toHaveLength(log.attempts.length);
    await recordHistory('notice-held-back-for-days', handle);
  });

  it('was begun by an older API: it is sent at once, each attempt once, on the purchase’s own queue', async () => {
    const lab = new PurchaseLab(server, new ScriptedGateway());
    lab.deliver = async (_channel, _notice, _signal, { mayBeHeld }) => (mayBeHeld ? HELD : TAKEN);
    const { handle, log } = await tell(lab);
    expect(log.standing).toBe('delivered');
    expect(await scheduledActivities(handle)).toMatchObject([{ taskQueue: { name: TASK_QUEUE } }]);
  });
});

describe('a refund notice', () => {
  /** A purchase whose charge is refused, and that has such a webhook. */
  async function refunded(deliver: DeliverNotice | undefined) {
    const gateway = new ScriptedGateway().script('charge', REFUSED);
    const lab = new PurchaseLab(server, gateway, OWN_QUEUE);
    const { deliver: take } = lab;
    lab.deliver = deliver ?? take;
    const order = anOrder({ channel: 'kiosk' });
    const purchase = await lab.sell(order);
    return { lab, order, purchase, scheduled: await scheduledActivities(lab.handle(order)) };
  }

  it('goes by the webhooks’ queue with a time limit of its own, its purchase by its own queue', async () => {
    const { scheduled } = await refunded(undefined);
    const queues = scheduled.map((call) => `${call.activityType?.name} ${call.taskQueue?.name}`);
    expect(queues.toSorted()).toEqual([
      `chargeSubscriber ${TASK_QUEUE}`,
      `noticeRefund ${WEBHOOKS.taskQueue}`,
      `registerPackage ${TASK_QUEUE}`,
      `rollbackRegistration ${TASK_QUEUE}`,
    ]);
    const refund = scheduled.find(({ activityType }) => activityType?.name === 'noticeRefund');
    expect(refund?.startToCloseTimeout?.seconds?.toNumber()).toBe(WEBHOOKS.attemptTimeout / 1000);
    expect(Number(refund?.heartbeatTimeout?.seconds ?? 0)).toBe(0);
    expect(refund?.priority).toMatchObject({ priorityKey: 1, fairnessKey: 'kiosk' });
  });

  it('that is held back comes in its turn: the same notice, once, and nobody is called', async () => {
    const held: string[] = [];
    const { lab, order, purchase, scheduled } = await refunded(async (_channel, notice) => {
      held.push(JSON.stringify(notice));
      return held.length < 6 ? HELD : TAKEN;
    });
    expect(new Set(held).size).toBe(1);
    expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
    expect(stepsOf(purchase)).toContain('refund_notice done');
    const searchable = await searchAttributesTold(lab.handle(order));
    expect(searchable.filter(({ NeedsAttention }) => NeedsAttention === true)).toEqual([]);
    expect(searchable).not.toEqual([]);
    expect(scheduled.filter(({ activityType }) => activityType?.name === 'noticeRefund')).toHaveLength(1);
    await recordHistory('refund-held-back', lab.handle(order));
  });
});

describe('a webhook that is dead for hours, and then heals', () => {
  it('has all its notices within minutes, and cost a few probes meanwhile', async () => {
    const hours = 5 * 60 * MINUTE;
    const lab = new PurchaseLab(server, new ScriptedGateway(), OWN_QUEUE);
    const began = await server.currentTimeMs();
    let now = began;
    const world = { now: () => now, random: Math.random };
    const times = { probeMinMs: 5_000, probeMaxMs: MINUTE, retryMinMs: 30_000, retryMaxMs: 90_000 };
    const gate = new DeliveryGate(
      { ofChannel: 10, ofHost: 20, toSilentHosts: 150 },
      () => new Circuit(times, { windowMs: MINUTE, minFailures: 1, minPurchases: 1, share: 0.5 }, world),
      { underWay: () => undefined, held: () => undefined, turned: () => undefined },
      world,
    );
    let tried = 0;
    let lateMs = 0;
    lab.deliver = (channel, { id: message }, _signal, turn) => {
      now = Math.max(now, activityInfo().currentAttemptScheduledTimestampMs);
      const delivery = { channel, url: 'https://shop.example/', message, turn };
      return gate.through(delivery, async () => {
        tried += 1;
        if (now - began < hours) return SILENCE;
        lateMs = now - began - hours;
        return TAKEN;
      });
    };
    const gateway = lab.gateway as ScriptedGateway; // as it was given
    gateway.script('charge', REFUSED);
    const purchase = await lab.sell(anOrder());

    expect(stepsOf(purchase)).toContain('refund_notice done');
    expect(lateMs).toBeLessThan(15 * MINUTE);
    expect(tried).toBeLessThan(5 * 60);
  });
});
