import type { Client } from '@temporalio/client';
import { batchRecord } from './batch-record';
import { described } from './first-chain';
import { decodeRun, executions, type RawExecution } from './visibility-pages';
import { workflowIdIn } from './visibility-query';

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
  const { firstRunId } = await described(client, { workflowId, runId });
  for (const other of others) {
    const run = await described(client, { workflowId, runId: other });
    if (run.firstRunId !== firstRunId || (await wasCancelled(client, run))) return true;
  }
  return false;
}

async function wasCancelled(client: Client, raw: RawExecution): Promise<boolean> {
  const run = await decodeRun(client, raw);
  return run.status.name === 'COMPLETED' && batchRecord(run).progress.state === 'cancelled';
}
