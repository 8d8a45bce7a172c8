import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowHandle } from '@temporalio/client';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import {
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
  type ReconciliationResult,
} from '../../domain/reconciliation/reconciliation';
import {
  breaksEventId,
  OPERATIONS_ALERT_WORKFLOW,
  operationsAlertWorkflowId,
  type OperationsEvent,
} from '../../domain/notice/operations-events';
import { ReconciliationDays } from '../../reconciliation/schedule/days';
import { SourceFault } from '../../domain/reconciliation/settlement-source';
import type { operationsAlert, reconciliation } from '../../workflows';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { scheduledActivities } from '../support/history-reading';
import { timeSkippingServer } from '../support/purchase-lab';
import {
  brokenDay,
  reconciledDay,
  RECONCILIATION_POLICY,
  RECONCILIATION_QUEUE,
  ReconciliationLab,
} from '../support/reconciliation-lab';

let server: TestWorkflowEnvironment;

/** Once a workflow has begun another, the time-skipping server jumps over no pause any more: such stories come last. */
function onAServerOfItsOwn(): void {
  beforeAll(async () => (server = await timeSkippingServer()));
  afterAll(() => server.teardown());
}

let date = 0;
let day: LocalDay;
beforeEach(() => {
  date += 1;
  day = `2026-03-${String(date).padStart(2, '0')}` as LocalDay; // each story has a day of its own
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ABSENT = { kind: 'not_there', detail: 'the source answered 404' } as const;

/** Reconciles the day by itself, however long that takes in workflow time. */
async function reconcile(policy = RECONCILIATION_POLICY): Promise<{
  result: ReconciliationResult;
  handle: WorkflowHandle<typeof reconciliation>;
}> {
  const handle = await server.client.workflow.start<typeof reconciliation>(RECONCILIATION_WORKFLOW, {
    workflowId: reconciliationWorkflowId(day),
    taskQueue: RECONCILIATION_QUEUE,
    args: [day, policy],
  });
  return { result: await handle.result(), handle };
}

/** Waits until operations were told so many events, and the workflows that did it are over. */
async function told(lab: ReconciliationLab, count: number): Promise<void> {
  await eventually(`${count} events told`, () => (lab.told.length >= count ? true : undefined));
  for (const event of lab.told) {
    await server.client.workflow.getHandle(operationsAlertWorkflowId(event)).result();
  }
}

describe('what takes time', () => {
  onAServerOfItsOwn();

  it('looks for a file that is not there again after growing pauses, and compares once it is there', async () => {
    const lab = new ReconciliationLab(server);
    const looks: number[] = [];
    lab.fetch = async ({ day: of }) => {
      if (of !== day) return ABSENT;
      looks.push(await server.currentTimeMs());
      return looks.length < 6 ? ABSENT : { kind: 'fetched' };
    };
    const { result, handle } = await lab.run(() => reconcile());
    expect(result).toMatchObject({ kind: 'reconciled' });
    const pauses = looks.slice(1).map((at, place) => Math.floor((at - (looks[place] ?? 0)) / MINUTE));
    expect(pauses.every((pause, place) => pause >= (pauses[place - 1] ?? 5))).toBe(true);
    expect(pauses.at(-1)).toBeGreaterThan(20);
    expect(lab.told).toEqual([]);
    await recordHistory('reconciliation-file-awaited', handle);
  });

  it('tries again while the source fails in passing', async () => {
    const lab = new ReconciliationLab(server);
    let tries = 0;
    lab.fetch = async () => {
      tries += 1;
      if (tries < 4) throw new SourceFault('the source answered 503');
      return { kind: 'fetched' };
    };
    const { result } = await lab.run(() => reconcile());
    expect(result).toMatchObject({ kind: 'reconciled', clean: true });
  });

  it('stays what it is once it is over, also when the task queue has another name', async () => {
    const lab = new ReconciliationLab(server);
    await lab.run(() => reconcile());
    const renamed = new ReconciliationDays(server.client, { taskQueue: 'renamed' });
    expect(await renamed.standings([day])).toMatchObject([{ day, standing: 'reconciled' }]);
  });

  it('tells operations again and again under one id until their webhook takes it', async () => {
    const lab = new ReconciliationLab(server);
    const event: OperationsEvent = {
      type: 'operations.reconciliation_failed',
      id: `evt_reconciliation_${day}_failed_1`,
      occurredAt: '2026-03-02T23:00:00.000Z',
      data: {
        day,
        reason: 'file_missing',
        detail: 'the source answered 404',
        workflowId: 'reconciliation:x',
      },
    };
    const tried: string[] = [];
    lab.tell = async (given) => {
      tried.push(JSON.stringify(given));
      return tried.length < 4
        ? { kind: 'retry', status: 503, detail: 'the webhook answered 503' }
        : { kind: 'delivered' };
    };
    const handle = await lab.run(async () => {
      const begun = await server.client.workflow.start<typeof operationsAlert>(OPERATIONS_ALERT_WORKFLOW, {
        workflowId: operationsAlertWorkflowId(event),
        taskQueue: RECONCILIATION_QUEUE,
        args: [event],
      });
      expect(await begun.result()).toBe('told');
      return begun;
    });
    expect(tried).toHaveLength(4);
    expect(new Set(tried).size).toBe(1);
    await recordHistory('operations-alert', handle);
  });
});

describe('a day whose file never comes', () => {
  onAServerOfItsOwn();

  it('is given up when patience is over; operations are told, by every run anew', async () => {
    const lab = new ReconciliationLab(server);
    lab.fetch = async () => ABSENT;
    const began = await server.currentTimeMs();
    const { result, handle } = await lab.run(async () => {
      const first = await reconcile();
      await told(lab, 1);
      return first;
    });
    expect(result).toEqual({
      runId: (await handle.describe()).runId,
      kind: 'not_reconciled',
      day,
      reason: 'file_missing',
      detail: 'the source answered 404',
    });
    expect((await server.currentTimeMs()) - began).toBeGreaterThanOrEqual(6 * HOUR);
    await lab.run(async () => {
      await reconcile({ ...RECONCILIATION_POLICY, patience: 0 });
      await told(lab, 2);
    });
    expect(lab.compared).toEqual([]);
    expect(lab.told[0]).toMatchObject({
      type: 'operations.reconciliation_failed',
      data: { day, reason: 'file_missing', workflowId: `reconciliation:${day}` },
    });
    expect(new Set(lab.told.map(({ id }) => id)).size).toBe(2);
    await recordHistory('reconciliation-file-missing', handle);
  });
});

describe('a day whose source fails again and again', () => {
  onAServerOfItsOwn();

  it('is told of, with what the source last said', async () => {
    const lab = new ReconciliationLab(server);
    lab.fetch = async () => {
      throw new SourceFault('the source answered 503');
    };
    const { result, handle } = await lab.run(async () => {
      const first = await reconcile();
      await told(lab, 1);
      return first;
    });
    expect(result).toMatchObject({
      reason: 'failed',
      detail: `settlement of ${day}: the source answered 503`,
    });
    await recordHistory('reconciliation-source-failed', handle);
  });
});

describe('a day whose file is there', () => {
  onAServerOfItsOwn();

  it('is compared, and a clean one disturbs nobody', async () => {
    const lab = new ReconciliationLab(server);
    const { result, handle } = await lab.run(() => reconcile());
    expect(result).toMatchObject({ kind: 'reconciled', day, clean: true });
    expect(lab.told).toEqual([]);
    const { events } = await handle.fetchHistory();
    expect(events?.some((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)).toBe(false);
    await recordHistory('reconciliation-clean', handle);
  });

  it('has operations told by the webhooks’ queue, with the time limit of a delivery', async () => {
    const lab = new ReconciliationLab(server);
    lab.compare = async (day) => brokenDay(day);
    const webhooks = { taskQueue: `${RECONCILIATION_QUEUE}-webhooks`, attemptTimeout: 25_000 };
    const scheduled = await lab.run(async () => {
      const { result } = await reconcile({ ...RECONCILIATION_POLICY, webhooks });
      const id = breaksEventId(day, result.kind === 'reconciled' ? result.report.digest : '');
      const alert = server.client.workflow.getHandle(`alert:${id}`);
      const [activity] = await eventually('the delivery', async () => {
        const found = await scheduledActivities(alert);
        return found.length > 0 ? found : undefined;
      });
      await alert.terminate('nobody serves this queue here');
      return activity;
    });
    expect(scheduled?.taskQueue?.name).toBe(webhooks.taskQueue);
    expect(scheduled?.startToCloseTimeout?.seconds?.toNumber()).toBe(25);
    expect(lab.told).toEqual([]);
  });

  it('has operations told of breaks, and under the same id when the same comparison is made again', async () => {
    const lab = new ReconciliationLab(server);
    lab.compare = async (day) => brokenDay(day);
    await lab.run(async () => {
      const { handle } = await reconcile();
      await told(lab, 1);
      await reconcile();
      await told(lab, 2);
      await recordHistory('reconciliation-breaks', handle);
    });
    expect(lab.told[0]).toMatchObject({
      type: 'operations.reconciliation_breaks',
      id: `evt_reconciliation_${day}_bbbbbbbbbbbbbbbb`,
      data: { day, counts: { missing_there: 1 }, atStake: 90_000, workflowId: `reconciliation:${day}` },
    });
    expect(lab.told[1]?.id).toBe(lab.told[0]?.id);
  });

  it('takes the neighbouring days’ files and the corrections along where they are, and needs none of them', async () => {
    const lab = new ReconciliationLab(server);
    lab.hasCorrections = true;
    await lab.run(() => reconcile());
    lab.fetch = async ({ day: of, kind }) =>
      of === day && kind === 'settlement' ? { kind: 'fetched' } : ABSENT;
    await lab.run(() => reconcile());
    expect(lab.compared.map(({ roles }) => roles)).toEqual([
      ['day', 'correction', 'last_day', 'correction', 'next_day', 'correction'],
      ['day'],
    ]);
  });

  it('is compared with the files of a day in question, where that day is over and its own file is there', async () => {
    const lab = new ReconciliationLab(server);
    lab.hasCorrections = true;
    const early = daysAfter(day, -5);
    const roles: (string | undefined)[][] = [];
    lab.fetch = async ({ day: of, kind }) =>
      of === early && kind === 'correction' ? ABSENT : { kind: 'fetched' };
    lab.compare = async (day, _files, otherFiles) => {
      for (const other of [early, daysAfter(day, -4), localDay(new Date())]) {
        roles.push((await otherFiles(other)).map(({ role, of }) => `${role} ${of}`));
      }
      return reconciledDay(day);
    };
    await lab.run(() => reconcile());
    const later = daysAfter(day, -4);
    expect(roles).toEqual([[`other_day ${early}`], [`other_day ${later}`, `correction ${later}`], []]);
  });

  it('is compared once at a time, whoever asks for it meanwhile', async () => {
    const lab = new ReconciliationLab(server);
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    lab.compare = async (day) => {
      await held;
      return brokenDay(day);
    };
    await lab.run(async () => {
      expect(await lab.days.begin(day, RECONCILIATION_POLICY)).toBe(true);
      await eventually('the comparison', () => lab.compared[0]);
      expect(await lab.days.begin(day, RECONCILIATION_POLICY)).toBe(false);
      goOn();
      await lab.days.end(day);
      await told(lab, 1); // the same again goes on by itself while it is under way
      expect(await lab.days.begin(day, RECONCILIATION_POLICY)).toBe(true); // over, it may be done again
      await lab.days.end(day);
      await told(lab, 2);
    });
    expect(lab.compared).toHaveLength(2);
  });
});

describe('a day that a person must look at', () => {
  onAServerOfItsOwn();

  it.each([
    ['source_refuses', { kind: 'refused', detail: 'the source answered 401' }, undefined],
    ['file_unusable', { kind: 'fetched' }, { kind: 'unusable', detail: 'day: the header lacks "amount"' }],
  ] as const)('is told of at once: %s', async (reason, outcome, compared) => {
    const lab = new ReconciliationLab(server);
    lab.fetch = async () => outcome;
    if (compared) lab.compare = async () => compared;
    const began = await server.currentTimeMs();
    const { result } = await lab.run(async () => {
      const first = await reconcile();
      await told(lab, 1);
      return first;
    });
    expect(result).toMatchObject({ kind: 'not_reconciled', reason });
    expect((await server.currentTimeMs()) - began).toBeLessThan(HOUR);
    expect(lab.told[0]).toMatchObject({ data: { reason } });
  });
});
