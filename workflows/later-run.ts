import { patched, workflowInfo } from '@temporalio/workflow';

/**
 * Whether an earlier run may have sent commands of this purchase or case: the workflow was reset, continued as new, or
 * started by hand. Every command is then asked about first, and none counts as never begun (I14).
 *
 * A reset run replays what the run before it did, in which this was false: the patch marks from where on it is true. Only
 * a run that the product started has the order, or the case, in its memo.
 * @param memoKey the key that the memo of a run that the product started has
 */
export function isLaterRun(memoKey = 'order'): boolean {
  const { runId, firstExecutionRunId, memo } = workflowInfo();
  if (memo?.[memoKey] === undefined) return true;
  return runId !== firstExecutionRunId && patched('run-anew');
}
