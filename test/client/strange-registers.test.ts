import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import '../support/quiet-runtime';
import { createOperationsActivities } from '../../activities';
import { BreakRegisters } from '../../client/break-registers';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { PurchaseUnreadable } from '../../client/purchases';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { localDay, type LocalDay } from '../../domain/local-time';
import { NOTICE_WORKFLOW } from '../../domain/notice/protocol';
import { DAY_BREAKS_WORKFLOW } from '../../domain/reconciliation/break-register';
import { RECONCILIATION_WORKFLOW } from '../../domain/reconciliation/reconciliation';
import { readQueue } from '../../operators/queue';
import { search } from '../../operators/search';
import { StuckSteps } from '../../operators/stuck-steps';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import { deadlineIn } from '../../runtime/deadline';
import { encryptedClient } from '../support/encrypted-client';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { fromGlobalSetup } from '../support/test-environment';

jest.setTimeout(120_000);

const TASK_QUEUE = 'strange-registers';
const DAY = localDay(new Date('2026-11-23T03:00:00Z'));
const TAKEN = localDay(new Date('2026-11-22T03:00:00Z'));
const NOBODY = 'nobody';
const HOUR = 3_600_000;
const FOUND = {
  id: 'brk_missing',
  kind: 'missing_there',
  purchaseId: 'pur_one',
  atStake: 90_000,
  detail: 'succeeded here',
  references: ['MBF-1'],
} as const;
const seenOn = (day: LocalDay) => ({
  day,
  digest: `of ${day}`,
  files: 'day sha256:1',
  breaks: [FOUND],
  more: { count: 0, atStake: 0 },
});
const SETTINGS = { taskQueue: TASK_QUEUE, policy: { alertAfterMs: 72 * HOUR, alertAmount: 1_000_000 } };

type Payload = temporal.api.common.v1.IPayload;
const clear = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) ?? {};
/** What claims a key that nobody has. */
const SEALED: Payload = {
  metadata: {
    encoding: Buffer.from('binary/encrypted'),
    'encryption-key-id': Buffer.from('nobody-has-it'),
  },
  data: Buffer.alloc(64, 7),
};

let server: TestWorkflowEnvironment;
let client: Client;
let registers: BreakRegisters;

/** Starts a workflow on a queue that nobody polls, as anyone who can write to Temporal can. */
async function start(type: string, workflowId: string, memo: Payload, queue = NOBODY): Promise<void> {
  await server.client.workflowService.startWorkflowExecution({
    namespace: client.options.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: type },
    taskQueue: { name: queue },
    memo: { fields: { [memo === SEALED ? 'openBreaks' : 'x']: memo } },
    searchAttributes: { indexedFields: { NoticeDelivered: clear(false), NeedsAttention: clear(true) } },
  });
}

const STRANGE_IDS = ['zzz', 'breaks:', 'breaks:2026-13-99', 'breaks:__proto__', 'reconciliation:xyz'];

function withWorker<T>(story: () => Promise<T>): Promise<T> {
  return Worker.create({
    connection: server.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: fromGlobalSetup('workflowBundle') },
    activities: createOperationsActivities(async () => ({ kind: 'delivered' })),
    dataConverter: client.options.dataConverter,
  }).then((worker) => worker.runUntil(story));
}

beforeAll(async () => {
  server = await localServer();
  client = encryptedClient(server.client);
  registers = new BreakRegisters(client);
  await registers.observe(seenOn(DAY), SETTINGS);
  await withWorker(() => eventually('the good register', async () => (await registers.openSince())[0]));
  for (const [at, id] of STRANGE_IDS.entries())
    for (const type of [DAY_BREAKS_WORKFLOW, RECONCILIATION_WORKFLOW])
      await start(type, type === DAY_BREAKS_WORKFLOW ? id : `${id}-${type}`, at % 2 ? SEALED : clear('x'));
  await start(DAY_BREAKS_WORKFLOW, `breaks:${TAKEN}`, clear('x'));
  await start(RECONCILIATION_WORKFLOW, `reconciliation:${TAKEN}`, clear('x'));
  await start(CASE_WORKFLOW, 'case:pur_aaaaaaaaaaaaaaaaaaaaaaaaaa:make_good', SEALED);
  await start(CASE_WORKFLOW, 'strange-case', clear('x'));
  await start(NOTICE_WORKFLOW, 'strange-notice', clear('x'));
  await eventually('all of them in the index', async () =>
    (await server.client.workflow.count(`TaskQueue = '${NOBODY}'`)).count === STRANGE_IDS.length * 2 + 5
      ? true
      : undefined,
  );
});
afterAll(() => server.teardown());

describe('workflows of the types of reconciliation that somebody else started', () => {
  it('leave the desk’s queue with its breaks, and are named', async () => {
    const later = new Date(Date.now() + HOUR);
    const queue = await withWorker(() => readQueue(client, new StuckSteps(client), { now: later }));
    expect(queue.items).toEqual([expect.objectContaining({ kind: 'break', id: FOUND.id })]);
    expect(queue.unreadDays).toEqual([]);
    expect(queue.unreadable.toSorted()).toEqual(
      [
        ...STRANGE_IDS,
        `breaks:${TAKEN}`,
        'case:pur_aaaaaaaaaaaaaaaaaaaaaaaaaa:make_good',
        'strange-case',
        'strange-notice',
      ].toSorted(),
    );
  });

  it('leave a search by MobiFone’s reference with its breaks', async () => {
    const wanted = { text: 'MBF-1', channel: undefined, day: undefined };
    const found = await withWorker(() => search(client, wanted, { hashesOf: undefined, channels: [] }));
    expect(found.breaks.map(({ id }) => id)).toEqual([FOUND.id]);
  });

  it('leave the figures of the whole business', async () => {
    const taken = await new BusinessSnapshots(client, []).take();
    const counts = Object.values(taken.openBreaks).map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(taken.lastReconciliation).toBeUndefined();
  });

  it('leave the list of reconciled days, and are named', async () => {
    const strange: string[] = [];
    const days = new ReconciliationDays(client, { taskQueue: TASK_QUEUE });
    const runs = await days.list({}, ({ workflowId }) => strange.push(workflowId));
    expect(runs.map(({ day, standing }) => [day, standing])).toEqual([[TAKEN, 'taken']]);
    expect(strange.toSorted()).toEqual(
      ['reconciliation:xyz', ...STRANGE_IDS.map((id) => `${id}-${RECONCILIATION_WORKFLOW}`)].toSorted(),
    );
    expect(await days.standings([TAKEN])).toMatchObject([{ day: TAKEN, standing: 'taken' }]);
  });
});

