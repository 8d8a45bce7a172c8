import { status } from '@grpc/grpc-js';
import { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { temporal } from '@temporalio/proto';
import { wasOverBefore } from '../../client/batch-runs';
import { findBatches } from '../../client/batch-search';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { TemporalUnavailable } from '../../client/purchases';
import { newRecord } from '../../client/batches';
import { batchNoticeIdOf, noticeIdOf } from '../../client/purchase-id';
import { TemporalNotices } from '../../client/temporal-notices';
import { TemporalBatches } from '../../client/temporal-batches';
import { newProgress } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import { batchId as aBatchId, externalId as aRow } from '../../domain/identifiers';
import { NO_ENDS } from '../api/no-ends';
import { noticeSubject } from '../../domain/notice/notice';
import { ScriptedPurchases } from '../api/scripted-purchases';
import { BatchLab, batchRows, CHANNEL, OPEN } from '../support/batch-lab';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { answerTask, completeByHand } from '../support/taken-tasks';

const { COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION: CONTINUE } = temporal.api.enums.v1.CommandType;
const { RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL: WITHOUT_SIGNALS } = temporal.api.enums.v1.ResetReapplyExcludeType;

let server: TestWorkflowEnvironment;
/** A deletion waits until its shard has noted how far it is, which by default it does twice a minute. */
const DELETES_SOON = ['transfer', 'visibility', 'timer'].map(
  (queue) => `history.${queue}ProcessorUpdateAckInterval="500ms"`,
);
beforeAll(async () => (server = await localServer({ dynamicConfig: DELETES_SOON })));
afterAll(() => server.teardown());

/** A batch whose rows are begun only if it was not over before. */
function aLab(change: ConstructorParameters<typeof BatchLab>[2] = {}): BatchLab {
  const lab = new BatchLab(server, undefined, change);
  lab.wasOver = (run) => wasOverBefore(lab.client, run);
  return lab;
}

/** Resets a batch to its beginning, as the Web UI does; without the signals that it has. */
async function reset(lab: BatchLab): Promise<void> {
  const { workflowId } = lab.handle;
  const { events } = await lab.handle.fetchHistory();
  const task = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await lab.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    workflowTaskFinishEventId: task?.eventId ?? null,
    requestId: `reset-${workflowId}`,
    resetReapplyExcludeTypes: [WITHOUT_SIGNALS],
  });
}

describe('a batch', () => {
  it('is not over for its own next runs: each begins what the one before left', async () => {
    const lab = aLab({ partsOfARun: 1, rowsOfAPart: 2 });
    expect((await lab.sell(batchRows(6))).progress).toMatchObject({
      state: 'completed',
      results: { succeeded: 6 },
    });
  });

  it('that was completed is told again after a reset', async () => {
    const lab = aLab();
    await lab.run(async () => {
      await lab.submit(batchRows(3));
      await lab.end();
      await reset(lab);
      await lab.handle.result();
      expect((await lab.record()).progress).toMatchObject({ state: 'completed', results: { succeeded: 3 } });
    });
    expect(new Set(lab.sale.begun).size).toBe(3);
  });

  it('that was cancelled stays so after a reset that leaves its cancellation out', async () => {
    const lab = aLab();
    lab.sale.scripts.set('row-2', [{ obstacle: 'sales_paused' }]);
    lab.sale.obstacle = async () => {
      await lab.batches.cancel(CHANNEL, lab.id);
      return 'sales_paused';
    };
    await lab.run(async () => {
      await lab.submit(batchRows(3));
      await lab.end();
      const begun = lab.sale.begun.length;
      await reset(lab);
      await lab.handle.result();
      expect((await lab.record()).progress).toMatchObject({ state: 'cancelled' });
      expect(lab.sale.begun).toHaveLength(begun);
    });
  });
});

const QUEUE = 'batch-lab';

