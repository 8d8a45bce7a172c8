import type { Client } from '@temporalio/client';
import { BATCH_WORKFLOW, type BatchRecord } from '../domain/batch/protocol';
import { requireWorkable } from './batch-input';
import { batchRecord } from './batch-record';
import { fairly, type FairShare } from './fair-list';
import { PurchaseUnreadable } from './purchases';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow } from './temporal-answers';
import { countRuns, decodeRuns, type RunInfo } from './visibility-pages';

/** Of batches that run at once: there are a few, and of no channel as many as would hide those of another. */
const LOOKED_AT: FairShare = { most: 100, perChannel: 20, isFilled: true };
/** Calls of Temporal side by side: a queue with many batches is read in time, and nobody else waits for it. */
const ASKED_AT_ONCE = 10;

/**
 * The workflow ids of the batches that run and cannot be read: nobody works on them until they can be. Besides, how many
 * running ones were not looked at.
 * @throws TemporalUnavailable
 */
export async function unreadableBatches(client: Client): Promise<{ ids: string[]; notLookedAt: number }> {
  const query = `WorkflowType = '${BATCH_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  const found = await fairly(client, query, LOOKED_AT, batchRecord);
  const runs = [...found.ours, ...found.unreadable];
  const others = runs.length < LOOKED_AT.most ? 0 : (await countRuns(client, query)) - runs.length;
  const { read, unreadable } = await decodeRuns(client, runs, (run) => [run, batchRecord(run)] as const);
  const stuck: string[] = [];
  const left = [...read];
  while (left.length > 0) {
    const some = left.splice(0, ASKED_AT_ONCE);
    const found = await Promise.all(some.map(([run, record]) => isStuck(client, run, record)));
    stuck.push(...some.filter((_, at) => found[at]).map(([run]) => run.workflowId));
  }
  return {
    ids: [...unreadable.map(({ workflowId }) => workflowId), ...stuck],
    notLookedAt: Math.max(0, others),
  };
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
