import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { startsInTime } from '../domain/purchase/acceptance';
import { continuedRuns, hasCancellation } from './batch-continuations';
import { storedRecord } from './batch-record';
import { describedRun } from './described-run';
import { firstStarts } from './first-starts';
import { TemporalUnavailable } from './purchases';
import { nothingIfForgotten } from './temporal-answers';
import { decodeRun, executions, workflowIdOf, type RawExecution } from './visibility-pages';
import { batches as groups, workflowIdIn } from './visibility-query';
import { latestOfFirstStart, runIdOf, runsOf } from './workflow-runs';

const { WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW: CONTINUED, WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } =
  temporal.api.enums.v1.WorkflowExecutionStatus;

interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/**
 * Whether a batch was over before this run of its workflow began. A batch is started once: a run that neither continues the
 * first one nor is a reset of it was started by somebody who can write to Temporal, by a copy of its start or as a type of
 * their own; so was one that continues the first without what that hands on. What was cancelled stays so after a reset, and
 * after a continuation by somebody.
 * @throws TemporalUnavailable; PurchaseUnreadable, PayloadUnreadable if the input or memo of a run cannot be read
 */
export async function wasOverBefore(client: Client, { workflowId, runId }: WorkflowRun): Promise<boolean> {
  const continued = await continuedRuns(client, { workflowId, runId });
  if (!continued) return true;
  const others = new Set(continued); // the index lags
  for await (const { execution } of executions(client, workflowIdIn([workflowId]))) {
    if (execution?.runId && execution.runId !== runId) others.add(execution.runId);
  }
  if (others.size === 0) return false;
  const { firstRunId } = await describedRun(client, { workflowId, runId });
  for (const other of others) {
    const run = await describedRun(client, { workflowId, runId: other }).catch(nothingIfForgotten);
    if (run && (run.firstRunId !== firstRunId || (await wasCancelled(client, run)))) return true;
  }
  return false;
}

/**
 * Also while its last rows had no outcome yet: a reset then ends that run. One that continued has handed its cancellation on if
 * that is ours, and the next one begins no rows.
 */
async function wasCancelled(client: Client, raw: RawExecution): Promise<boolean> {
  if (raw.status !== CONTINUED) {
    const { state } = storedRecord(await decodeRun(client, raw)).progress;
    if (state === 'cancelled' || state === 'cancelling') return true;
    if (state === 'completed') return false;
  }
  return hasCancellation(client, { workflowId: workflowIdOf(raw), runId: runIdOf(raw) });
}

/**
 * The run that a batch is read from: the latest of those that continue its first start or are resets of it. A later start of its
 * workflow is somebody's who can write to Temporal, whatever its memo says. It costs a search unless the first start is known.
 * @throws TemporalUnavailable; PayloadUnreadable where it must be read from its memo alone; the SDK's or gRPC's own error where there is none
 */
export async function ownBatchRun(client: Client, workflowId: string): Promise<string> {
  const latest = await describedRun(client, { workflowId }); // the index lags
  const known = firstStarts.get(client, workflowId);
  if (known !== undefined && latest.firstRunId === known) return runIdOf(latest);
  const found = await runsOf(client, [workflowId]).catch(async (fault: unknown) => {
    const isEnough = fault instanceof TemporalUnavailable && known === undefined;
    if (isEnough && (await runsSinceAcceptance(client, latest))) return undefined;
    throw fault;
  });
  if (!found) return runIdOf(latest);
  const runs = found.get(workflowId) ?? [];
  const [one, ...others] = [...runs.filter((run) => !isSame(run, latest)), latest];
  const own = await latestOfFirstStart(client, [one, ...others]);
  const isSure = isSame(own, latest) && runs.some((run) => isSame(run, latest)); // the index has the others as well
  if (isSure && latest.firstRunId) firstStarts.set(client, workflowId, latest.firstRunId);
  return runIdOf(own);
}

/**
 * Whether a run, by its own first start, began when its batch was accepted and still runs. While Temporal answers no search that
 * is enough, as it is for a purchase (`isOfItsOrder`): only one run of a workflow runs at once.
 * @throws TemporalUnavailable, PayloadUnreadable
 */
async function runsSinceAcceptance(client: Client, latest: RawExecution): Promise<boolean> {
  const { firstRunId } = latest;
  if (latest.status !== RUNNING || !firstRunId) return false;
  const isFirst = firstRunId === runIdOf(latest);
  const execution = { workflowId: workflowIdOf(latest), runId: firstRunId };
  const first = isFirst ? latest : await describedRun(client, execution).catch(nothingIfForgotten);
  if (!first) return false;
  const { startedAt } = storedRecord(await decodeRun(client, latest)).progress; // when it was accepted
  return startsInTime(startedAt, tsToMs(first.executionTime ?? first.startTime ?? undefined)); // later where it was to wait
}

/**
 * Of runs of batches that a query finds, those that the batches are to be read from: each batch once. One search for a hundred.
 * @throws TemporalUnavailable
 */
export async function ownBatchRuns(client: Client, found: readonly RawExecution[]): Promise<RawExecution[]> {
  const own = new Map<string, RawExecution>();
  for (const ids of groups([...new Set(found.map(workflowIdOf))]))
    for (const [workflowId, runs] of await runsOf(client, ids))
      own.set(workflowId, await latestOfFirstStart(client, runs));
  return found.filter((run) => {
    const known = own.get(workflowIdOf(run));
    return known === undefined || isSame(known, run);
  });
}

function isSame(one: RawExecution, other: RawExecution): boolean {
  return runIdOf(one) === runIdOf(other);
}
