import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { Cases } from '../../client/cases';
import { NoticeWorkflows } from '../../client/notice-workflows';
import { takeSnapshot } from '../../client/purchase-snapshot';
import { PurchaseUnreadable } from '../../client/purchases';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { caseId, purchaseWorkflowId, stateNoticeId } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import type { AddressedNotice } from '../../domain/notice/notice';
import { NOTICE_MEMO, NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { PurchaseWords } from '../../operators/purchase-words';
import { readQueue } from '../../operators/queue';
import { StuckSteps } from '../../operators/stuck-steps';
import { timelineOf } from '../../operators/timeline';
import { VisibilitySide } from '../../reconciliation/visibility-side';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';

jest.setTimeout(120_000);

/** Names that every object literal has, whether or not it shows them. */
const INHERITED = ['toString', '__proto__', 'constructor'] as const;
const { CommandType } = temporal.api.enums.v1;
type Command = temporal.api.command.v1.ICommand;
type Payload = temporal.api.common.v1.IPayload;
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const fields = (values: object): { indexedFields: Record<string, Payload> } => ({
  indexedFields: Object.fromEntries(Object.entries(values).map(([name, one]) => [name, payload(one)])),
});

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

interface Started {
  memo: Record<string, Payload>;
  attributes?: object;
  input?: Payload[];
}

/** Starts a workflow on a queue of its own, which no worker of ours polls. */
async function start(type: string, workflowId: string, { memo, attributes = {}, input = [] }: Started) {
  await server.client.workflowService.startWorkflowExecution({
    namespace: server.client.options.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: type },
    taskQueue: { name: workflowId },
    input: { payloads: input },
    memo: { fields: memo },
    searchAttributes: fields(attributes),
  });
}

/** Answers its first task, as a worker of anybody's can who may write to Temporal. */
async function answer(workflowId: string, commands: Command[]): Promise<void> {
  const about = { namespace: server.client.options.namespace, identity: 'nobody of ours' };
  const taskQueue = { name: workflowId };
  const { taskToken } = await server.client.withDeadline(deadlineIn(30_000), () =>
    server.client.workflowService.pollWorkflowTaskQueue({ ...about, taskQueue }),
  );
  await server.client.workflowService.respondWorkflowTaskCompleted({ ...about, taskToken, commands });
}

function startPurchase(order: PurchaseOrder, attributes: object = {}): Promise<void> {
  const { channel, externalId, purchaseId, acceptedAt } = order;
  const common = { Channel: channel, PurchaseId: purchaseId, PurchaseDay: localDay(new Date(acceptedAt)) };
  return start(PURCHASE_WORKFLOW, purchaseWorkflowId(channel, externalId), {
    memo: { order: payload(order) },
    attributes: { ...common, PurchaseState: 'charging', ...attributes },
  });
}

describe('a search attribute with a name that every object has', () => {
  const good = anOrder();
  const reasoned = INHERITED.map((reason) => ({ order: anOrder(), reason }));
  const dayless = anOrder();
  beforeAll(async () => {
    const since = { NeedsAttention: true, AttentionSince: '2026-11-24T03:05:00Z' };
    await startPurchase(good, { ...since, AttentionReason: 'no_answer' });
    for (const { order, reason } of reasoned)
      await startPurchase(order, { ...since, AttentionReason: reason });
    await startPurchase(dayless, { PurchaseDay: '__proto__' });
    await eventually('all of them in the index', async () =>
      (await server.client.workflow.count(`WorkflowType = 'purchase'`)).count === INHERITED.length + 2
        ? true
        : undefined,
    );
  });

  it('makes its purchase unreadable on the queue, and no other', async () => {
    const queue = await readQueue(server.client, new StuckSteps(server.client));
    expect(queue.items.map(({ purchaseId }) => purchaseId)).toEqual([good.purchaseId]);
    expect(queue.unreadable.toSorted()).toEqual(
      reasoned.map(({ order }) => purchaseWorkflowId(order.channel, order.externalId)).toSorted(),
    );
  });

  it('is no day of a reconciliation', async () => {
    const side = new VisibilitySide(server.client);
    await expect(side.find(dayless.purchaseId)).rejects.toThrow('not all of our purchases can be read');
    expect((await side.find(good.purchaseId))?.day).toBe(localDay(new Date(good.acceptedAt)));
  });
});