describe('a batch, one of whose tasks somebody takes who can write to Temporal', () => {
  /** Has the batch continued with what is stored of it; no key is needed for that. */
  async function continueAsNew(lab: BatchLab, carried: unknown): Promise<void> {
    const { workflowId } = lab.handle;
    const { events } = await lab.handle.fetchHistory();
    const { input, memo } = events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
    const payloads = (input?.payloads ?? []).slice(0, 2);
    if (carried !== undefined) payloads.push(defaultPayloadConverter.toPayload(carried) ?? {});
    const next = {
      workflowType: { name: 'batch' },
      taskQueue: { name: QUEUE },
      input: { payloads },
      memo: memo ?? null,
    };
    await answerTask(lab.client, { workflowId, taskQueue: QUEUE }, [
      { commandType: CONTINUE, continueAsNewWorkflowExecutionCommandAttributes: next },
    ]);
  }

  /** As an earlier run may have handed it on before the cancellation. */
  const handedOn = {
    progress: newProgress(3, '2026-11-30T08:00:00.000Z'),
    outcomes: [null, null, null],
    isCancelled: false,
  };

  it.each([
    ['with its first input', undefined],
    ['with what an earlier run handed on', handedOn],
  ])('begins no rows after its cancellation, however often it is continued: %s', async (_, carried) => {
    for (const times of [1, 2]) {
      const lab = aLab();
      await lab.submit(batchRows(3));
      await lab.batches.cancel(CHANNEL, lab.id);
      for (let time = 0; time < times; time += 1) await continueAsNew(lab, carried);
      await lab.run(() => lab.handle.result());
      expect(lab.sale.begun).toEqual([]);
      expect((await lab.record()).progress.state).toBe('cancelled');
    }
  });

  it('begins no rows after a cancellation by Temporal’s own request', async () => {
    const lab = aLab();
    await lab.submit(batchRows(3));
    await lab.handle.cancel();
    await continueAsNew(lab, handedOn);
    await lab.run(() => lab.handle.result());
    expect(lab.sale.begun).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['its order', { rows: [], channel: CHANNEL }],
  ])('begins no rows where it was continued with what no run of it handed on: %s', async (_, carried) => {
    const lab = aLab();
    await lab.submit(batchRows(3));
    await continueAsNew(lab, carried);
    await lab.run(() => lab.handle.result());
    expect(lab.sale.begun).toEqual([]);
  });

  it('is told as cancelled, alone and in lists, where it was completed without its result', async () => {
    const lab = aLab();
    await lab.submit(batchRows(3));
    await completeByHand(lab.client, { workflowId: lab.handle.workflowId, taskQueue: QUEUE });
    expect(await lab.record()).toMatchObject({
      progress: { state: 'cancelled', results: { not_begun: 3 } },
      isCutOff: true,
    });
    expect(await lab.batches.cancel(CHANNEL, lab.id)).toMatchObject({ kind: 'over' });
    await eventually('the batch in the index', async () => {
      const { records } = await findBatches(lab.client, { channel: CHANNEL }, 100);
      const found = records.find(({ batchId }) => batchId === lab.id);
      return found?.progress.state === 'cancelled' ? true : undefined;
    });
  });

  it('has its rows told by their purchases where it was completed without its result', async () => {
    const lab = aLab();
    const [sold, , other] = batchRows(3);
    await lab.submit(batchRows(3));
    await completeByHand(lab.client, { workflowId: lab.handle.workflowId, taskQueue: QUEUE });
    const purchases = new ScriptedPurchases();
    for (const [row, batchId] of [
      [sold, lab.id],
      [other, 'of-another-batch'],
    ] as const) {
      const [externalId = '', msisdn = ''] = row ?? [];
      await purchases.submit(
        { ...anOrder({ externalId, msisdn }), channel: CHANNEL, batchId: aBatchId(batchId) },
        0,
      );
    }
    const cursors = new ListCursors(cursorKeysOf(undefined));
    const settings = { taskQueue: QUEUE, policy: lab.policy, cursors, rows: { purchases, ends: NO_ENDS } };
    const batches = new TemporalBatches(lab.client, settings);
    expect(await batches.results(CHANNEL, lab.id, { limit: 10 })).toMatchObject({
      kind: 'page',
      rows: [{ 3: 'open', 5: 90_000 }, { 3: 'not_begun' }, { 3: 'not_begun' }],
      nextCursor: null,
    });
  });
});

describe('a batch under an id that was used before retention', () => {
  it('has a notice of its own', async () => {
    const lab = aLab();
    const { client, handle, batches } = lab;
    const { workflowId } = handle;
    const notices = new TemporalNotices(client, {
      taskQueue: QUEUE,
      policy: lab.policy.notices,
      cursors: new ListCursors(cursorKeysOf(undefined)),
    });
    await lab.run(async () => {
      await lab.submit(batchRows(1));
      await lab.end();
      const first = await lab.record();
      await client.workflowService.deleteWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId },
      });
      await eventually('the batch to be forgotten', async () =>
        (await batches.find(CHANNEL, lab.id)) ? undefined : true,
      );
      await lab.submit(batchRows(2));
      await lab.end();
      const second = await lab.record();
      expect(noticeIdOf(second)).not.toBe(noticeIdOf(first));
      const ids = () => lab.notices.filter((notice) => noticeSubject(notice) === lab.id).map(({ id }) => id);
      await eventually('both notices', () => (ids().length > 1 ? true : undefined));
      expect(ids()).toEqual([noticeIdOf(first), noticeIdOf(second)]);
      for (const [record, rows] of [
        [first, 1],
        [second, 2],
      ] as const)
        expect((await notices.ofBatch(record))?.notice).toMatchObject({ progress: { rows } });
    });
  });

  it('has its former notice where it was accepted by a build of before', () => {
    const batchId = aBatchId('staff');
    const acceptedAt = '2026-11-30T08:00:00.000Z';
    const record = newRecord({ channel: CHANNEL, batchId, digest: 'ab', rows: [], acceptedAt });
    expect(noticeIdOf(record)).toBe(batchNoticeIdOf(CHANNEL, batchId));
  });
});

