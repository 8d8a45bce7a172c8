import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, toPayloads } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { openEncryption } from '../../client/encryption';
import { PayloadUnreadable } from '../../encryption/payload-unreadable';
import { unreadableBatches } from '../../client/unreadable-batches';
import { CANCEL_UPDATE, PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { BATCH_MEMO } from '../../domain/batch/protocol';
import { saleOf } from '../../domain/purchase/sale';
import { batchTaskQueue, gatewayTaskQueue } from '../../runtime/configuration/task-queues';
import { deadlineIn } from '../../runtime/deadline';
import { FOREIGN_ACTIVITY } from '../../worker/own-activity';
import { FOREIGN_PURCHASE } from '../../worker/own-purchase';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { forgetPurchase } from '../support/forgetting';
import { ATTEMPT_POLICY, anOrder } from '../support/orders';
import { Selling } from '../support/selling';

jest.setTimeout(300_000); // for a machine that is busy with something else

const NAMESPACE = 'default';
const STATUS_FAILED = 3; // of Temporal's API
const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED: COMPLETED } =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;
const { COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK: SCHEDULE_ACTIVITY } = temporal.api.enums.v1.CommandType;

let stack: EmbeddedStack;
let selling: Selling;
beforeAll(async () => {
  stack = await EmbeddedStack.start();
  selling = new Selling(stack);
});
afterAll(() => stack.end());

type Counts = Record<'not_begun', number>;
type Payloads = temporal.api.common.v1.IPayload[];
const inClear = (...args: unknown[]): Payloads => toPayloads(defaultPayloadConverter, ...args) ?? [];

/** What somebody can write who has Temporal and no key: payloads as they are. */
async function startWith(
  client: Client,
  workflowId: string,
  payloads: Payloads,
  rest: {
    memo?: Payloads[number];
    attributes?: Record<string, Payloads[number]>;
    type?: 'purchase' | 'batch';
  } = {},
): Promise<void> {
  const { type = PURCHASE_WORKFLOW } = rest;
  const memoField = type === 'batch' ? BATCH_MEMO : 'order';
  await client.workflowService.startWorkflowExecution({
    namespace: NAMESPACE,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: type },
    taskQueue: { name: stack.config.TEMPORAL_TASK_QUEUE },
    input: { payloads },
    ...(rest.memo ? { memo: { fields: { [memoField]: rest.memo } } } : {}),
    ...(rest.attributes ? { searchAttributes: { indexedFields: rest.attributes } } : {}),
  });
}

/** A poll must have an end; the task is there at once. */
const POLL_MS = 60_000;

/** The input of an activity, encrypted for its place. */
async function sealed(workflowId: string, activityId: string, input: unknown): Promise<Payloads> {
  const place = { type: 'activity', namespace: NAMESPACE, workflowId, activityId, isLocal: false } as const;
  const [codec] = openEncryption(stack.config).dataConverter.payloadCodecs ?? [];
  return (await codec?.encode(inClear(input), place)) ?? [];
}

interface Ordered {
  activityId: string;
  name: string;
  payloads: Payloads;
  /** That of MobiFone's calls unless given. */
  queue?: string;
}

/** How an activity fails, which somebody orders who takes a workflow's task in place of a worker. */
async function failureOfActivity(
  client: Client,
  workflowId: string,
  { activityId, name, payloads, queue = gatewayTaskQueue(stack.config) }: Ordered,
) {
  const taskQueue = { name: 'of-no-worker' };
  const { workflowService } = client;
  await workflowService.startWorkflowExecution({
    namespace: NAMESPACE,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: PURCHASE_WORKFLOW },
    taskQueue,
  });
  const { taskToken } = await client.withDeadline(deadlineIn(POLL_MS), () =>
    workflowService.pollWorkflowTaskQueue({ namespace: NAMESPACE, taskQueue }),
  );
  const scheduled = {
    activityId,
    activityType: { name },
    taskQueue: { name: queue },
    input: { payloads },
    startToCloseTimeout: msToTs('1m'),
    retryPolicy: { maximumAttempts: 1 },
  };
  await workflowService.respondWorkflowTaskCompleted({
    namespace: NAMESPACE,
    taskToken,
    commands: [{ commandType: SCHEDULE_ACTIVITY, scheduleActivityTaskCommandAttributes: scheduled }],
  });
  const handle = client.workflow.getHandle(workflowId);
  const failure = await eventually('the activity to end', async () => {
    const { events } = await handle.fetchHistory();
    const done = events?.find((event) => event.activityTaskCompletedEventAttributes);
    if (done) throw new Error(`${name} was done`);
    return events?.find((event) => event.activityTaskFailedEventAttributes)?.activityTaskFailedEventAttributes
      ?.failure;
  });
  await handle.terminate('seen');
  return failure;
}

