import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { activityResult } from '../domain/activity-result';
import { ownActivityOf } from '../domain/own-activity-id';

/** The type of the failure by which an activity refuses the stored input of another. */
export const FOREIGN_ACTIVITY = 'ForeignActivity';

/** @returns the run that a run is a reset of, or itself. @throws when Temporal does not answer */
type OriginalRunOf = (run: { workflowId: string; runId: string }) => Promise<string | undefined>;

/**
 * Lets no activity of a workflow be made as another type, or in another run, than it was ordered as. Whoever can write to
 * Temporal could take a workflow's task by a worker of their own, or start its workflow id again, and have a rollback or a
 * second registration made of an input that is stored there (I18). Only an activity of a reset run costs a request.
 */
export function requireOwnActivity(originalRunOf: OriginalRunOf): ActivityInterceptorsFactory {
  return ({ info }: Context) => ({
    inbound: {
      async execute(input, next) {
        const { activityId, activityType, workflowExecution } = info;
        const own = ownActivityOf(activityId);
        if (workflowExecution === undefined || own === undefined) return next(input);
        if (own === 'none' || own.activityType !== activityType) {
          throw foreign(`the activity "${activityId}" is not of the type ${activityType}`);
        }
        const { originalRunId } = own;
        if (originalRunId === workflowExecution.runId) return next(input);
        if (originalRunId === (await originalRunOf(workflowExecution))) return next(input);
        throw foreign(`the activity "${activityId}" was ordered in another run`);
      },
    },
  });
}

/** Marks the result of each activity whose workflow asks for it: those whose ids name their type and run. */
export const markResults: ActivityInterceptorsFactory = ({ info }: Context) => ({
  inbound: {
    async execute(input, next) {
      const result: unknown = await next(input);
      const isAsked = info.workflowExecution !== undefined && ownActivityOf(info.activityId) !== undefined;
      return isAsked ? activityResult(result) : result;
    },
  },
});

function foreign(because: string): ApplicationFailure {
  return ApplicationFailure.create({ type: FOREIGN_ACTIVITY, message: `nothing was done: ${because}` });
}
