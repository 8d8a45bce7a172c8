import { WorkflowUpdateStage, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { GatewayVerdict } from '../../domain/gateway-verdict';
import type { Purchase, PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import { CANCEL_UPDATE, DECIDE_UPDATE, PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import type { purchase } from '../../workflows';
import { BadLine } from '../chaos/bad-line';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import { anOrder, FIRST_TRY_POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { fromGlobalSetup } from '../support/test-environment';

const SOON_TRUE: PurchasePolicy = { ...FIRST_TRY_POLICY, gateway: { kept: [], finalAfterMs: 200 } };
/** Each way between worker and Temporal: long enough for a call to be answered while a task's end is on its way. */
const LINE_MS = 150;
/** Short, so that a call outlasts its task by far less than its own limit. */
const TASK_TIMEOUT_MS = 2_000;
/** A machine that stands still at the wrong time may miss the moment. */
const TRIES = 5;

let server: TestWorkflowEnvironment;
let line: BadLine;
let slow: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await localServer();
  line = await BadLine.start(Number(server.address.split(':').at(-1)));
  line.be({ kind: 'delay', delayMs: LINE_MS });
  slow = await TestWorkflowEnvironment.createFromExistingServer({ address: `127.0.0.1:${line.port}` });
});
afterAll(async () => {
  await slow.teardown();
  await line.stop();
  await server.teardown();
});

/** News that steers a purchase: an update. One that is refused is not recorded. */
type News = (lab: PurchaseLab, order: PurchaseOrder) => Promise<unknown>;

const update =
  (name: string, argument: unknown): News =>
  (lab, order) =>
    lab.handle(order).startUpdate<unknown, [unknown]>(name, {
      args: [argument],
      waitForStage: WorkflowUpdateStage.ACCEPTED,
    });
const decide = (decision: string) =>
  update(DECIDE_UPDATE, { decision, by: 'duty operator', why: 'the customer waits' });
const cancel = update(CANCEL_UPDATE, {
  refusal: 'cancelled_by_channel',
  by: 'demo',
  why: 'changed their mind',
});

/** Each is red without `undisturbedCalls`; a decision is then accepted. What is only awaited, or cancelled in the Web UI, is kept as histories. */
const ROWS: { news: string; tell: News; isAccepted: boolean; answer?: GatewayVerdict; outcome: string }[] = [
  { news: 'the-channels-cancellation', tell: cancel, isAccepted: true, outcome: 'cancelled' },
  {
    news: 'a-cancellation-of-what-is-refused',
    tell: cancel,
    isAccepted: true,
    answer: { kind: 'refused', refusal: 'package_not_allowed' },
    outcome: 'cancelled',
  },
  { news: 'give-up', tell: decide('give_up'), isAccepted: false, outcome: 'succeeded' },
  { news: 'retry-now', tell: decide('retry_now'), isAccepted: false, outcome: 'succeeded' },
];

/** Sells while the check outlasts its workflow task and is answered while that task's end is on its way. */
async function outlasted(order: PurchaseOrder, { tell, answer }: (typeof ROWS)[number]): Promise<Purchase> {
  const gateway = new ScriptedGateway();
  const held = gateway.hold('check');
  const near = new PurchaseLab(server, gateway, SOON_TRUE);
  return new PurchaseLab(slow, gateway, SOON_TRUE).run(async () => {
    await near.client.workflow.start<typeof purchase>(PURCHASE_WORKFLOW, {
      workflowId: near.handle(order).workflowId,
      taskQueue: TASK_QUEUE,
      args: [order, SOON_TRUE],
      memo: { order },
      workflowTaskTimeout: TASK_TIMEOUT_MS,
    });
    await held.arrived;
    const told = tell(near, order);
    await eventually('the end of the task', async () =>
      (await eventsOf(near, order)).includes('workflowTaskCompleted') ? true : undefined,
    );
    held.release(answer ?? { kind: 'done' });
    await told;
    return near.handle(order).result();
  });
}

/** What happened, by the names of the events. */
async function eventsOf(lab: PurchaseLab, order: PurchaseOrder): Promise<string[]> {
  const { events } = await lab.handle(order).fetchHistory();
  return (events ?? []).map((event) => {
    const facts = Object.entries(event).find(([name, value]) => name.endsWith('EventAttributes') && value);
    return facts?.[0].replace('EventAttributes', '') ?? 'unknown';
  });
}

const ACCEPTED = 'workflowExecutionUpdateAccepted';

/** The answer was there when the next task brought the news: they are one task, the answer first. */
function isTheMoment(events: readonly string[]): boolean {
  const update = events.includes(ACCEPTED) ? [ACCEPTED] : [];
  const together = ['workflowTaskCompleted', 'markerRecorded', ...update].join(' ');
  return events.join(' ').includes(together);
}

/** Sells until the news came at that moment. */
async function outlastedAtTheMoment(row: (typeof ROWS)[number]): Promise<WorkflowHandle> {
  const lab = new PurchaseLab(server, new ScriptedGateway());
  for (let tried = 0; tried < TRIES; tried += 1) {
    const order = anOrder();
    const { outcome } = await outlasted(order, row);
    const events = await eventsOf(lab, order);
    if (!isTheMoment(events)) continue;
    expect({ outcome, isAccepted: events.includes(ACCEPTED) }).toEqual({
      outcome: row.outcome,
      isAccepted: row.isAccepted,
    });
    return lab.handle(order);
  }
  throw new Error(`${row.news} never came with the answer, in ${TRIES} tries`);
}

describe('news that comes with the answer of a call that outlasted its workflow task', () => {
  it.each(ROWS)('$news is heard alike when it is replayed (I12)', async (row) => {
    const handle = await outlastedAtTheMoment(row);
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: fromGlobalSetup('workflowBundle') } },
      await handle.fetchHistory(),
      handle.workflowId,
    );
    await recordHistory(`outlasted-check-with-${row.news}`, handle);
  });
});
