import { randomUUID } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { lookUntil } from './look-until';
import { batch } from './batch';
import type { Target } from './target';
import { quietly, type Verb } from './verb';

type Unpause = Pick<
  temporal.api.workflowservice.v1.IUnpauseActivityRequest,
  'resetAttempts' | 'resetHeartbeat'
>;
type Reset = Pick<
  temporal.api.workflowservice.v1.IResetActivityRequest,
  'resetHeartbeat' | 'keepPaused' | 'restoreOriginalOptions'
>;
type Options = temporal.api.activity.v1.IActivityOptions;

/** `PENDING_ACTIVITY_STATE_PAUSED`: no attempt runs, and none will. */
const STATE_PAUSED = 4;

/** Pauses every pending activity; one that runs is paused when its attempt has ended, which is waited for. */
async function pause(target: Target): Promise<void> {
  const ids = (await target.pending()).flatMap(({ activityId }) => (activityId ? [activityId] : []));
  for (const id of ids) {
    await target.service.pauseActivity({
      ...target.address,
      id,
      reason: 'operator verbs',
      requestId: randomUUID(),
    });
  }
  await lookUntil('the activities to be paused, or over', async () => {
    const meant = (await target.pending()).filter(({ activityId }) => ids.includes(activityId ?? ''));
    return meant.every(({ state }) => Number(state) === STATE_PAUSED) || undefined;
  });
}

function unpause(target: Target, how: Unpause = {}): Promise<unknown> {
  return target.service.unpauseActivity({ ...target.address, unpauseAll: true, ...how });
}

function reset(target: Target, how: Reset = {}): Promise<unknown> {
  return target.service.resetActivity({ ...target.address, matchAll: true, ...how });
}

function update(target: Target, activityOptions: Options, paths: string[]): Promise<unknown> {
  return target.service.updateActivityOptions({
    ...target.address,
    matchAll: true,
    activityOptions,
    updateMask: { paths },
  });
}

/** The next attempt is due at once. */
const RETRY_NOW = {
  activityOptions: { retryPolicy: { initialInterval: msToTs(1) } },
  updateMask: { paths: ['retry_policy.initial_interval'] },
};

const paused = (then: (target: Target) => Promise<unknown>): Verb['act'] =>
  quietly(async (target) => {
    await pause(target);
    await then(target);
  });

const BATCHES: readonly Verb[] = [
  {
    name: 'batch: activity reset',
    when: 'stuck',
    act: quietly((target) => batch(target, { resetActivitiesOperation: { matchAll: true } })),
  },
  {
    name: 'batch: activity reset with its heartbeats',
    when: 'stuck',
    act: quietly((target) =>
      batch(target, {
        resetActivitiesOperation: { matchAll: true, resetHeartbeat: true, resetAttempts: true },
      }),
    ),
  },
  {
    name: 'activity pause, batch: unpause from the first attempt',
    when: 'stuck',
    act: paused((target) =>
      batch(target, {
        unpauseActivitiesOperation: { matchAll: true, resetAttempts: true, resetHeartbeat: true },
      }),
    ),
  },
  {
    name: 'batch: activity options, retry now',
    when: 'stuck',
    act: quietly((target) =>
      batch(target, { updateActivityOptionsOperation: { matchAll: true, ...RETRY_NOW } }),
    ),
  },
];

/** The verbs that are about the activities that are pending. */
export const ACTIVITY_VERBS: readonly Verb[] = [
  { name: 'activity reset', when: 'stuck', act: quietly((target) => reset(target)) },
  {
    name: 'activity reset with its heartbeats',
    when: 'stuck',
    act: quietly((target) => reset(target, { resetHeartbeat: true })),
  },
  {
    name: 'activity reset with its original options',
    when: 'stuck',
    act: quietly((target) => reset(target, { restoreOriginalOptions: true })),
  },
  {
    name: 'activity pause, reset while paused, unpause',
    when: 'stuck',
    act: paused(async (target) => {
      await reset(target, { keepPaused: true, resetHeartbeat: true });
      await unpause(target);
    }),
  },
  {
    name: 'activity pause, then reset',
    when: 'stuck',
    act: paused((target) => reset(target)),
  },
  { name: 'activity pause, unpause', when: 'stuck', act: paused((target) => unpause(target)) },
  {
    name: 'activity pause, unpause from the first attempt',
    when: 'stuck',
    act: paused((target) => unpause(target, { resetAttempts: true, resetHeartbeat: true })),
  },
  {
    name: 'activity options: retry now',
    when: 'stuck',
    act: quietly((target) => update(target, RETRY_NOW.activityOptions, RETRY_NOW.updateMask.paths)),
  },
  {
    name: 'activity options: no more than one attempt',
    when: 'stuck',
    act: quietly((target) =>
      update(target, { retryPolicy: { maximumAttempts: 1 } }, ['retry_policy.maximum_attempts']),
    ),
  },
  {
    name: 'activity options: five attempts',
    when: 'stuck',
    act: quietly((target) =>
      update(target, { retryPolicy: { maximumAttempts: 5 } }, ['retry_policy.maximum_attempts']),
    ),
  },
  {
    name: 'activity options: one second for an attempt',
    when: 'stuck',
    act: quietly((target) =>
      update(target, { startToCloseTimeout: msToTs(1000) }, ['start_to_close_timeout']),
    ),
  },
  {
    name: 'activity options: one second in all',
    when: 'stuck',
    act: quietly((target) =>
      update(target, { scheduleToCloseTimeout: msToTs(1000) }, ['schedule_to_close_timeout']),
    ),
  },
  ...BATCHES,
];
