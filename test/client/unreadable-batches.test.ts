import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { BatchUnreadable } from '../../client/batches';
import { unreadableBatches } from '../../client/unreadable-batches';
import { newProgress } from '../../domain/batch/progress';
import { BATCH_MEMO, BATCH_WORKFLOW, type BatchRecord } from '../../domain/batch/protocol';
import { batchId, batchWorkflowId } from '../../domain/identifiers';
import { BatchLab, batchRows, CHANNEL } from '../support/batch-lab';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { fromGlobalSetup } from '../support/test-environment';

type Payload = temporal.api.common.v1.IPayload;
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
const BROKEN: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{') };
const ACCEPTED_AT = '2026-11-24T03:05:00.000Z';
const NOBODY = 'nobody-polls';
const PAGE = { limit: 10 };

const orderOf = (id: string) => ({
  channel: CHANNEL,
  batchId: batchId(id),
  rows: batchRows(2),
  noticeId: 'evt_bat_x',
  digest: 'x',
  acceptedAt: ACCEPTED_AT,
});
const recordOf = (id: string, updatedAt: string): BatchRecord => ({
  channel: CHANNEL,
  batchId: batchId(id),
  digest: 'x',
  progress: {
    ...newProgress(2, ACCEPTED_AT),
    state: 'waiting',
    waitingFor: 'sales_paused',
    updatedAt,
  },
});

/** What can stand in the place of a batch's input. */
const INPUTS: readonly [string, (id: string) => Payload[]][] = [
  ['that of another batch', () => [payload(orderOf('other'))]],
  ['what no converter wrote', () => [BROKEN]],
  ['half an order', () => [payload({ channel: CHANNEL })]],
  ['nothing', () => []],
];

let server: TestWorkflowEnvironment;
let lab: BatchLab;
beforeAll(async () => {
  server = await localServer();
  lab = new BatchLab(server);
});
afterAll(() => server.teardown());

interface Stored {
  input: Payload[];
  memo?: Payload;
  updatedAt?: string;
  taskQueue?: string;
}

/** A batch as it would be with other bytes in Temporal's storage. */
async function store(id: string, { input, memo, updatedAt = ACCEPTED_AT, taskQueue = NOBODY }: Stored) {
  const channel = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(`"${CHANNEL}"`) };
  await server.client.workflowService.startWorkflowExecution({
    namespace: server.client.options.namespace,
    workflowId: batchWorkflowId(CHANNEL, batchId(id)),
    requestId: randomUUID(),
    workflowType: { name: BATCH_WORKFLOW },
    taskQueue: { name: taskQueue },
    input: { payloads: input },
    memo: { fields: { [BATCH_MEMO]: memo ?? payload(recordOf(id, updatedAt)) } },
    searchAttributes: { indexedFields: { Channel: channel } },
  });
}

const indexed = (count: number) =>
  eventually('the batches in the index', async () => {
    const { count: found } = await server.client.workflow.count(`WorkflowType = '${BATCH_WORKFLOW}'`);
    return found >= count ? true : undefined;
  });

