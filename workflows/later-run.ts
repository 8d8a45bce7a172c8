import { patched, workflowInfo } from '@temporalio/workflow';
import { startsInTime } from '../domain/purchase/acceptance';

/** How the product starts a workflow whose commands must not be sent twice. */
interface Start {
  /** When its order was accepted, or its case opened, ISO 8601: part of the sealed input. */
  at: string;
  /** The key that the memo of a run that the product started has. */
  memoKey: string;
}

/**
 * Whether an earlier run may have sent commands of this purchase or case: the workflow was reset, continued as new, or
 * started by hand, or what started it once was copied and started again. Every command is then asked about first, and
 * none counts as never begun (I14).
 *
 * A reset run replays what the run before it did, in which this was false: a patch marks from where on it is true. Only a
 * run that the product started has the order, or the case, in its memo, and the product starts it when it accepts it.
 */
export function isLaterRun({ at, memoKey }: Start): boolean {
  const { runId, firstExecutionRunId, memo, startTime } = workflowInfo();
  if (memo?.[memoKey] === undefined) return true;
  if (runId !== firstExecutionRunId) return patched('run-anew');
  return !startsInTime(at, startTime.getTime()) && patched('started-late');
}

/** Whether this run is such a one now; what it did before it was reset may have been done when it was not. Sends no command. */
export function isNoFirstRun({ at, memoKey }: Start): boolean {
  const { runId, firstExecutionRunId, memo, startTime } = workflowInfo();
  return (
    memo?.[memoKey] === undefined || runId !== firstExecutionRunId || !startsInTime(at, startTime.getTime())
  );
}

/** `isLaterRun` of a purchase. */
export function isLaterPurchaseRun({ acceptedAt }: { acceptedAt: string }): boolean {
  return isLaterRun({ at: acceptedAt, memoKey: 'order' });
}
