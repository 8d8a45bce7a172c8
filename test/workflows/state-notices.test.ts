import { refundNoticeId, stateNoticeId, type NoticeId } from '../../domain/identifiers';
import { DELIVER_NOW_SIGNAL, noticeWorkflowId } from '../../domain/notice/protocol';
import type { Notice } from '../../domain/notice/notice';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import type { PurchaseState } from '../../domain/purchase/states';
import type { notice } from '../../workflows';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { anOrder, POLICY } from '../support/orders';
import { type PurchaseLab, purchaseLabs } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const aLab = purchaseLabs();

/** The sequence of a postpaid purchase’s success: four states, and three steps that began and ended. */
const SUCCEEDED_AT = 11;
const TAKEN = { kind: 'delivered', status: 204 } as const;
const OUT = { kind: 'retry', status: 503, detail: 'the webhook answered 503' } as const;

function subscribed(...webhookStates: PurchaseState[]): PurchaseOrder {
  return { ...anOrder(), webhookStates };
}

function noticeHandle(lab: PurchaseLab, id: NoticeId) {
  return lab.environment.client.workflow.getHandle<typeof notice>(noticeWorkflowId(id));
}

describe('a channel that subscribes to states', () => {
  it('is told of each of them, by its own id, and of no other', async () => {
    const order = subscribed('accepted', 'charging', 'succeeded');
    const lab = aLab(new ScriptedGateway(), POLICY, order);
    const told: Notice[] = [];
    lab.deliver = async (channel, given) => {
      expect(channel).toBe(order.channel);
      told.push(given);
      return TAKEN;
    };
    await lab.submitted(async () => {
      const { events } = await lab.result();
      await eventually('three notices', () => (told.length === 3 ? true : undefined));
      const moves = events.filter((event) => event.kind === 'state');
      const wanted = moves.filter(({ state }) => order.webhookStates?.includes(state));
      expect(
        told.toSorted((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.id.localeCompare(b.id)),
      ).toEqual(
        wanted.map(({ sequence, state, at }) => ({
          id: `evt_${order.purchaseId}_${sequence}`,
          purchaseId: order.purchaseId,
          externalId: order.externalId,
          sequence,
          state,
          reason: null,
          package: 'D90',
          faceValue: 90_000,
          occurredAt: at,
        })),
      );
    });
    await recordHistory('subscribed-to-states', lab.handle());
  });

  it('is told why nothing was sold, besides its refund notice, which stays as it is', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'subscriber_suspended',
    });
    const order = subscribed('rejected');
    const lab = aLab(gateway, POLICY, order);
    const purchase = await lab.submitted(async () => {
      await eventually('both notices', () => (lab.notices.length === 2 ? true : undefined));
      return lab.result();
    });
    const ids = lab.notices.map(({ id }) => id);
    expect(new Set(ids)).toEqual(
      new Set([refundNoticeId(order.purchaseId), stateNoticeId(order.purchaseId, 5)]),
    );
    expect(purchase.events[4]).toMatchObject({ state: 'rejected' });
    expect(lab.notices.find(({ id }) => id.startsWith('evt_'))).toMatchObject({
      reason: 'subscriber_suspended',
    });
  });

  it('does not hold the purchase up when its webhook is out', async () => {
    const lab = aLab(new ScriptedGateway(), POLICY, subscribed('succeeded'));
    let out = true;
    lab.deliver = async () => (out ? OUT : TAKEN);
    const handle = noticeHandle(lab, stateNoticeId(lab.order.purchaseId, SUCCEEDED_AT));
    await lab.submitted(async () => {
      const purchase = await lab.result();
      expect(purchase).toMatchObject({ outcome: 'succeeded', attention: null });
      expect((await handle.describe()).status.name).toBe('RUNNING');
      out = false;
      await handle.signal(DELIVER_NOW_SIGNAL);
      expect((await handle.result()).standing).toBe('delivered');
    });
  });
});
