import { isDeepStrictEqual } from 'node:util';
import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { CLOSED_PURCHASES_SCHEDULE, CLOSED_PURCHASES_WORKFLOW } from '../domain/case/closed-purchases';
import { keepSchedule, type WantedSchedule } from '../client/kept-schedule';

/** The sweep as it is configured. */
export interface SweepSettings {
  /** Between two sweeps, milliseconds; `off` takes the schedule away. */
  every: number | 'off';
  taskQueue: string;
}

/** Of several sweeps that an outage made it miss, the last is enough: each looks at all that Temporal keeps. */
const CATCH_UP_WINDOW_MS = 60_000;

/** Beyond all that a sweep may take: one that somebody holds up must not keep all later ones from beginning. */
const LONGEST_SWEEP_MS = 3 * 60 * 60 * 1000;

/** Makes the schedule of the sweep as it is configured; see `keepSchedule`. */
export async function keepSweepSchedule(client: Client, settings: SweepSettings): Promise<void> {
  const { every, taskQueue } = settings;
  return keepSchedule(
    client,
    CLOSED_PURCHASES_SCHEDULE,
    every === 'off' ? undefined : wanted(every, taskQueue),
  );
}

function wanted(every: number, taskQueue: string): WantedSchedule {
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_WINDOW_MS };
  return {
    options: {
      spec: { intervals: [{ every }] },
      policies,
      // Without a summary, nothing of it is encrypted: no key is needed for as long as the schedule is there.
      action: {
        type: 'startWorkflow',
        workflowType: CLOSED_PURCHASES_WORKFLOW,
        workflowId: CLOSED_PURCHASES_WORKFLOW, // Temporal adds the moment
        taskQueue,
        workflowExecutionTimeout: LONGEST_SWEEP_MS,
      },
    },
    isAsWanted: ({ spec, policies: there, action }) =>
      isDeepStrictEqual(
        {
          intervals: spec.intervals?.map((interval) => interval.every),
          overlap: there.overlap,
          catchupWindow: there.catchupWindow,
          workflowType: action.workflowType,
          taskQueue: action.taskQueue,
          timeout: action.workflowExecutionTimeout,
        },
        {
          intervals: [every],
          ...policies,
          workflowType: CLOSED_PURCHASES_WORKFLOW,
          taskQueue,
          timeout: LONGEST_SWEEP_MS,
        },
      ),
  };
}
