import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { createOperationsActivities } from '../../activities';
import { BreakRegisters, RegisterEnded } from '../../client/break-registers';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import { dayBreaksWorkflowId, type FoundBreak } from '../../domain/reconciliation/break-register';
import { reconciliationWorkflowId, type ReconciledDay } from '../../domain/reconciliation/reconciliation';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { completeByHand } from '../support/taken-tasks';
import { fromGlobalSetup } from '../support/test-environment';

const TASK_QUEUE = 'copied-results';
/** No worker of the story has polled it before. */
const LATER_QUEUE = 'copied-results-later';
const DAY = daysAfter(localDay(new Date()), -2);
const POLICY = { alertAfterMs: 72 * 3_600_000, alertAmount: 1_000_000 };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const found: FoundBreak = {
  id: 'brk_one',
  kind: 'missing_there',
  purchaseId: 'pur_one',
  atStake: 90_000,
  detail: 'succeeded here',
  references: [],
};

/** What the workflow's latest run has ended with, as it is stored. */
async function storedResult(workflowId: string): Promise<Payload> {
  const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
  const [result] = events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
  if (!result) throw new Error('it has no result');
  return result;
}

describe('a day’s register of breaks that somebody completes with what an earlier run of it ended with', () => {
  const registers = () => new BreakRegisters(server.client);
  const observe = (digest: string, breaks: readonly FoundBreak[], taskQueue: string) =>
    registers().observe(
      { day: DAY, digest, files: `day sha256:${digest}`, breaks, more: { count: 0, atStake: 0 } },
      { taskQueue, policy: POLICY },
    );

  it('has been ended from outside: its breaks are not said to be closed', async () => {
    const workflowId = dayBreaksWorkflowId(DAY);
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
      activities: createOperationsActivities(async () => ({ kind: 'delivered' })),
    });
    await worker.runUntil(async () => {
      await observe('first', [found], TASK_QUEUE);
      await observe('second', [], TASK_QUEUE);
      await server.client.workflow.getHandle(workflowId).result();
    });
    expect(await registers().find(DAY)).toMatchObject({ breaks: [{ closedBy: 'files' }] });
    expect(await registers().days({ open: true })).toEqual([]);
    const earlier = await storedResult(workflowId);
    await observe('third', [{ ...found, id: 'brk_two' }], LATER_QUEUE);
    await completeByHand(server.client, { workflowId, taskQueue: LATER_QUEUE }, earlier);
    await expect(registers().find(DAY)).rejects.toBeInstanceOf(RegisterEnded);
    await eventually('the day in the index', async () =>
      (await registers().days({ open: true })).includes(DAY) ? true : undefined,
    );
    expect((await registers().read([DAY])).unreadable).toEqual([workflowId]);
  });

  it('has been ended from outside as well where it is completed with what a comparison without breaks told it', async () => {
    const day = daysAfter(DAY, -1);
    const seen = { day, digest: 'x', files: 'day sha256:x', more: { count: 0, atStake: 0 } };
    await registers().observe({ ...seen, breaks: [found] }, { taskQueue: LATER_QUEUE, policy: POLICY });
    const told = defaultPayloadConverter.toPayload({ ...seen, breaks: [] }) ?? {};
    const workflowId = dayBreaksWorkflowId(day);
    await completeByHand(server.client, { workflowId, taskQueue: LATER_QUEUE }, told);
    await expect(registers().find(day)).rejects.toBeInstanceOf(StoredDataUnreadable);
  });
});

describe('a day’s reconciliation that somebody completes with what an earlier run of it ended with', () => {
  const sum = { count: 0, gross: 0, discount: 0, payable: 0 };
  const clean = (day: LocalDay, runId: string): ReconciledDay => ({
    kind: 'reconciled',
    day,
    clean: true,
    ours: sum,
    theirs: sum,
    difference: { gross: 0, discount: 0, payable: 0 },
    counts: {},
    atStake: 0,
    badLines: 0,
    files: [],
    report: { digest: 'sha256:1', files: [] },
    carryOver: [],
    runId,
  });

  it('has failed, and is due again', async () => {
    const workflowId = reconciliationWorkflowId(DAY);
    const days = new ReconciliationDays(server.client, { taskQueue: LATER_QUEUE });
    const policy = { lookBackDays: 3, patience: 0, attemptTimeout: 60_000, heartbeatTimeout: 10_000 };
    await days.begin(DAY, policy);
    const { runId } = await server.client.workflow.getHandle(workflowId).describe();
    const own = defaultPayloadConverter.toPayload(clean(DAY, runId)) ?? {};
    await completeByHand(server.client, { workflowId, taskQueue: LATER_QUEUE }, own); // in the place of our worker
    expect(await days.run(DAY)).toMatchObject({ standing: 'reconciled' });
    await days.begin(DAY, policy);
    await completeByHand(server.client, { workflowId, taskQueue: LATER_QUEUE }, own);
    expect(await days.run(DAY)).toMatchObject({ standing: 'failed', result: null });
    expect(await days.end(DAY)).toBeNull();
  });
});