describe('a register and a day that somebody else completed', () => {
  const OVER = localDay(new Date('2026-11-21T03:00:00Z'));
  beforeAll(async () => {
    for (const [type, id] of [
      [DAY_BREAKS_WORKFLOW, `breaks:${OVER}`],
      [RECONCILIATION_WORKFLOW, `reconciliation:${OVER}`],
    ] as const) {
      await start(type, id, clear('x'), id);
      await complete(id);
    }
  });

  /** Answers the workflow's first task, on a queue of its own, with a result that is not ours. */
  async function complete(workflowId: string, told: object = {}): Promise<void> {
    const { workflowService } = server.client;
    const about = { namespace: client.options.namespace, identity: 'nobody of ours' };
    const taskQueue = { name: workflowId };
    const { taskToken } = await server.client.withDeadline(deadlineIn(30_000), () =>
      workflowService.pollWorkflowTaskQueue({ ...about, taskQueue }),
    );
    const result = { payloads: [clear({ breaks: [], day: OVER, kind: 'reconciled', ...told })] };
    const commandType = temporal.api.enums.v1.CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION;
    const commands = [{ commandType, completeWorkflowExecutionCommandAttributes: { result } }];
    await workflowService.respondWorkflowTaskCompleted({ ...about, taskToken, commands });
  }

  it('is no register of ours, and its day can have one again', async () => {
    await expect(registers.find(OVER)).rejects.toBeInstanceOf(PurchaseUnreadable);
    expect(await registers.read([OVER])).toEqual({
      read: [],
      unreadDays: [],
      unreadable: [`breaks:${OVER}`],
    });
    await registers.observe(seenOn(OVER), SETTINGS);
    const register = await withWorker(() =>
      eventually('the register', async () => {
        const found = await registers.find(OVER);
        return found?.breaks.length ? found : undefined;
      }),
    );
    expect(register.breaks.map(({ id }) => id)).toEqual([FOUND.id]);
  });

  it('is a day that is to be reconciled again', async () => {
    const days = new ReconciliationDays(client, { taskQueue: TASK_QUEUE });
    expect(await days.standings([OVER])).toEqual([{ day: OVER, standing: 'failed' }]);
  });

  it('is to be reconciled again also where a run on another task queue has a copy of our result', async () => {
    const copied = localDay(new Date('2026-11-20T03:00:00Z'));
    const workflowId = `reconciliation:${copied}`;
    const sum = { count: 0, gross: 0, discount: 0, payable: 0 };
    const sides = { ours: sum, theirs: sum, difference: sum, counts: {}, atStake: 0, badLines: 0 };
    const report = { digest: 'of an earlier run', files: [] };
    await start(RECONCILIATION_WORKFLOW, workflowId, clear('x'), workflowId);
    await complete(workflowId, { ...sides, day: copied, clean: true, files: [], report, carryOver: [] });
    const days = new ReconciliationDays(server.client, { taskQueue: TASK_QUEUE }); // reads it, as it would what is sealed
    expect(await days.standings([copied])).toEqual([{ day: copied, standing: 'failed' }]);
    expect(await days.carriedOver(copied)).toEqual([]);
  });
});

describe('a register that somebody terminated', () => {
  const ENDED = localDay(new Date('2026-11-20T03:00:00Z'));
  const countOpen = async () => (await registers.openSince()).reduce((sum, { count }) => sum + count, 0);

  it('does not hide its open breaks: they are counted, it is named, and it begins again', async () => {
    const before = await countOpen();
    await registers.observe(seenOn(ENDED), SETTINGS);
    const isCounted = async () => ((await countOpen()) === before + 1 ? true : undefined);
    await withWorker(() => eventually('its break', isCounted));
    await client.workflow.getHandle(`breaks:${ENDED}`).terminate('wrong click');
    await eventually('its end in the index', async () => {
      const query = `WorkflowId = 'breaks:${ENDED}' AND ExecutionStatus = 'Terminated'`;
      return (await client.workflow.count(query)).count === 1 ? true : undefined;
    });
    await expect(registers.find(ENDED)).rejects.toThrow(`datacode reconcile now ${ENDED}`);
    expect(await registers.days({ open: true })).toContain(ENDED);
    expect((await registers.read([ENDED])).unreadable).toEqual([`breaks:${ENDED}`]);
    expect(await countOpen()).toBe(before + 1);
    await registers.observe(seenOn(ENDED), SETTINGS);
    await withWorker(async () => {
      const register = await eventually('the register', () => registers.find(ENDED));
      expect(register.breaks.map(({ id }) => id)).toEqual([FOUND.id]);
      await eventually('it in the index, once', isCounted);
    });
  });
});
