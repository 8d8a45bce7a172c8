import { isDeepStrictEqual } from 'node:util';
import { ScheduleOverlapPolicy, type Client, type ScheduleDescription } from '@temporalio/client';
import {
  RECONCILIATION_SCHEDULE,
  RECONCILIATIONS_WORKFLOW,
  type ReconciliationPolicy,
} from '../../domain/reconciliation/reconciliation';
import type { reconciliations } from '../../workflows/reconciliation/reconciliations';
import { keepSchedule } from '../../client/kept-schedule';

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
/** One that is held up must not keep the next from beginning; a day that it began goes on. */
const LONGEST_MORNING_MS = 20 * 60 * 60 * 1000;

/** Makes the schedule of the morning's run as it is configured; see `keepSchedule`. */
export async function followMorningSettings(client: Client, settings: MorningSettings): Promise<void> {
  const { at } = settings;
  const wanted = at && wantedSchedule(at, settings);
  return keepSchedule(
    client,
    RECONCILIATION_SCHEDULE,
    wanted && { options: wanted, isAsWanted: (there) => isAsWanted(there, wanted) },
  );
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
      workflowExecutionTimeout: LONGEST_MORNING_MS,
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
    timeout: action.workflowExecutionTimeout,
  };
  return isDeepStrictEqual(there, {
    calendars: wanted.spec.calendars.map(({ hour, minute }) => ({ hour: [hour], minute: [minute] })),
    timezone: wanted.spec.timezone,
    ...wanted.policies,
    workflowType: wanted.action.workflowType,
    taskQueue: wanted.action.taskQueue,
    args: wanted.action.args,
    timeout: wanted.action.workflowExecutionTimeout,
  });
}
