import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { storedRecord } from './batch-record';
import { describedRun } from './described-run';
import { nothingIfForgotten } from './temporal-answers';
import { decodeRun, executions, type RawExecution } from './visibility-pages';
import { workflowIdIn } from './visibility-query';

const { WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW: CONTINUED } =
  temporal.api.enums.v1.WorkflowExecutionStatus;

interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/**
 * Whether a batch was over before this run of its workflow began. A batch is started once: a run that neither continues the
 * first one nor is a reset of it was started by somebody who can write to Temporal, by a copy of its start or as a type of
 * their own. What was cancelled stays so after a reset as well.
 * @throws TemporalUnavailable; PayloadUnreadable if the memo of an earlier run cannot be read
 */
export async function wasOverBefore(client: Client, { workflowId, runId }: WorkflowRun): Promise<boolean> {
  const others: string[] = [];
  for await (const { execution } of executions(client, workflowIdIn([workflowId]))) {
    if (execution?.runId && execution.runId !== runId) others.push(execution.runId);
  }
  if (others.length === 0) return false;
  const { firstRunId } = await describedRun(client, { workflowId, runId });
  for (const other of others) {
    const run = await describedRun(client, { workflowId, runId: other }).catch(nothingIfForgotten);
    if (run && (run.firstRunId !== firstRunId || (await wasCancelled(client, run)))) return true;
  }
  return false;
}

/** Also while its last rows had no outcome yet: a reset then ends that run. A continued one has handed its cancellation on. */
async function wasCancelled(client: Client, raw: RawExecution): Promise<boolean> {
  if (raw.status === CONTINUED) return false;
  const { state } = storedRecord(await decodeRun(client, raw)).progress;
  return state === 'cancelled' || state === 'cancelling';
}
