import {
  ActivityFailure,
  ApplicationFailure,
  patched,
  workflowInfo,
  type WorkflowInterceptorsFactory,
} from '@temporalio/workflow';
import { RetryState } from '@temporalio/common';
import { asksForOwnIds, ownActivityId } from '../domain/own-activity-id';
import { resultIn } from '../domain/activity-result';

/**
 * Has each activity's id name its type and its run, and takes nothing for its result but what a worker of ours gave as one:
 * whoever can write to Temporal and has no key can complete an activity, with nothing or with a payload that is stored. In
 * workflows whose policy does not say so yet, the id is a number, and only a result must be there.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let isOwn = false;
  return {
    inbound: [
      {
        execute: (input, next) => {
          isOwn = input.args.some(asksForOwnIds);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: async (input, next) => {
          const { activityType, seq, options } = input;
          if (!isOwn) return former(activityType, await next(input));
          const { originalExecutionRunId: originalRunId } = workflowInfo();
          const activityId = ownActivityId({ activityType, originalRunId }, seq);
          const told = resultIn(await next({ ...input, options: { ...options, activityId } }));
          if (!told) throw noResult(activityType);
          return told.result;
        },
        scheduleLocalActivity: async (input, next) => former(input.activityType, await next(input)),
      },
    ],
  };
};

/** @throws ActivityFailure; not in histories of before, in which a delivered refund notice gave nothing */
function former(activityType: string, result: unknown): unknown {
  if (result !== undefined || !patched('activities-give-results')) return result;
  throw noResult(activityType);
}

/** It counts as lost, so that it is asked about or made again. */
function noResult(activityType: string): ActivityFailure {
  const message = `${activityType} was completed by hand, without a result`;
  const cause = ApplicationFailure.create({ type: 'NoResult', message });
  return new ActivityFailure(
    message,
    activityType,
    undefined,
    RetryState.MAXIMUM_ATTEMPTS_REACHED,
    undefined,
    cause,
  );
}
