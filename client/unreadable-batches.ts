import type { Client } from '@temporalio/client';
import { BATCH_WORKFLOW, type BatchRecord } from '../domain/batch/protocol';
import { requireWorkable } from './batch-input';
import { batchRecord } from './batch-record';
import { PurchaseUnreadable } from './purchases';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow } from './temporal-answers';
import { decodeRuns, listPage, type RunInfo } from './visibility-pages';

/** Batches that run at once; there are a few. */
const MAX_LOOKED_AT = 100;
/** Calls of Temporal side by side: a queue with many batches is read in time, and nobody else waits for it. */
const ASKED_AT_ONCE = 10;

/**
 * The workflow ids of the batches that run and cannot be read: nobody works on them until they can be.
 * @throws TemporalUnavailable
 */
export async function unreadableBatches(client: Client): Promise<string[]> {
  const query = `WorkflowType = '${BATCH_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  const { executions } = await listPage(client, query, { pageSize: MAX_LOOKED_AT });
  const { read, unreadable } = await decodeRuns(
    client,
    executions,
    (run) => [run, batchRecord(run)] as const,
  );
  const stuck: string[] = [];
  const left = [...read];
  while (left.length > 0) {
    const some = left.splice(0, ASKED_AT_ONCE);
    const found = await Promise.all(some.map(([run, record]) => isStuck(client, run, record)));
    stuck.push(...some.filter((_, at) => found[at]).map(([run]) => run.workflowId));
  }
  return [...unreadable.map(({ workflowId }) => workflowId), ...stuck];
}

async function isStuck(
  client: Client,
  { workflowId, runId }: RunInfo,
  record: BatchRecord,
): Promise<boolean> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    const run = await answerOf(client, CALL_DEADLINE_MS, () => handle.describe());
    await requireWorkable(client, run, record);
    return false;
  } catch (fault) {
    if (fault instanceof PurchaseUnreadable) return true;
    if (isUnknownWorkflow(fault)) return false; // deleted meanwhile
    throw fault;
  }
}
