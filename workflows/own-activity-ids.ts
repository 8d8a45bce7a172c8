import { workflowInfo, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { ownActivityId } from '../domain/own-activity-id';

/** Has each activity's id name its type and its run, in workflows whose policy says so; in those from before it is a number. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let isNamed = false;
  return {
    inbound: [
      {
        execute: (input, next) => {
          isNamed = input.args.some(asksForNames);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => {
          if (!isNamed) return next(input);
          const { activityType, seq } = input;
          const { originalExecutionRunId: originalRunId } = workflowInfo();
          const activityId = ownActivityId({ activityType, originalRunId }, seq);
          return next({ ...input, options: { ...input.options, activityId } });
        },
      },
    ],
  };
};

function asksForNames(policy: unknown): boolean {
  return (
    typeof policy === 'object' &&
    policy !== null &&
    'ownActivityIds' in policy &&
    policy.ownActivityIds === true
  );
}