describe('a batch that is terminated', () => {
  const cursors = new ListCursors(cursorKeysOf(undefined));

  /** Of its rows the first are told, and the next two were begun by a part whose result it never got. */
  async function terminated(lab: BatchLab, purchases: ScriptedPurchases): Promise<TemporalBatches> {
    const rows = batchRows(5);
    for (const [at, [externalId, msisdn]] of rows.entries()) {
      const order = { ...anOrder({ externalId, msisdn }), channel: CHANNEL, batchId: lab.id };
      if (at > 0 && at < 4) await purchases.submit(order, at === 3 ? 1 : 0);
    }
    lab.sale.scripts.set('row-1', [['refused', 'number_blocked', 0, 0]]);
    lab.sale.scripts.set('row-2', [OPEN]);
    lab.sale.onSale = async (row) => {
      if (row !== 'row-3') return;
      await lab.handle.terminate();
      throw new Error('the batch never learns of it');
    };
    await lab.submit(rows);
    await lab.handle.result().catch(() => undefined);
    await purchases.find(CHANNEL, aRow('row-2'), 1); // it succeeds only now
    const settings = { taskQueue: QUEUE, policy: lab.policy, cursors, rows: { purchases, ends: NO_ENDS } };
    return new TemporalBatches(lab.client, settings);
  }

  it('has its rows, their counts and its money told by one reading of their purchases', async () => {
    const lab = aLab({ rowsOfAPart: 2 });
    const purchases = new ScriptedPurchases();
    purchases.whenWaitedFor = { state: 'succeeded', outcome: 'succeeded' };
    await lab.run(async () => {
      const batches = await terminated(lab, purchases);
      expect((await batches.find(CHANNEL, lab.id))?.progress).toMatchObject({
        state: 'cancelled',
        results: { refused: 1, succeeded: 2, open: 1, not_begun: 1 },
        money: { faceValue: 180_000 },
      });
      expect(await batches.results(CHANNEL, lab.id, { limit: 10 })).toMatchObject({
        rows: ['refused', 'succeeded', 'open', 'succeeded', 'not_begun'].map((result) => ({ 3: result })),
      });
    });
  });

  it('is told as it told itself last while no worker tells its rows', async () => {
    const lab = aLab({ rowsOfAPart: 2 });
    const batches = await lab.run(() => terminated(lab, new ScriptedPurchases()));
    expect((await batches.find(CHANNEL, lab.id))?.progress).toMatchObject({
      state: 'cancelled',
      results: { refused: 1, open: 1, not_begun: 3 },
    });
  });
});

describe('a batch, while Temporal answers no search', () => {
  afterEach(() => jest.restoreAllMocks());

  /** Another process of the API, which has not accepted the batch. */
  function another(lab: BatchLab) {
    const client = new Client({ connection: server.connection });
    const settings = {
      taskQueue: 'no-worker',
      policy: lab.policy,
      cursors: new ListCursors(cursorKeysOf(undefined)),
    };
    return { batches: new TemporalBatches(client, settings), client };
  }

  function withoutSearch({ workflowService }: Client) {
    const fault = Object.assign(new Error('no search'), {
      code: status.UNAVAILABLE,
      details: '',
      metadata: {},
    });
    return jest.spyOn(workflowService, 'listWorkflowExecutions').mockRejectedValue(fault);
  }

  it('is read and cancelled by who accepted it, at no search', async () => {
    const lab = aLab();
    await lab.submit(batchRows(3));
    const search = withoutSearch(lab.client);
    expect((await lab.record()).progress.state).toBe('running');
    expect(await lab.batches.cancel(CHANNEL, lab.id)).toMatchObject({ kind: 'cancelling' });
    expect(search).not.toHaveBeenCalled();
    await lab.handle.terminate();
    expect((await lab.record()).progress.state).toBe('cancelled');
  });

  it('is read and cancelled by who does not know it, as long as it runs', async () => {
    const lab = aLab();
    await lab.submit(batchRows(3));
    const { batches, client } = another(lab);
    withoutSearch(client);
    expect((await batches.find(CHANNEL, lab.id))?.progress.state).toBe('running');
    expect(await batches.cancel(CHANNEL, lab.id)).toMatchObject({ kind: 'cancelling' });
    await lab.handle.terminate();
    await expect(batches.find(CHANNEL, lab.id)).rejects.toThrow(TemporalUnavailable);
  });

  it('is searched for once by who reads it again and again', async () => {
    const lab = aLab();
    await lab.submit(batchRows(3));
    await eventually('the batch in the index', async () => {
      for await (const _ of lab.client.workflow.list({ query: `WorkflowId = '${lab.handle.workflowId}'` }))
        return true;
      return undefined;
    });
    const { batches, client } = another(lab);
    const search = jest.spyOn(client.workflowService, 'listWorkflowExecutions');
    for (let times = 0; times < 3; times += 1) await batches.find(CHANNEL, lab.id);
    expect(search).toHaveBeenCalledTimes(1);
    await lab.handle.terminate();
  });

  it('is not told by a start that comes later than its acceptance', async () => {
    const lab = aLab();
    const acceptedAt = new Date(Date.now() - 600_000).toISOString();
    await lab.batches.submit({ channel: CHANNEL, batchId: lab.id, rows: batchRows(3), acceptedAt });
    const { batches, client } = another(lab);
    withoutSearch(client);
    await expect(batches.find(CHANNEL, lab.id)).rejects.toThrow(TemporalUnavailable);
    await lab.handle.terminate();
  });
});

