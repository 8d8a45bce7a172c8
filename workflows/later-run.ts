import { patched, workflowInfo } from '@temporalio/workflow';
import { startsInTime } from '../domain/purchase/acceptance';

/** How the product starts a workflow whose commands must not be sent twice. */
interface Start {
  /** When its order was accepted, or its case opened, ISO 8601: part of the sealed input. */
  at: string;
  /** When this run was first worked on, milliseconds. */
  begunAtMs: number;
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
export function isLaterRun({ at, begunAtMs, memoKey }: Start): boolean {
  const { runId, firstExecutionRunId, memo, startTime } = workflowInfo();
  if (memo?.[memoKey] === undefined) return true;
  if (runId !== firstExecutionRunId) return patched('run-anew');
  if (!startsInTime(at, startTime.getTime())) return patched('started-late');
  return (isDelayed() || !startsInTime(at, begunAtMs)) && patched('begun-late');
}

/** The product has no start wait. A copy that does is started in time, and begins when whoever made it likes. */
function isDelayed(): boolean {
  return (workflowInfo().cronScheduleToScheduleInterval ?? 0) > 0; // Temporal says so of any wait before the first task
}

/** Whether this run is such a one now; what it did before it was reset may have been done when it was not. Sends no command. */
export function isNoFirstRun({ at, memoKey }: Omit<Start, 'begunAtMs'>): boolean {
  const { runId, firstExecutionRunId, memo, startTime } = workflowInfo();
  const isOfStart = memo?.[memoKey] !== undefined && runId === firstExecutionRunId && !isDelayed();
  return !isOfStart || !startsInTime(at, startTime.getTime());
}

/** `isLaterRun` of a purchase. */
export function isLaterPurchaseRun({
  order: { acceptedAt },
  begunAtMs,
}: {
  order: { acceptedAt: string };
  begunAtMs: number;
}): boolean {
  return isLaterRun({ at: acceptedAt, begunAtMs, memoKey: 'order' });
}
