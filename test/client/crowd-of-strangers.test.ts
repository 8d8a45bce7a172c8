import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { readQueue } from '../../operators/queue';
import { StuckSteps } from '../../operators/stuck-steps';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(180_000);

/** More than any list of what waits for people reads. */
const CROWD = 520;
const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const STRANGE_QUEUE = 'queue-of-strangers';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** Workflows of our type that somebody without a key started, on the client's side in groups. */
async function crowd(each: (at: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < CROWD; from += 40)
    await Promise.all(Array.from({ length: 40 }, (_, at) => each(from + at)));
}

function stranger(workflowId: string, needsAttention: boolean) {
  return server.client.workflow.start(PURCHASE_WORKFLOW, {
    workflowId,
    taskQueue: STRANGE_QUEUE,
    ...(needsAttention
      ? {
          typedSearchAttributes: [
            { key: SEARCH_ATTRIBUTES.channel, value: 'demo' },
            { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
            { key: SEARCH_ATTRIBUTES.purchaseState, value: 'charging' },
            { key: SEARCH_ATTRIBUTES.attentionReason, value: 'no_answer' },
          ],
        }
      : {}),
  });
}

const inQueue = async (externalId: string) => {
  const { items } = await readQueue(server.client, new StuckSteps(server.client));
  return items.find((item) => item.kind === 'purchase' && item.externalId === externalId);
};

describe('more ended workflows of somebody without a key than a sweep opens cases', () => {
  it('keep no terminated purchase of ours from the desk’s queue, from being counted, nor from its case', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY);
    const lab = new SweepLab(server, gateway, { lateEffectWatch: 1 });
    await lab.run(async () => {
      await lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await lab.terminate();
    });
    await crowd(async (at) => (await stranger(`purchase:zz${at % 40}:f${at}`, false)).terminate());
    await eventually('all of them in the index', async () => {
      const { count } = await server.client.workflow.count("ExecutionStatus = 'Terminated'");
      return count > CROWD ? true : undefined;
    });
    expect(await inQueue(lab.order.externalId)).toMatchObject({ reason: 'workflow_closed' });
    const snapshot = await new BusinessSnapshots(server.client, []).take();
    expect(snapshot.attentionByReason.workflow_closed).toBe(1);
    const { opened } = await lab.run(() => lab.sweep());
    expect(opened).toMatchObject([{ purchaseId: lab.order.purchaseId, state: 'charging' }]);
  });
});

describe('more workflows of somebody without a key that claim to wait for a person than the queue reads', () => {
  it('take no place of a purchase that does, nor of its channel’s share', async () => {
    const order = anOrder({ externalId: 'waits-for-a-person' });
    await server.client.workflow.start(PURCHASE_WORKFLOW, {
      workflowId: `purchase:${order.channel}:${order.externalId}`,
      taskQueue: STRANGE_QUEUE,
      memo: { order },
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.channel, value: order.channel },
        { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
        { key: SEARCH_ATTRIBUTES.purchaseState, value: 'registering' },
        { key: SEARCH_ATTRIBUTES.attentionReason, value: 'no_answer' },
      ],
    });
    await crowd((at) => stranger(`purchase:demo:g${at}`, true));
    await eventually('all of them in the index', async () => {
      const { count } = await server.client.workflow.count(
        "NeedsAttention = true AND ExecutionStatus = 'Running'",
      );
      return count > CROWD ? true : undefined;
    });
    expect(await inQueue(order.externalId)).toMatchObject({ reason: 'no_answer' });
  });
});
