import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { TemporalUnavailable } from '../../client/purchases';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { timelineOf } from '../../operators/timeline';
import { purchaseWorkflowId } from '../../domain/identifiers';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

const TASK_QUEUE = 'failing-workflow-task';
/** From this attempt on the server refuses updates to the workflow at once. */
const REFUSED_FROM_ATTEMPT = 3;

let server: TestWorkflowEnvironment;
let purchases: TemporalPurchases;
beforeAll(async () => {
  server = await localServer();
  purchases = new TemporalPurchases(server.client, { taskQueue: TASK_QUEUE, policy: POLICY });
});
afterAll(() => server.teardown());

describe('a purchase whose workflow task failed again and again', () => {
  const order = anOrder({});

  it('is told as it stands to whoever waits for it, and can be cancelled later, not never', async () => {
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowsPath: require.resolve('./unrunnable-workflows'),
    });
    await worker.runUntil(async () => {
      expect(await purchases.submit(order, 0)).toMatchObject({ kind: 'accepted' });
      const handle = server.client.workflow.getHandle(purchaseWorkflowId(order.channel, order.externalId));
      await eventually('the workflow task to have failed often enough', async () => {
        const { raw } = await handle.describe();
        return (raw.pendingWorkflowTask?.attempt ?? 0) >= REFUSED_FROM_ATTEMPT ? true : undefined;
      });

      const timeline = await timelineOf(server.client, order);
      expect(timeline).toMatchObject({ isFailing: true, closed: false });
      expect(await purchases.find(order.channel, order.externalId, 30_000)).toMatchObject({ outcome: null });
      expect(await purchases.submit(order, 30_000)).toMatchObject({ kind: 'repeated' });
      await expect(purchases.cancel(order.channel, order.externalId, 'no reason')).rejects.toThrow(
        TemporalUnavailable,
      );
    });
  });
});
