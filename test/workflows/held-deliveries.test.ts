import { activityInfo } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { DeliverNotice } from '../../activities/channel-activities';
import { DeliveryGate, type DeliveryHeld } from '../../channel/delivery-gate';
import { NOTICE_PAUSES_MS } from '../../domain/notice/notice';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { Circuit } from '../../mobifone/circuit';
import type { notice } from '../../workflows';
import { recordHistory } from '../support/histories';
import { scheduledActivities, searchAttributesTold } from '../support/history-reading';
import { anOrder, POLICY } from '../support/orders';
import { purchaseLabs, stepsOf, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const aLab = purchaseLabs();

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

async function eventCount(handle: WorkflowHandle<typeof notice>): Promise<number> {
  return (await handle.fetchHistory()).events?.length ?? 0;
}

describe('a notice that is held back before it is sent', () => {
  it('comes back by itself when its turn is: no attempt of the channel’s, and no event', async () => {
    const lab = aLab(new ScriptedGateway(), OWN_QUEUE);
    const turns: number[] = [];
    lab.deliver = async (_channel, _notice, _signal, { attempt, mayBeHeld }) => {
      expect(mayBeHeld).toBe(true);
      turns.push(attempt);
      return turns.length < 20 ? HELD : TAKEN;
    };
    const began = await lab.environment.currentTimeMs();
    const { handle, log } = await lab.deliverNotice();

    expect(turns).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect((await lab.environment.currentTimeMs()) - began).toBeGreaterThanOrEqual(19 * MINUTE);
    expect(log.attempts).toMatchObject([{ status: 204, detail: 'delivered' }]);
    expect(await scheduledActivities(handle)).toMatchObject([
      { activityType: { name: 'deliverNotice' }, taskQueue: { name: WEBHOOKS.taskQueue } },
    ]);
    await recordHistory('notice-held-back', handle);
    const atOnce = aLab(new ScriptedGateway(), OWN_QUEUE);
    expect(await eventCount(handle)).toBe(await eventCount((await atOnce.deliverNotice()).handle));
  });

  it('for as long as that lasts: is given up after the same attempts as ever, each in its log as unsent', async () => {
    const lab = aLab(new ScriptedGateway(), OWN_QUEUE);
    let held = 0;
    lab.deliver = async () => {
      held += 1;
      return HELD;
    };
    const { handle, log } = await lab.deliverNotice();

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
    const lab = aLab();
    lab.deliver = async (_channel, _notice, _signal, { mayBeHeld }) => (mayBeHeld ? HELD : TAKEN);
    const { handle, log } = await lab.deliverNotice();
    expect(log.standing).toBe('delivered');
    expect(await scheduledActivities(handle)).toMatchObject([{ taskQueue: { name: TASK_QUEUE } }]);
  });
});

describe('a refund notice', () => {
  /** A purchase whose charge is refused, and that has such a webhook. */
  async function refunded(deliver: DeliverNotice | undefined) {
    const gateway = new ScriptedGateway().script('charge', REFUSED);
    const lab = aLab(gateway, OWN_QUEUE, anOrder({ channel: 'kiosk' }));
    const { deliver: take } = lab;
    lab.deliver = deliver ?? take;
    const purchase = await lab.sell();
    return { lab, purchase, scheduled: await scheduledActivities(lab.handle()) };
  }

  it('goes by the webhooks’ queue with a time limit of its own, its purchase by its own queue', async () => {
    const { scheduled } = await refunded(undefined);
    const queues = scheduled.map((call) => `${call.activityType?.name} ${call.taskQueue?.name}`);
    expect(queues.toSorted()).toEqual([
      `chargeSubscriber ${TASK_QUEUE}`,
      `checkSubscriber ${TASK_QUEUE}`,
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
    const { lab, purchase, scheduled } = await refunded(async (_channel, notice) => {
      held.push(JSON.stringify(notice));
      return held.length < 6 ? HELD : TAKEN;
    });
    expect(new Set(held).size).toBe(1);
    expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
    expect(stepsOf(purchase)).toContain('refund_notice done');
    const searchable = await searchAttributesTold(lab.handle());
    expect(searchable.filter(({ NeedsAttention }) => NeedsAttention === true)).toEqual([]);
    expect(searchable).not.toEqual([]);
    expect(scheduled.filter(({ activityType }) => activityType?.name === 'noticeRefund')).toHaveLength(1);
    await recordHistory('refund-held-back', lab.handle());
  });
});

describe('a webhook that is dead for hours, and then heals', () => {
  it('has all its notices within minutes, and cost a few probes meanwhile', async () => {
    const hours = 5 * 60 * MINUTE;
    const lab = aLab(new ScriptedGateway().script('charge', REFUSED), OWN_QUEUE);
    const began = await lab.environment.currentTimeMs();
    let now = began;
    const world = { now: () => now, random: Math.random };
    const times = { probeMinMs: 5_000, probeMaxMs: MINUTE, retryMinMs: 30_000, retryMaxMs: 90_000 };
    const gate = new DeliveryGate(
      { ofChannel: 10, ofHost: 20, toSilentHosts: 150 },
      () => new Circuit(times, { windowMs: MINUTE, minFailures: 1, minSubjects: 1, share: 0.5 }, world),
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
    const purchase = await lab.sell();

    expect(stepsOf(purchase)).toContain('refund_notice done');
    expect(lateMs).toBeLessThan(15 * MINUTE);
    expect(tried).toBeLessThan(5 * 60);
  });
});
