import {
  ActivityFailure,
  ApplicationFailure,
  patched,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import { RetryState } from '@temporalio/common';

/**
 * Each activity of ours gives something. One that the history has completed with nothing was completed by hand, by
 * somebody who has no key to write a result (docs/privacy.md): it counts as lost, so that it is asked about or made again.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: async (input, next) => required(input.activityType, await next(input)),
      scheduleLocalActivity: async (input, next) => required(input.activityType, await next(input)),
    },
  ],
});

/** @throws ActivityFailure; not in histories of before, in which a delivered refund notice gave nothing */
function required(activityType: string, result: unknown): unknown {
  if (result !== undefined || !patched('activities-give-results')) return result;
  const message = `${activityType} was completed by hand, without a result`;
  const cause = ApplicationFailure.create({ type: 'NoResult', message });
  throw new ActivityFailure(
    message,
    activityType,
    undefined,
    RetryState.MAXIMUM_ATTEMPTS_REACHED,
    undefined,
    cause,
  );
}