/** An activity as the workflow's latest run ordered it. */
async function storedActivity(client: Client, workflowId: string, name: string): Promise<Ordered> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const scheduled = events?.map((event) => event.activityTaskScheduledEventAttributes);
  const found = scheduled?.find((each) => each?.activityType?.name === name);
  if (!found?.activityId || !found.input?.payloads) throw new Error(`${workflowId} has no ${name}`);
  return { activityId: found.activityId, name, payloads: found.input.payloads };
}

/** The stored input, memo and search attributes of a purchase or a batch. */
async function storedOf(client: Client, workflowId: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const input = started?.input?.payloads;
  const memo = started?.memo?.fields?.['order'] ?? started?.memo?.fields?.[BATCH_MEMO];
  const attributes = started?.searchAttributes?.indexedFields;
  if (!input || !memo || !attributes) throw new Error(`${workflowId} was started without them`);
  return { input, memo, attributes };
}

describe('who can write to Temporal, and has no key (I18)', () => {
  it('has no order in clear registered or charged, and reads why', async () => {
    const order = anOrder({ channel: stack.channel().name, externalId: 'clear', msisdn: '84909777000' });
    await stack.temporal(async (client) => {
      const workflowId = stack.workflowId('clear');
      await startWith(client, workflowId, inClear(order, ATTEMPT_POLICY));
      const status = await eventually('its workflow to end', async () => {
        const { workflowExecutionInfo: info } = await client.workflowService.describeWorkflowExecution({
          namespace: NAMESPACE,
          execution: { workflowId },
        });
        return info?.closeTime ? Number(info.status) : undefined;
      });
      expect(status).toBe(STATUS_FAILED);
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      const failure = events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure?.message;
      expect(failure).toContain('clear text, refused while encryption is on');
    });
    const { purchaseId } = order;
    expect((await selling.received()).filter((call) => JSON.stringify(call).includes(purchaseId))).toEqual(
      [],
    );
  });

  it('has no order in clear cancelled, and reads why; the purchase goes on', async () => {
    const match = { msisdn: '84912000001' };
    await stack.order({ call: 'check', match, times: 'forever', fault: { kind: 'out' } });
    await selling.buy('cancelled-in-clear', '0912000001');
    const { outcome } = await stack.temporal(({ workflowService }) =>
      workflowService.updateWorkflowExecution({
        namespace: NAMESPACE,
        workflowExecution: { workflowId: stack.workflowId('cancelled-in-clear') },
        waitPolicy: { lifecycleStage: COMPLETED },
        request: {
          meta: { updateId: randomUUID() },
          input: { name: CANCEL_UPDATE, args: { payloads: inClear({ by: 'nobody', why: 'because' }) } },
        },
      }),
    );
    expect(outcome?.failure?.message).toContain('clear text, refused while encryption');
    await stack.liftFaults();
    expect(await selling.outcomeOf('cancelled-in-clear')).toMatchObject({ outcome: 'succeeded' });
  });

  it('has no subscriber charged by moving an order to another workflow', async () => {
    await selling.buy('moved-from', '0912000002');
    await selling.outcomeOf('moved-from');
    const sent = async () => (await selling.received()).length;
    await stack.temporal(async (client) => {
      await client.workflow.getHandle(stack.workflowId('moved-from')).result(); // its messages are sent as well
      const before = await sent();
      const { input } = await storedOf(client, stack.workflowId('moved-from'));
      await startWith(client, stack.workflowId('moved-to'), input);
      await eventually('the worker to refuse it', () =>
        stack.log.includes('it was moved in Temporal’s storage') ? true : undefined,
      );
      expect(await sent()).toBe(before);
      await client.workflow.getHandle(stack.workflowId('moved-to')).terminate('seen');
    });
  });

  it('has no activity work for another purchase than its workflow’s, though its input can be read there', async () => {
    const sale = saleOf(
      anOrder({ channel: stack.channel().name, externalId: 'acted-on', msisdn: '84909777001' }),
    );
    await stack.temporal(async (client) => {
      const workflowId = stack.workflowId('acting');
      const payloads = await sealed(workflowId, '1', sale);
      const ordered = { activityId: '1', name: 'checkSubscriber', payloads };
      expect(await failureOfActivity(client, workflowId, ordered)).toMatchObject({
        applicationFailureInfo: { type: FOREIGN_PURCHASE },
      });
    });
    expect(
      (await selling.received()).filter((call) => JSON.stringify(call).includes(sale.purchaseId)),
    ).toEqual([]);
  });

  it('has no activity made of what is stored: as another type, or again in a run of their own', async () => {
    await selling.buy('retyped', '0912000005');
    await selling.outcomeOf('retyped');
    await stack.temporal(async (client) => {
      const workflowId = stack.workflowId('retyped');
      await client.workflow.getHandle(workflowId).result();
      const stored = await storedActivity(client, workflowId, 'attemptSale');
      const before = (await selling.received()).length;
      const refused = { applicationFailureInfo: { type: FOREIGN_ACTIVITY } };
      for (const name of ['registerAgain', 'rollbackRegistration', 'attemptSale']) {
        expect(await failureOfActivity(client, workflowId, { ...stored, name })).toMatchObject(refused);
      }
      const activityId = stored.activityId.replace('attemptSale', 'registerAgain');
      const renamed = { ...stored, activityId, name: 'registerAgain' };
      expect(await failureOfActivity(client, workflowId, renamed)).toMatchObject({
        applicationFailureInfo: { type: PayloadUnreadable.name },
      });
      expect((await selling.received()).length).toBe(before);
    });
  });

  it('sends nothing again when its start is copied', async () => {
    await selling.buy('started-again', '0912000004');
    await selling.outcomeOf('started-again');
    await stack.temporal(async (client) => {
      const workflowId = stack.workflowId('started-again');
      const first = await client.workflow.getHandle(workflowId).result();
      const commands = async () => (await selling.received()).filter(({ call }) => call !== 'inquiry');
      const before = await commands();
      const { input, memo, attributes } = await storedOf(client, workflowId);
      await startWith(client, workflowId, input, { memo, attributes });
      expect(await client.workflow.getHandle(workflowId).result()).toEqual(first);
      expect(await commands()).toEqual(before);
    });
  });

  it('has no batch begin the orders of another, and its channel is told that it cannot be read', async () => {
    const submit = async (batchId: string, msisdn: string) => {
      const orders = [{ externalId: `${batchId}-1`, msisdn, package: 'D90' }];
      expect((await stack.api('POST', '/v1/batches', { batchId, orders })).status).toBe(201);
      return eventually(`batch ${batchId} to be over`, async () => {
        const { body } = await stack.api('GET', `/v1/batches/${batchId}`);
        return body['state'] === 'completed' ? body : undefined;
      });
    };
    await submit('batch-from', '0912000011');
    await submit('batch-to', '0912000012');
    await stack.temporal(async (client) => {
      const idOf = (batchId: string) => `batch:${stack.channel().name}:${batchId}`;
      const { memo, attributes } = await storedOf(client, idOf('batch-to'));
      const { input } = await storedOf(client, idOf('batch-from'));
      const before = (await selling.received()).length;
      await forgetPurchase(stack, idOf('batch-to')); // while its own run is kept, the batch is told as it ended
      await startWith(client, idOf('batch-to'), input, { memo, attributes, type: 'batch' });
      const asked = () => stack.api('GET', '/v1/batches/batch-to');
      const { body } = await eventually('it to be found unreadable', async () => {
        const answer = await asked();
        return answer.status === 200 ? undefined : answer;
      });
      expect(body).toMatchObject({
        code: 'batch_unreadable',
        detail: expect.stringContaining('of this batch'),
      });
      expect((await stack.api('GET', '/v1/batches/batch-to/results')).status).toBe(503);
      expect((await stack.api('POST', '/v1/batches/batch-to/cancel')).status).toBe(503);
      expect((await selling.received()).length).toBe(before);
      expect((await unreadableBatches(client)).ids).toEqual([idOf('batch-to')]); // as the desk shows them
      await client.workflow.getHandle(idOf('batch-to')).terminate('seen');
    });
  });

  it('has no rows begun of a batch that was cancelled: by a copy of its start, or by an activity of their own', async () => {
    const batchId = 'cut-short';
    const workflowId = `batch:${stack.channel().name}:${batchId}`;
    const orders = Array.from({ length: 300 }, (_, at) => ({
      externalId: `${batchId}-${at}`,
      msisdn: String(84_912_100_000 + at),
      package: 'D90',
    }));
    await stack.api('POST', '/v1/batches', { batchId, orders });
    const progress = async () =>
      (await stack.api('GET', `/v1/batches/${batchId}`)).body as { state: string; results: Counts };
    await eventually('some of its rows to be begun', async () =>
      (await progress()).results.not_begun < orders.length ? true : undefined,
    );
    await stack.api('POST', `/v1/batches/${batchId}/cancel`);
    const isCancelled = async () => ((await progress()).state === 'cancelled' ? true : undefined);
    await eventually('it to be cancelled', isCancelled);
    const { results } = await progress();
    expect(results.not_begun).toBeGreaterThan(0);
    const commands = async () => (await selling.received()).filter(({ call }) => call !== 'inquiry').length;
    const before = await commands();
    await stack.temporal(async (client) => {
      const { input, memo, attributes } = await storedOf(client, workflowId);
      const part = await storedActivity(client, workflowId, 'sellBatchRows');
      await startWith(client, workflowId, input, { memo, attributes, type: 'batch' });
      await client.workflow.getHandle(workflowId).result();
      expect((await progress()).results).toEqual(results);

      const queue = batchTaskQueue(stack.config);
      expect(await failureOfActivity(client, workflowId, { ...part, queue })).toMatchObject({
        applicationFailureInfo: { type: FOREIGN_ACTIVITY },
      });
    });
    expect(await commands()).toBe(before);
  });

  it('shows no channel another’s purchase by moving a memo', async () => {
    await selling.buy('seen-by-its-own', '0912000003');
    await selling.outcomeOf('seen-by-its-own');
    await stack.temporal(async (client) => {
      const own = await storedOf(client, stack.workflowId('seen-by-its-own'));
      const channel = stack.channel('prepaid').name;
      const attributes = { ...own.attributes, Channel: toSearchable(channel) };
      await startWith(client, stack.workflowId('not-shown', 'prepaid'), inClear(), {
        memo: own.memo,
        attributes,
      });
      const { status, body } = await stack.api(
        'GET',
        '/v1/purchases/not-shown',
        undefined,
        undefined,
        'prepaid',
      );
      expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'purchase_unreadable' });
      const listed = await eventually('it to be counted in the list', async () => {
        const list = await stack.api('GET', '/v1/purchases', undefined, undefined, 'prepaid');
        return list.body['unreadable'] === 1 ? list.body : undefined;
      });
      expect(JSON.stringify(listed)).not.toContain('seen-by-its-own');
    });
  });
});

function toSearchable(value: string): Payloads[number] {
  return {
    metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('Keyword') },
    data: Buffer.from(JSON.stringify(value)),
  };
}
