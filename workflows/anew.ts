import { patched, workflowInfo } from '@temporalio/workflow';

/**
 * Whether a run before this one may have sent commands of this purchase: the workflow was reset, continued as new, or
 * started by hand. Whatever is sent then is asked about first, and nothing counts as never begun (I14).
 *
 * A reset run replays what the run before it did, in which this was false: the patch marks from where on it is true. A
 * run that the API started has the order in its memo, which no other way to start one gives it.
 */
export function isRunAnew(): boolean {
  const { runId, firstExecutionRunId, memo } = workflowInfo();
  if (memo?.['order'] === undefined) return true;
  return runId !== firstExecutionRunId && patched('run-anew');
}
