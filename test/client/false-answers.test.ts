import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { Blocks } from '../../client/blocks';
import { Cases } from '../../client/cases';
import { Control } from '../../client/control';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import { TemporalPurchases } from '../../client/temporal-purchases';
import { BLOCKS_MEMO, BLOCKS_WORKFLOW, BLOCKS_WORKFLOW_ID, NOTHING_BLOCKED } from '../../domain/blocks';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { CONTROL_MEMO, CONTROL_WORKFLOW, CONTROL_WORKFLOW_ID, NOTHING_PAUSED } from '../../domain/control';
import { caseId, purchaseWorkflowId } from '../../domain/identifiers';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { Operations } from '../../operators/operations';
import '../support/quiet-runtime';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

const TASK_QUEUE = 'of-somebody';
const WHO = { by: 'lan', why: 'fraud was seen' };

let server: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
beforeAll(async () => {
  server = await localServer();
  worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('./accepting-workflows'),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await server.teardown();
});

/** Takes the place of a workflow of ours, with the memo that was stored there. */
async function takePlace(
  type: string,
  workflowId: string,
  memo: Record<string, unknown> = {},
): Promise<void> {
  await server.client.workflow.start(type, { workflowId, taskQueue: TASK_QUEUE, memo });
}

const order = anOrder();
const settings = { taskQueue: TASK_QUEUE, policy: POLICY };

describe('an act that somebody accepts in the place of our workflow, and does not do', () => {
  beforeAll(async () => {
    await takePlace(CONTROL_WORKFLOW, CONTROL_WORKFLOW_ID, { [CONTROL_MEMO]: NOTHING_PAUSED });
    await takePlace(BLOCKS_WORKFLOW, BLOCKS_WORKFLOW_ID, { [BLOCKS_MEMO]: NOTHING_BLOCKED });
    await takePlace(PURCHASE_WORKFLOW, purchaseWorkflowId(order.channel, order.externalId), { order });
    await takePlace(CASE_WORKFLOW, caseId(order.purchaseId, { kind: 'make_good' }));
  });

  const acts: [string, () => Promise<unknown>][] = [
    ['a pause', () => new Control(server.client, TASK_QUEUE).pause({ scope: { kind: 'all' }, ...WHO })],
    ['a block', () => new Blocks(server.client, TASK_QUEUE).block({ msisdn: order.msisdn, ...WHO })],
    [
      'a decision about a purchase',
      () => new Operations(server.client).do('charge-done', order.channel, order.externalId, WHO),
    ],
    [
      'an operator’s cancellation',
      () => new Operations(server.client).do('cancel', order.channel, order.externalId, WHO),
    ],
    [
      'a channel’s cancellation',
      () => new TemporalPurchases(server.client, settings).cancel(order.channel, order.externalId, 'why'),
    ],
    [
      'a decision about a case',
      () =>
        new Cases(server.client, settings).decide(caseId(order.purchaseId, { kind: 'make_good' }), {
          decision: 'refund',
          ...WHO,
        }),
    ],
  ];
  it.each(acts)('is not said to be done: %s', async (_, act) => {
    expect(await act().catch((fault: unknown) => fault)).toBeInstanceOf(StoredDataUnreadable);
  });
});
