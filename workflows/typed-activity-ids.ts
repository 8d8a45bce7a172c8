import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { typedActivityId } from '../domain/typed-activity-id';

/** Has each activity's id name its type, in workflows whose policy says so; in those from before it is a number. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let isTyped = false;
  return {
    inbound: [
      {
        execute: (input, next) => {
          isTyped = input.args.some(asksForTypes);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => {
          if (!isTyped) return next(input);
          const activityId = typedActivityId(input.activityType, input.seq);
          return next({ ...input, options: { ...input.options, activityId } });
        },
      },
    ],
  };
};

function asksForTypes(policy: unknown): boolean {
  return (
    typeof policy === 'object' &&
    policy !== null &&
    'typedActivityIds' in policy &&
    policy.typedActivityIds === true
  );
}
