import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

describe('a row of a batch, which a worker starts', () => {
  it.each([true, false])(
    'has activities with ids of their own where its batch has: %s',
    async (hasOwnIds) => {
      const order = anOrder();
      const rows = { haveOwnActivityIds: () => hasOwnIds };
      await new TemporalPurchases(server.client, { taskQueue: 'rows', policy: POLICY, rows }).submit(
        order,
        0,
      );
      const workflowId = purchaseWorkflowId(order.channel, order.externalId);
      const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
      const stored = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[1]?.data ?? [];
      const policy = JSON.parse(Buffer.from(stored).toString()) as PurchasePolicy; // as it was just written
      expect(policy).toMatchObject({ bulk: true, ownActivityIds: hasOwnIds });
    },
  );
});
