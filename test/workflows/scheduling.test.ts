import { scheduledActivities } from '../support/history-reading';
import { anOrder, LOCAL_POLICY, POLICY } from '../support/orders';
import { purchaseLabs } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const REFUSED = { kind: 'refused', refusal: 'insufficient_balance' } as const;

const aLab = purchaseLabs();

/** A purchase that comes to a rollback, and what it made durable on the way. */
async function rolledBack(gatewayTaskQueue?: string) {
  const gateway = new ScriptedGateway().script('charge', REFUSED);
  const policy = { ...POLICY, ...(gatewayTaskQueue ? { gatewayTaskQueue } : {}) };
  const lab = aLab(gateway, policy, anOrder({ channel: 'kiosk' }));
  expect((await lab.sell()).outcome).toBe('rolled_back');
  return scheduledActivities(lab.handle());
}

describe('the calls of a purchase', () => {
  it('give a hanging attempt and a dead worker up in time, and let each channel have its turn', async () => {
    const scheduled = await rolledBack();
    for (const call of scheduled) {
      expect(call.startToCloseTimeout?.seconds?.toNumber()).toBe(POLICY.attemptTimeout / 1000);
      expect(call.heartbeatTimeout?.seconds?.toNumber()).toBe(POLICY.heartbeatTimeout / 1000);
      expect(call.priority?.fairnessKey).toBe('kiosk');
    }
  });

  it('undo and refund ahead of what they sell', async () => {
    const scheduled = await rolledBack();
    const priorities = scheduled.map((call) => `${call.activityType?.name} ${call.priority?.priorityKey}`);
    expect(priorities.toSorted()).toEqual([
      'chargeSubscriber 3',
      'checkSubscriber 3',
      'noticeRefund 1',
      'registerPackage 3',
      'rollbackRegistration 1',
    ]);
  });

  it('all go to the gateway’s own queue when it keeps a rate limit, and none past it', async () => {
    const scheduled = await rolledBack('purchase-lab-gateway');
    const queues = scheduled.map((call) => `${call.activityType?.name} ${call.taskQueue?.name}`);
    expect(queues.toSorted()).toEqual([
      'chargeSubscriber purchase-lab-gateway',
      'checkSubscriber purchase-lab-gateway',
      'noticeRefund purchase-lab',
      'registerPackage purchase-lab-gateway',
      'rollbackRegistration purchase-lab-gateway',
    ]);
  });
});

describe('a check whose local try fails, in a purchase accepted before every call was an activity', () => {
  it('is tried once inside the workflow task and then durably', async () => {
    const gateway = new ScriptedGateway().script('check', NO_REPLY);
    const lab = aLab(gateway, LOCAL_POLICY);
    await lab.sell();
    const scheduled = await scheduledActivities(lab.handle());
    expect(scheduled.map((call) => call.activityType?.name)).toEqual([
      'checkSubscriber',
      'registerPackage',
      'chargeSubscriber',
    ]);
  });
});
