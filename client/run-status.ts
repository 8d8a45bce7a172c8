import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';

/** Statuses of a run that was not ended by its own code, as the client and as queries spell them. */
const ENDED_FROM_OUTSIDE = {
  FAILED: 'Failed',
  TERMINATED: 'Terminated',
  TIMED_OUT: 'TimedOut',
  CANCELLED: 'Canceled',
} as const;
export type OutsideEnd = keyof typeof ENDED_FROM_OUTSIDE;

/** Whether a run was ended from outside: its effects remain, and it does not continue. */
export function endedFromOutside(status: string): status is OutsideEnd {
  return Object.hasOwn(ENDED_FROM_OUTSIDE, status);
}

const NAMES = Object.values(ENDED_FROM_OUTSIDE).map((status) => `'${status}'`);
/** The condition for such runs in a visibility query. */
export const ENDED_FROM_OUTSIDE_QUERY = `ExecutionStatus IN (${NAMES.join(', ')})`;
export const NOT_ENDED_FROM_OUTSIDE_QUERY = `ExecutionStatus NOT IN (${NAMES.join(', ')})`;

/**
 * Runs of purchases. A purchase that continued as new is found by its latest run, which has the memo and the search
 * attributes of the earlier ones.
 */
export const PURCHASE_RUNS = `WorkflowType = '${PURCHASE_WORKFLOW}' AND ExecutionStatus != 'ContinuedAsNew'`;