describe('a history that a worker of somebody else wrote', () => {
  const upsert = (values: object): Command => ({
    commandType: CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    upsertWorkflowSearchAttributesCommandAttributes: { searchAttributes: fields(values) },
  });
  const schedule = (type: string, input: readonly unknown[]): Command => ({
    commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
    scheduleActivityTaskCommandAttributes: {
      activityId: '1',
      activityType: { name: type },
      taskQueue: { name: 'nobody' },
      input: { payloads: input.map(payload) },
      scheduleToCloseTimeout: msToTs(60_000),
    },
  });
  const marker: Command = {
    commandType: CommandType.COMMAND_TYPE_RECORD_MARKER,
    recordMarkerCommandAttributes: { markerName: 'core_local_activity' },
  };
  const read = async (command: Command) => {
    const order = anOrder();
    const workflowId = purchaseWorkflowId(order.channel, order.externalId);
    await startPurchase(order);
    await answer(workflowId, [command]);
    return { order, handle: server.client.workflow.getHandle(workflowId) };
  };

  it.each([
    ['a state', upsert({ PurchaseState: 'toString' })],
    ['a reason', upsert({ NeedsAttention: true, AttentionReason: '__proto__' })],
    ['a call of the first try', marker],
    ['the messages of no message', schedule('sendMessages', ['order'])],
  ])('makes its purchase unreadable by %s that is none', async (_, command) => {
    const { order, handle } = await read(command);
    await expect(takeSnapshot(server.client, handle)).rejects.toBeInstanceOf(PurchaseUnreadable);
    await expect(timelineOf(server.client, order)).rejects.toBeInstanceOf(PurchaseUnreadable);
  });

  it.each(INHERITED)('has no step by an activity that is called %s', async (type) => {
    const { handle } = await read(schedule(type, ['order']));
    expect((await takeSnapshot(server.client, handle))?.purchase.steps).toEqual([]);
  });
});

describe('a case and a notice that somebody else completed', () => {
  const complete = (result: unknown): Command => ({
    commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
    completeWorkflowExecutionCommandAttributes: { result: { payloads: [payload(result)] } },
  });

  it('with its own input: the case cannot be read', async () => {
    const { purchaseId } = anOrder();
    const id = caseId(purchaseId, { kind: 'make_good' });
    await start(CASE_WORKFLOW, id, { memo: {} });
    await answer(id, [complete({ id, purchase: anOrder() })]);
    const cases = new Cases(server.client, { taskQueue: 'nobody', policy: POLICY });
    await expect(cases.find(id)).rejects.toBeInstanceOf(PurchaseUnreadable);
  });

  it('with its own input: the notice is as the index has it, with no attempt', async () => {
    const { channel, purchaseId, externalId } = anOrder();
    const id = stateNoticeId(purchaseId, 3);
    const occurredAt = '2026-11-24T03:05:00.000Z';
    const addressed = { channel, notice: { id, purchaseId, externalId, occurredAt } };
    const workflowId = noticeWorkflowId(id);
    await start(NOTICE_WORKFLOW, workflowId, { memo: { [NOTICE_MEMO]: payload(addressed) } });
    await answer(workflowId, [complete(addressed satisfies Partial<AddressedNotice> | object)]);
    const notices = new NoticeWorkflows(server.client, { taskQueue: 'nobody', policy: POLICY });
    const record = await notices.record(id);
    expect(record && (await notices.log(record)).attempts).toEqual([]);
  });
});

describe('a word for what comes from a history', () => {
  it.each(INHERITED)('is the name itself where it is called %s', (name) => {
    for (const language of ['en', 'vi'] as const) {
      const words = new PurchaseWords(language);
      const act = { what: name, at: '2026-11-24T03:05:00Z', by: 'lan', why: null, reference: null };
      const call = { call: name, id: '1', attempt: 1, lastFailure: null, nextAttemptAt: null };
      expect(words.personsAct({ ...act, notApplied: null })).toContain(name);
      expect(words.workflowEnd(name)).toBe(name);
      expect(words.pending(call)).not.toMatch(/native code|\[object/);
      expect(words.logged(`now ${name}`)).not.toMatch(/native code|\[object/);
    }
  });
});
