import type { WorkflowExecutionInfo } from '@temporalio/client';
import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';

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

/**
 * Whether a purchase does not continue and was not ended by its own code: one that says to be completed has its outcome, and
 * its channel has the refund notice that is due. Whoever can write to Temporal can complete a workflow that is not done.
 */
export function isCutOff({
  status,
  typedSearchAttributes: attributes,
}: Pick<WorkflowExecutionInfo, 'status' | 'typedSearchAttributes'>): boolean {
  if (status.name !== 'COMPLETED') return endedFromOutside(status.name);
  return attributes.get(purchaseOutcome) === undefined || attributes.get(noticeDelivered) === false;
}

const { purchaseOutcome, noticeDelivered } = SEARCH_ATTRIBUTES;
const NAMES = Object.values(ENDED_FROM_OUTSIDE).map((status) => `'${status}'`);
/** The condition for runs that were ended from outside in a visibility query. */
export const ENDED_QUERY = `ExecutionStatus IN (${NAMES.join(', ')})`;
/** The condition for such purchases in a visibility query. */
export const CUT_OFF_QUERY = `(${ENDED_QUERY} OR (ExecutionStatus = 'Completed' AND (${purchaseOutcome.name} IS NULL OR ${noticeDelivered.name} = false)))`;
export const NOT_CUT_OFF_QUERY = `(ExecutionStatus NOT IN (${NAMES.join(', ')}) AND (ExecutionStatus != 'Completed' OR (${purchaseOutcome.name} IS NOT NULL AND (${noticeDelivered.name} IS NULL OR ${noticeDelivered.name} = true))))`;

/**
 * Runs of purchases. A purchase that continued as new is found by its latest run, which has the memo and the search
 * attributes of the earlier ones.
 */
export const PURCHASE_RUNS = `WorkflowType = '${PURCHASE_WORKFLOW}' AND ExecutionStatus != 'ContinuedAsNew'`;
