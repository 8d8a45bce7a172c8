import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { followMorningSettings, type MorningSettings } from '../../reconciliation/schedule/schedule';
import { daysAfter, localDay, type LocalDay } from '../../domain/local-time';
import {
  RECONCILIATION_SCHEDULE,
  RECONCILIATION_WORKFLOW,
  RECONCILIATIONS_WORKFLOW,
  reconciliationWorkflowId,
} from '../../domain/reconciliation/reconciliation';
import type { reconciliation, reconciliations } from '../../workflows';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import {
  brokenDay,
  EMPTY_FILE,
  reconciledDay,
  RECONCILIATION_POLICY,
  RECONCILIATION_QUEUE,
  ReconciliationLab,
} from '../support/reconciliation-lab';

let server: TestWorkflowEnvironment;
async function start(): Promise<void> {
  server = await localServer();
}
const stop = () => server.teardown();

const SETTINGS: MorningSettings = {
  at: { hour: 6, minute: 0 },
  taskQueue: RECONCILIATION_QUEUE,
  policy: RECONCILIATION_POLICY,
};

/** The day so many days before today. A run across Vietnamese midnight would be of other days. */
const today = localDay(new Date());
const ago = (days: number): LocalDay => daysAfter(today, -days);
/** The patience, eight attempts and their pauses. */
const LONGEST_DAY_S = (6 * 60 + 8 * 10 + 30) * 60;
async function timeoutOf(day: LocalDay): Promise<number> {
  const { raw } = await server.client.workflow.getHandle(reconciliationWorkflowId(day)).describe();
  return Number(raw.executionConfig?.workflowExecutionTimeout?.seconds);
}

const schedule = () => server.client.schedule.getHandle(RECONCILIATION_SCHEDULE);

/** Has the morning come, and waits until what it began is over. */
async function morning(): Promise<{ day: LocalDay; work: string }[]> {
  const before = (await schedule().describe()).info.numActionsTaken;
  await schedule().trigger();
  const action = await eventually('the morning’s workflow', async () => {
    const { info } = await schedule().describe();
    return info.numActionsTaken > before ? info.recentActions.at(-1)?.action : undefined;
  });
  const handle = server.client.workflow.getHandle<typeof reconciliations>(action?.workflow.workflowId ?? '');
  const done = await handle.result();
  for (const { day } of done) {
    await server.client.workflow.getHandle(reconciliationWorkflowId(day)).result();
  }
  return done;
}

/** A day that was reconciled by hand, some mornings ago. */
async function reconciledBefore(day: LocalDay): Promise<void> {
  const handle = await server.client.workflow.start<typeof reconciliation>(RECONCILIATION_WORKFLOW, {
    workflowId: reconciliationWorkflowId(day),
    taskQueue: RECONCILIATION_QUEUE,
    args: [day, RECONCILIATION_POLICY],
  });
  await handle.result();
}

describe('each morning', () => {
  beforeEach(start); // each story begins with days that nobody has reconciled
  afterEach(stop);

  it('reconciles yesterday, catches up on the days that an outage made it miss, and never does a day twice', async () => {
    const lab = new ReconciliationLab(server);
    await followMorningSettings(server.client, SETTINGS);
    await lab.run(async () => {
      // The first morning of a new system asks for nothing from before its time.
      expect(await morning()).toEqual([{ day: ago(1), work: 'begun' }]);
      expect(await morning()).toEqual([]);
      // One that is held up, or whose day is, keeps no later one from beginning.
      expect(await timeoutOf(ago(1))).toBe(LONGEST_DAY_S);
      const { action } = await schedule().describe();
      expect(action.workflowExecutionTimeout).toBe(20 * 3_600_000);
      expect(lab.compared.map(({ day }) => day)).toEqual([ago(1)]);
      // Was up four days ago, and down since.
      await reconciledBefore(ago(4));
      lab.fetch = async ({ day }) =>
        day === ago(3) ? { kind: 'not_there', detail: 'the source answered 404' } : { kind: 'fetched' };
      lab.compared.length = 0;
      expect(await morning()).toEqual([
        { day: ago(3), work: 'not_reconciled' },
        { day: ago(2), work: 'reconciled' },
      ]);
      // The file came late: the next morning takes it.
      lab.fetch = async () => ({ kind: 'fetched' });
      expect(await morning()).toEqual([{ day: ago(3), work: 'reconciled' }]);
      expect(lab.compared.map(({ day }) => day)).toEqual([ago(2), ago(3)]);
      const runs = await lab.days.list({ from: ago(3), to: ago(2) });
      expect(runs).toMatchObject([
        { day: ago(3), standing: 'reconciled', result: { clean: true } },
        { day: ago(2), standing: 'reconciled' },
      ]);
      await lab.days.begin(ago(4), RECONCILIATION_POLICY);
      expect(await timeoutOf(ago(4))).toBe(LONGEST_DAY_S);
    });
    const { info } = await schedule().describe();
    const [second] = info.recentActions.slice(2).map(({ action }) => action.workflow.workflowId);
    await recordHistory('reconciliations-caught-up', server.client.workflow.getHandle(second ?? ''));
  });

  it('compares a clean day again once the source has a correction of it, and else never', async () => {
    const lab = new ReconciliationLab(server);
    lab.hasCorrections = true;
    let isCorrected = false;
    lab.fetch = async ({ kind }) =>
      kind === 'correction' && !isCorrected ? { kind: 'not_there', detail: '404' } : { kind: 'fetched' };
    lab.compare = async (day, files) =>
      reconciledDay(day, {
        files: files.map(({ role, of }) => ({
          role,
          ...(of === undefined ? {} : { of }),
          lines: 1,
          sha256: EMPTY_FILE,
        })),
      });
    await followMorningSettings(server.client, SETTINGS);
    await lab.run(async () => {
      expect(await morning()).toEqual([{ day: ago(1), work: 'begun' }]);
      expect(await morning()).toEqual([]);
      isCorrected = true;
      expect(await morning()).toEqual([{ day: ago(1), work: 'begun' }]);
      expect(await morning()).toEqual([]);
    });
  });

  it('leaves a day alone that somebody is reconciling just then, and waits for no file of yesterday’s', async () => {
    const lab = new ReconciliationLab(server);
    await followMorningSettings(server.client, SETTINGS);
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    lab.compare = async (day) => {
      await held;
      return brokenDay(day);
    };
    await lab.run(async () => {
      await schedule().trigger();
      await eventually('the comparison of yesterday', () => lab.compared[0]);
      await eventually('the end of the first morning, while yesterday is still compared', async () => {
        const { info } = await schedule().describe();
        return info.numActionsTaken === 1 && info.runningActions.length === 0 ? true : undefined;
      });
      await schedule().trigger();
      const second = await eventually('the second morning', async () => {
        const { recentActions } = (await schedule().describe()).info;
        return recentActions[1]?.action.workflow.workflowId;
      });
      expect(await server.client.workflow.getHandle(second).result()).toEqual([]);
      goOn();
      await server.client.workflow.getHandle(reconciliationWorkflowId(ago(1))).result();
      await eventually('the news of the break', () => lab.told[0]);
    });
    expect(lab.compared).toHaveLength(1);
  });
});

