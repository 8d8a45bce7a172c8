import { patched, workflowInfo } from '@temporalio/workflow';

/**
 * Whether a run before this one may have sent commands of this purchase or case: the workflow was reset, continued as new, or
 * started by hand. Whatever is sent then is asked about first, and nothing counts as never begun (I14).
 *
 * A reset run replays what the run before it did, in which this was false: the patch marks from where on it is true. A
 * run that the product started has the order, or the case, in its memo, which no other way to start one gives it.
 * @param memoKey what the memo of a run that the product started holds
 */
export function isLaterRun(memoKey = 'order'): boolean {
  const { runId, firstExecutionRunId, memo } = workflowInfo();
  if (memo?.[memoKey] === undefined) return true;
  return runId !== firstExecutionRunId && patched('run-anew');
}
