import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { WorkflowUpdateStage } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { addSearchAttributes } from '../../client/search-attributes';
import type { GatewayVerdict } from '../../domain/gateway-verdict';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  PURCHASE_WORKFLOW,
  UNTIL_EVENT_UPDATE,
  UNTIL_OUTCOME_UPDATE,
} from '../../domain/purchase/protocol';
import type { purchase } from '../../workflows';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import { anOrder, FIRST_TRY_POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { fromGlobalSetup } from '../support/test-environment';

const SOON_TRUE: PurchasePolicy = { ...FIRST_TRY_POLICY, gateway: { kept: [], finalAfterMs: 200 } };
/** Each way through the slow line: long enough for a call to be answered while a task's end is on its way. */
const LINE_MS = 150;
/** Short, so that a call outlasts its task by far less than its own limit. */
const TASK_TIMEOUT_MS = 2_000;

let server: TestWorkflowEnvironment;
let line: net.Server;
let slow: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await localServer();
  await addSearchAttributes(server.connection, 'default');
  line = slowLine(Number(server.address.split(':').at(-1)));
  await once(line.listen(0, '127.0.0.1'), 'listening');
  const { port } = line.address() as AddressInfo; // it listens at a port
  slow = await TestWorkflowEnvironment.createFromExistingServer({ address: `127.0.0.1:${port}` });
});
afterAll(async () => {
  await slow.teardown();
  line.close();
  await server.teardown();
});

function slowLine(port: number): net.Server {
  return net.createServer((client) => {
    const upstream = net.connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk) => setTimeout(() => to.write(chunk), LINE_MS));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
}

/** News that reaches a purchase: an update, or a cancellation in the Web UI. What is refused is not recorded, and may be. */
type News = (lab: PurchaseLab, order: PurchaseOrder) => Promise<unknown>;

const update =
  (name: string, argument?: unknown): News =>
  (lab, order) =>
    lab
      .handle(order)
      .startUpdate<unknown, [unknown]>(name, {
        args: [argument],
        waitForStage: WorkflowUpdateStage.ACCEPTED,
      })
      .catch(() => undefined);
const decide = (decision: string) =>
  update(DECIDE_UPDATE, { decision, by: 'duty operator', why: 'the customer waits' });
const CANCEL = { refusal: 'cancelled_by_channel', by: 'demo', why: 'changed their mind' };

/** Whether the news comes in a task in which the call is answered later, or its answer came before that task began. */
type Moment = 'before' | 'with';

/** Those of all calls, news and moments (tried together once) that a replay heard in another order. */
const ROWS: {
  call: 'check' | 'sms';
  moment: Moment;
  news: string;
  tell: News;
  answer?: GatewayVerdict;
  outcome: string;
}[] = [
  ...(['before', 'with'] as const).flatMap((moment) => [
    {
      call: 'check' as const,
      moment,
      news: 'the-channels-cancellation',
      tell: update(CANCEL_UPDATE, CANCEL),
      outcome: 'cancelled',
    },
    {
      call: 'check' as const,
      moment,
      news: 'an-event-awaited',
      tell: update(UNTIL_EVENT_UPDATE, 2),
      outcome: 'succeeded',
    },
  ]),
  {
    call: 'check',
    moment: 'with',
    news: 'a-cancellation-of-what-is-refused',
    tell: update(CANCEL_UPDATE, CANCEL),
    answer: { kind: 'refused', refusal: 'package_not_allowed' },
    outcome: 'cancelled',
  },
  { call: 'check', moment: 'with', news: 'give-up', tell: decide('give_up'), outcome: 'succeeded' },
  { call: 'check', moment: 'with', news: 'retry-now', tell: decide('retry_now'), outcome: 'succeeded' },
  {
    call: 'check',
    moment: 'with',
    news: 'web-ui-cancel',
    tell: (lab, order) => lab.handle(order).cancel(),
    outcome: 'cancelled',
  },
  {
    call: 'sms',
    moment: 'before',
    news: 'the-outcome-awaited',
    tell: update(UNTIL_OUTCOME_UPDATE),
    outcome: 'succeeded',
  },
  {
    call: 'sms',
    moment: 'before',
    news: 'an-event-awaited',
    tell: update(UNTIL_EVENT_UPDATE, 2),
    outcome: 'succeeded',
  },
];

/** Sells while the call outlasts its workflow task, and has the news come at the moment that is wanted. */
async function outlasted(
  order: PurchaseOrder,
  { call, moment, tell, answer }: (typeof ROWS)[number],
): Promise<Purchase> {
  const gateway = new ScriptedGateway();
  const held = gateway.hold(call);
  const near = new PurchaseLab(server, gateway, SOON_TRUE);
  const lab = moment === 'with' ? new PurchaseLab(slow, gateway, SOON_TRUE) : near;
  return lab.run(async () => {
    await near.client.workflow.start<typeof purchase>(PURCHASE_WORKFLOW, {
      workflowId: near.handle(order).workflowId,
      taskQueue: TASK_QUEUE,
      args: [order, SOON_TRUE],
      memo: { order },
      workflowTaskTimeout: TASK_TIMEOUT_MS,
    });
    await held.arrived;
    const before = await tasksOf(near, order);
    const told = tell(near, order);
    if (moment === 'with')
      await eventually('the end of the task', async () =>
        (await tasksOf(near, order)) > before ? true : undefined,
      );
    else await told;
    held.release(answer ?? { kind: 'done' });
    await told;
    return near.handle(order).result();
  });
}

async function tasksOf(lab: PurchaseLab, order: PurchaseOrder): Promise<number> {
  const { events } = await lab.handle(order).fetchHistory();
  return (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes).length;
}

describe('news while a call inside a workflow task outlasts that task', () => {
  it.each(ROWS)(
    '$news, $moment the answer to the $call, is heard alike when it is replayed (I12)',
    async (row) => {
      const order = anOrder();
      expect(await outlasted(order, row)).toMatchObject({ outcome: row.outcome });
      const handle = new PurchaseLab(server, new ScriptedGateway()).handle(order);
      await Worker.runReplayHistory(
        { workflowBundle: { codePath: fromGlobalSetup('workflowBundle') } },
        await handle.fetchHistory(),
        handle.workflowId,
      );
      await recordHistory(`outlasted-${row.call}-${row.moment}-${row.news}`, handle);
    },
  );
});
