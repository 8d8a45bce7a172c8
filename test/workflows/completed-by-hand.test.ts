import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { purchaseWorkflowId } from '../../domain/identifiers';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { ATTEMPT_POLICY, POLICY } from '../support/orders';
import { PurchaseLab } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const REFUSED = { kind: 'refused', refusal: 'insufficient_balance' } as const;
/** Nothing of what is asked again waits for long; this server's time is the machine's. */
const SOON = { retryInitialInterval: 100, retryMaximumInterval: 100, lateEffectWatch: 0 };

/** As whoever may write to the namespace and has no key does: it can complete an activity, but write no result. */
async function completeByHand({ order }: PurchaseLab, activityType: string): Promise<void> {
  const workflowId = purchaseWorkflowId(order.channel, order.externalId);
  const { pendingActivities } = (await server.client.workflow.getHandle(workflowId).describe()).raw;
  const activityId = pendingActivities?.find((each) => each.activityType?.name === activityType)?.activityId;
  if (!activityId) throw new Error(`${activityType} is not under way`);
  await server.client.workflowService.respondActivityTaskCompletedById({
    namespace: server.namespace ?? 'default',
    workflowId,
    activityId,
  });
}

describe('an activity that somebody completes by hand, without a result', () => {
  it('is no delivery of the refund notice: the channel is told until it has it', async () => {
    const gateway = new ScriptedGateway().script('charge', REFUSED);
    const lab = new PurchaseLab(server, gateway, { ...POLICY, ...SOON });
    let isAsked = false;
    lab.deliver = async (_channel, notice, signal) => {
      if (!isAsked) {
        isAsked = true;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { kind: 'retry', detail: 'the webhook did not answer' };
      }
      lab.notices.push(notice);
      return { kind: 'delivered' };
    };
    const told = await lab.submitted(async () => {
      await eventually('the webhook to be asked', async () => isAsked || undefined);
      await completeByHand(lab, 'noticeRefund');
      return lab.result();
    });
    expect(lab.notices).toHaveLength(1);
    expect(told).toMatchObject({ outcome: 'rolled_back' });
    expect(told.steps.find(({ step }) => step === 'refund_notice')).toMatchObject({ status: 'done' });
  });

  it.each([
    ['its charge alone', POLICY, 'chargeSubscriber'],
    [
      'check, registration and charge together',
      { ...ATTEMPT_POLICY, saleAttemptLimit: 60_000 },
      'attemptSale',
    ],
  ])('is no answer of MobiFone, which is asked: %s', async (_, policy, activityType) => {
    const gateway = new ScriptedGateway();
    const charge = gateway.hold('charge');
    const lab = new PurchaseLab(server, gateway, { ...policy, ...SOON });
    const told = await lab.submitted(async () => {
      await charge.arrived;
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      await completeByHand(lab, activityType);
      return lab.result();
    });
    expect(told).toMatchObject({ outcome: 'succeeded' });
    expect(gateway.calls).toContain('inquiry:charge');
    expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
  });
});
