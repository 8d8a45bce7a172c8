import type { temporal } from '@temporalio/proto';
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

type Payloads = temporal.api.common.v1.IPayload[];
/** What is stored of an activity whose payloads are all bound to it: a copy of one can be given for its result. */
type Copied = 'nothing' | 'its input' | 'what it reported last' | 'the details of its last failure';

/** As whoever may write to the namespace and has no key does: it can complete an activity, but write no result. */
async function completeByHand({ order }: PurchaseLab, activityType: string, copied: Copied): Promise<void> {
  const workflowId = purchaseWorkflowId(order.channel, order.externalId);
  const handle = server.client.workflow.getHandle(workflowId);
  const payloads = await eventually(`${activityType} to have ${copied}`, async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    const pending = pendingActivities?.find((each) => each.activityType?.name === activityType);
    const { events } = await handle.fetchHistory();
    const scheduled = events
      ?.map((event) => event.activityTaskScheduledEventAttributes)
      .findLast((event) => event?.activityId === pending?.activityId);
    return pending && payloadsOf(copied, pending, scheduled?.input?.payloads);
  });
  const { pendingActivities } = (await handle.describe()).raw;
  const activityId = pendingActivities?.find((each) => each.activityType?.name === activityType)?.activityId;
  if (!activityId) throw new Error(`${activityType} is not under way`);
  await server.client.workflowService.respondActivityTaskCompletedById({
    namespace: server.namespace ?? 'default',
    workflowId,
    activityId,
    ...(payloads.length > 0 ? { result: { payloads } } : {}),
  });
}

function payloadsOf(
  copied: Copied,
  pending: temporal.api.workflow.v1.IPendingActivityInfo,
  input: Payloads | null | undefined,
): Payloads | undefined {
  switch (copied) {
    case 'nothing':
      return [];
    case 'its input':
      return input?.slice(0, 1);
    case 'what it reported last':
      return pending.heartbeatDetails?.payloads ?? undefined;
    case 'the details of its last failure':
      return pending.lastFailure?.applicationFailureInfo?.details?.payloads ?? undefined;
  }
}

describe('an activity that somebody completes by hand, without a result', () => {
  it.each<Copied>(['nothing', 'its input', 'what it reported last', 'the details of its last failure'])(
    'is no delivery of the refund notice: the channel is told until it has it, given %s',
    async (copied) => {
      const gateway = new ScriptedGateway().script('charge', REFUSED);
      const lab = new PurchaseLab(server, gateway, { ...POLICY, ...SOON });
      let asked = 0;
      lab.deliver = async (_channel, notice, signal) => {
        asked += 1;
        if (asked === 1) return { kind: 'retry', detail: 'HTTP 503' };
        if (asked === 2) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return { kind: 'retry', detail: 'the webhook did not answer' };
        }
        lab.notices.push(notice);
        return { kind: 'delivered' };
      };
      const told = await lab.submitted(async () => {
        await eventually('the webhook to be asked again', async () => asked === 2 || undefined);
        await completeByHand(lab, 'noticeRefund', copied);
        return lab.result();
      });
      expect(lab.notices).toHaveLength(1);
      expect(told).toMatchObject({ outcome: 'rolled_back' });
      expect(told.steps.find(({ step }) => step === 'refund_notice')).toMatchObject({ status: 'done' });
    },
  );

  const together = { ...ATTEMPT_POLICY, saleAttemptLimit: 60_000 };
  it.each([
    ['its charge alone', 'nothing', POLICY, 'chargeSubscriber'],
    ['its charge alone', 'its input', POLICY, 'chargeSubscriber'],
    ['check, registration and charge together', 'nothing', together, 'attemptSale'],
    ['check, registration and charge together', 'its input', together, 'attemptSale'],
  ] as const)(
    'is no answer of MobiFone, which is asked: %s, given %s',
    async (_, copied, policy, activityType) => {
      const gateway = new ScriptedGateway();
      const charge = gateway.hold('charge');
      const lab = new PurchaseLab(server, gateway, { ...policy, ...SOON });
      const told = await lab.submitted(async () => {
        await charge.arrived;
        gateway.answerInquiries({ kind: 'done' }, 'charge');
        await completeByHand(lab, activityType, copied);
        return lab.result();
      });
      expect(told).toMatchObject({ outcome: 'succeeded' });
      expect(gateway.calls).toContain('inquiry:charge');
      expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
    },
  );
});