describe('a morning on which a workflow that is not ours has the id of a missed day', () => {
  beforeEach(start);
  afterEach(stop);

  it('is said of that day, to operations as well, and the other days are reconciled', async () => {
    const lab = new ReconciliationLab(server);
    await followMorningSettings(server.client, SETTINGS);
    const workflowId = reconciliationWorkflowId(ago(2));
    await server.client.workflow.start('somebodys', { workflowId, taskQueue: 'nobodys' });
    await lab.run(async () => {
      await reconciledBefore(ago(3));
      await schedule().trigger();
      const morningsId = await eventually('the morning’s workflow', async () => {
        const { recentActions } = (await schedule().describe()).info;
        return recentActions[0]?.action.workflow.workflowId;
      });
      const handle = server.client.workflow.getHandle<typeof reconciliations>(morningsId);
      expect(await handle.result()).toEqual([
        { day: ago(2), work: 'id_taken' },
        { day: ago(1), work: 'begun' },
      ]);
      const told = await eventually('the news', () => lab.told[0]);
      expect(told).toMatchObject({
        type: 'operations.reconciliation_failed',
        data: { day: ago(2), reason: 'id_taken', workflowId },
      });
      expect(JSON.stringify(told)).toContain(`temporal workflow terminate --workflow-id ${workflowId}`);
      await recordHistory('reconciliations-id-taken', handle);
      await server.client.workflow.getHandle(workflowId).terminate();
      expect(await morning()).toContainEqual({ day: ago(2), work: 'reconciled' });
    });
  });
});

describe('the schedule of the mornings', () => {
  beforeAll(start);
  afterAll(stop);

  it('is there once, whatever number of workers start at once, and stays untouched while nothing changes', async () => {
    await Promise.all([1, 2, 3].map(() => followMorningSettings(server.client, SETTINGS)));
    await schedule().pause('a person looks into something');
    const before = await schedule().describe();
    expect(before.info.nextActionTimes[0]?.toISOString()).toMatch(/T23:00:00/); // 06:00 in Vietnam
    expect(before.policies).toMatchObject({ overlap: 'SKIP' });
    await followMorningSettings(server.client, SETTINGS);
    const { info, state } = await schedule().describe();
    expect(info.lastUpdatedAt).toEqual(before.info.lastUpdatedAt);
    expect(state.paused).toBe(true);
  });

  it('follows its time of day and patience, stays paused when it was, and goes when it is switched off', async () => {
    await followMorningSettings(server.client, SETTINGS);
    await schedule().pause('a person looks into something');
    const policy = { ...RECONCILIATION_POLICY, patience: 1 };
    await followMorningSettings(server.client, { ...SETTINGS, at: { hour: 7, minute: 30 }, policy });
    const { info, state, action } = await schedule().describe();
    expect(info.nextActionTimes[0]?.toISOString()).toMatch(/T00:30:00/);
    expect(state).toMatchObject({ paused: true, note: 'a person looks into something' });
    expect(action).toMatchObject({ workflowType: RECONCILIATIONS_WORKFLOW, args: [policy] });
    await followMorningSettings(server.client, { ...SETTINGS, at: undefined });
    await followMorningSettings(server.client, { ...SETTINGS, at: undefined });
    await expect(schedule().describe()).rejects.toThrow('not found');
  });
});
