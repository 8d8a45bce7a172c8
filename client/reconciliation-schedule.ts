import { isDeepStrictEqual } from 'node:util';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
} from '@temporalio/client';
import {
  RECONCILIATION_SCHEDULE,
  RECONCILIATIONS_WORKFLOW,
  type ReconciliationPolicy,
} from '../domain/reconciliation';
import type { reconciliations } from '../workflows/reconciliations';

/** A time of day in Vietnam. */
export interface TimeOfDay {
  hour: number;
  minute: number;
}

/** The morning's run as it is configured. */
export interface MorningSettings {
  /** Nothing: no run by itself. */
  at: TimeOfDay | undefined;
  taskQueue: string;
  policy: ReconciliationPolicy;
}

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
/** After an outage one run of the last two days is enough: it looks for every day that was missed. */
const CATCH_UP_WINDOW_MS = 2 * 24 * 60 * 60 * 1000;

/**
 * Makes the schedule of the morning's run as it is configured: there, changed or gone. May be called by many workers at
 * once, in any order. A schedule that a person paused stays paused.
 */
export async function followMorningSettings(client: Client, settings: MorningSettings): Promise<void> {
  const { at } = settings;
  const handle = client.schedule.getHandle(RECONCILIATION_SCHEDULE);
  if (at === undefined) return remove(handle);
  const wanted = wantedSchedule(at, settings);
  try {
    await client.schedule.create({ scheduleId: RECONCILIATION_SCHEDULE, ...wanted });
  } catch (fault) {
    if (!(fault instanceof ScheduleAlreadyRunning)) throw fault;
    // One that is as it should be is let be: an update has Temporal forget a run that an outage made it miss.
    if (isAsWanted(await handle.describe(), wanted)) return;
    await handle.update(({ state }) => ({ ...wanted, state }));
  }
}

async function remove(handle: ScheduleHandle): Promise<void> {
  try {
    await handle.delete();
  } catch (fault) {
    if (!(fault instanceof ScheduleNotFoundError)) throw fault;
  }
}

function wantedSchedule({ hour, minute }: TimeOfDay, { taskQueue, policy }: MorningSettings) {
  return {
    spec: { calendars: [{ hour, minute }], timezone: TIME_ZONE },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WINDOW_MS },
    action: {
      type: 'startWorkflow' as const,
      workflowType: RECONCILIATIONS_WORKFLOW,
      workflowId: RECONCILIATIONS_WORKFLOW, // Temporal adds the moment
      taskQueue,
      args: [policy] satisfies Parameters<typeof reconciliations>,
      staticSummary: 'Reconcile yesterday, and what was missed',
    },
  };
}

function isAsWanted(
  { spec, policies, action }: ScheduleDescription,
  wanted: ReturnType<typeof wantedSchedule>,
): boolean {
  const only = (numbers: readonly { start: number }[] | undefined) => numbers?.map(({ start }) => start);
  const there = {
    calendars: spec.calendars?.map(({ hour, minute }) => ({ hour: only(hour), minute: only(minute) })),
    timezone: spec.timezone,
    overlap: policies.overlap,
    catchupWindow: policies.catchupWindow,
    workflowType: action.workflowType,
    taskQueue: action.taskQueue,
    args: action.args,
  };
  return isDeepStrictEqual(there, {
    calendars: wanted.spec.calendars.map(({ hour, minute }) => ({ hour: [hour], minute: [minute] })),
    timezone: wanted.spec.timezone,
    ...wanted.policies,
    workflowType: wanted.action.workflowType,
    taskQueue: wanted.action.taskQueue,
    args: wanted.action.args,
  });
}