describe('a batch that is over, whose workflow somebody starts again', () => {
  /** A copy of its start: anyone who can write to Temporal can read what that was, and needs no key for it. */
  async function startCopy(lab: BatchLab, memo?: 'changed'): Promise<void> {
    const { workflowId } = lab.handle;
    const { events } = await lab.handle.fetchHistory();
    const first = events?.[0]?.workflowExecutionStartedEventAttributes;
    const text = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"x"') };
    const { runId } = await lab.client.workflowService.startWorkflowExecution({
      namespace: 'default',
      workflowId,
      requestId: `copy-${workflowId}`,
      workflowType: { name: 'batch' },
      taskQueue: { name: 'queue-of-somebody' },
      input: first?.input ?? null,
      memo: memo === 'changed' ? { fields: { batch: text } } : (first?.memo ?? null),
      searchAttributes: first?.searchAttributes ?? null,
    });
    await untilListed(lab, runId);
  }

  async function untilListed(lab: BatchLab, runId: string, status?: string): Promise<void> {
    const query = `WorkflowId = '${lab.handle.workflowId}'${status ? ` AND ExecutionStatus = '${status}'` : ''}`;
    await eventually('the run in the index', async () => {
      for await (const run of lab.client.workflow.list({ query })) if (run.runId === runId) return true;
      return undefined;
    });
  }

  const told = async (lab: BatchLab) => {
    const page = await lab.batches.list(CHANNEL, { limit: 100 });
    const found = await findBatches(lab.client, { channel: CHANNEL }, 100);
    if (page.kind !== 'page') throw new Error(page.kind);
    const isOwn = ({ batchId }: BatchRecord) => batchId === lab.id;
    return [await lab.record(), ...page.records.filter(isOwn), ...found.records.filter(isOwn)].map(
      ({ progress: { state, results, money } }) => [state, results.succeeded, money.faceValue],
    );
  };

  it.each(['copied', 'changed'] as const)(
    'is told as it ended, once in each list, while the copy runs and after it was terminated: its memo %s',
    async (memo) => {
      const lab = aLab();
      await lab.sell(batchRows(3));
      const sold = ['completed', 3, 270_000];
      await startCopy(lab, memo === 'changed' ? memo : undefined);
      expect(await told(lab)).toEqual([sold, sold, sold]);
      const { runId } =
        (
          await lab.client.workflowService.describeWorkflowExecution({
            namespace: 'default',
            execution: { workflowId: lab.handle.workflowId },
          })
        ).workflowExecutionInfo?.execution ?? {};
      await lab.handle.terminate();
      await untilListed(lab, runId ?? '', 'Terminated');
      expect(await told(lab)).toEqual([sold, sold, sold]);
      expect(await lab.batches.results(CHANNEL, lab.id, { limit: 10 })).toMatchObject({
        kind: 'page',
        rows: [{ 3: 'succeeded' }, { 3: 'succeeded' }, { 3: 'succeeded' }],
      });
      expect(await lab.batches.cancel(CHANNEL, lab.id)).toMatchObject({ kind: 'over' });
    },
  );

  it('is told by the run that continued it', async () => {
    const lab = aLab({ partsOfARun: 1, rowsOfAPart: 2 });
    await lab.sell(batchRows(6));
    await startCopy(lab);
    expect((await lab.record()).progress).toMatchObject({ state: 'completed', results: { succeeded: 6 } });
    await lab.handle.terminate();
  });
});