describe('a batch whose stored input is not its own', () => {
  it.each(INPUTS)('is unreadable, and does not go on saying that it waits: %s', async (name, inputOf) => {
    const id = `moved-${name.replaceAll(' ', '-')}`;
    await store(id, { input: inputOf(id) });
    const { batches } = lab;
    await expect(batches.find(CHANNEL, batchId(id))).rejects.toThrow(BatchUnreadable);
    await expect(batches.results(CHANNEL, batchId(id), PAGE)).rejects.toThrow(BatchUnreadable);
    await expect(batches.cancel(CHANNEL, batchId(id))).rejects.toThrow(BatchUnreadable);
    const again = { channel: CHANNEL, batchId: batchId(id), rows: batchRows(2), acceptedAt: ACCEPTED_AT };
    await expect(batches.submit(again)).rejects.toThrow(BatchUnreadable);
  });

  it('is shown to operators by its workflow, and one that is in order is not', async () => {
    await store('in-order', { input: [payload(orderOf('in-order'))] });
    await indexed(INPUTS.length + 1);
    const { ids: stuck } = await unreadableBatches(server.client);
    expect(stuck.toSorted()).toEqual(
      INPUTS.map(([name]) => `batch:demo:moved-${name.replaceAll(' ', '-')}`).toSorted(),
    );
    expect((await lab.batches.find(CHANNEL, batchId('in-order')))?.progress.state).toBe('waiting');
  });

  it('is noticed at once where a worker fails on it, however lately it was worked on', async () => {
    const taskQueue = 'works-in-vain';
    const id = 'just-moved';
    await store(id, { input: [BROKEN], updatedAt: new Date().toISOString(), taskQueue });
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
    });
    await worker.runUntil(() =>
      eventually('its task to have failed', async () => {
        const fault: unknown = await lab.batches.find(CHANNEL, batchId(id)).catch((why: unknown) => why);
        return fault instanceof BatchUnreadable ? true : undefined;
      }),
    );
  });

  it('tells no rows where a worker answers that it cannot work with it', async () => {
    const taskQueue = 'answers-in-vain';
    const id = 'asked-at-once';
    await store(id, {
      input: [BROKEN],
      updatedAt: new Date(Date.now() + 3_600_000).toISOString(),
      taskQueue,
    });
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
    });
    await worker.runUntil(async () => {
      await expect(lab.batches.results(CHANNEL, batchId(id), PAGE)).rejects.toThrow(BatchUnreadable);
    });
  });
});

describe('a batch whose memo is not its own', () => {
  it('is counted in the list, hides no other, and is shown to operators', async () => {
    const before = await lab.batches.list(CHANNEL, { limit: 100 });
    await store('memo-moved', {
      input: [payload(orderOf('memo-moved'))],
      memo: payload(recordOf('other', ACCEPTED_AT)),
    });
    const listing = await eventually('it to be counted', async () => {
      const now = await lab.batches.list(CHANNEL, { limit: 100 });
      return now.kind === 'page' && now.unreadable === 1 ? now : undefined;
    });
    expect(listing.records).toHaveLength(before.kind === 'page' ? before.records.length : -1);
    expect((await unreadableBatches(server.client)).ids).toContain('batch:demo:memo-moved');
    await expect(lab.batches.find(CHANNEL, batchId('memo-moved'))).rejects.toThrow(BatchUnreadable);
  });
});

describe('the rows of a batch', () => {
  it('are not read from a place in the rows of another batch, nor in the list of batches', async () => {
    const one = new BatchLab(server);
    const other = new BatchLab(server);
    await one.sell(batchRows(3));
    await other.sell(batchRows(3));
    const first = await one.batches.results(CHANNEL, one.id, { limit: 1 });
    const cursor = first?.kind === 'page' ? (first.nextCursor ?? undefined) : undefined;
    expect(await one.batches.results(CHANNEL, one.id, { limit: 5, cursor })).toMatchObject({
      kind: 'page',
      from: 1,
      rows: [['row-2'], ['row-3']].map((row) => expect.arrayContaining(row)),
      nextCursor: null,
    });
    expect(await one.batches.results(CHANNEL, other.id, { limit: 5, cursor })).toEqual({
      kind: 'foreign_cursor',
    });
    expect(await one.batches.list(CHANNEL, { limit: 5, cursor })).toEqual({ kind: 'foreign_cursor' });
  });

  it('are not those of another batch whose result was moved there', async () => {
    const taskQueue = 'ends-as-another';
    const id = 'ended-as-another';
    await store(id, { input: [payload({ record: recordOf('other', ACCEPTED_AT), rows: [] })], taskQueue });
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      workflowsPath: require.resolve('./foreign-batch-workflows'),
    });
    const { workflow } = server.client;
    await worker.runUntil(workflow.getHandle(batchWorkflowId(CHANNEL, batchId(id))).result());
    await expect(lab.batches.results(CHANNEL, batchId(id), PAGE)).rejects.toThrow(BatchUnreadable);
  });
});
