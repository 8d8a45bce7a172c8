import type { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import '../support/quiet-runtime';
import { purchaseWorkflowId } from '../../domain/identifiers';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const TURNED_AWAY = { kind: 'retry_later', detail: 'HTTP 429' } as const;
/** Inquiries may be wrong for longer than the story takes. */
const POLICY = {
  retryInitialInterval: 100,
  retryMaximumInterval: 500,
  patience: 60_000,
  gateway: { kept: [], finalAfterMs: 100_000 },
};

describe('somebody who tells Temporal again what an earlier attempt of a charge came to, while it is sent', () => {
  it('has nothing sent a second time', async () => {
    const gateway = new ScriptedGateway().script('charge', TURNED_AWAY);
    const held = gateway.hold('charge');
    const lab = new SweepLab(server, gateway, POLICY);
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await held.arrived;
      const description = await server.client.workflowService.describeWorkflowExecution({
        namespace: server.client.options.namespace,
        execution: { workflowId: activityOf(lab).workflowId },
      });
      const [pending] = description.pendingActivities ?? [];
      if (pending?.lastFailure) await failAgain(lab, pending);
      held.release({ kind: 'unknown', detail: 'the reply was lost' });
      const asked = gateway.calls.length;
      await eventually('MobiFone was asked again and again', async () =>
        gateway.calls.length >= asked + 3 ? true : undefined,
      );
      expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(2); // one of them was turned away
      gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});

/** Ends the activity with the failure that its attempt before had, so that the workflow goes on from that. */
async function failAgain(
  lab: SweepLab,
  { lastFailure, activityId }: temporal.api.workflow.v1.IPendingActivityInfo,
): Promise<void> {
  await server.client.workflowService.respondActivityTaskFailedById({
    ...activityOf(lab),
    activityId: activityId ?? '',
    failure: {
      ...lastFailure,
      applicationFailureInfo: { ...lastFailure?.applicationFailureInfo, nonRetryable: true },
    },
  });
}

function activityOf(lab: SweepLab): { namespace: string; workflowId: string } {
  const { channel, externalId } = lab.order;
  return { namespace: server.client.options.namespace, workflowId: purchaseWorkflowId(channel, externalId) };
}
