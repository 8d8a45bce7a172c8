import type { Client, WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Purchase, PurchaseOrder } from '../domain/purchase/purchase';
import { startsInTime } from '../domain/purchase/acceptance';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { describedRun } from './described-run';
import { isWhole, ownOrder, requireOwnPurchase } from './own-order';
import { PurchaseUnreadable } from './purchases';
import { PURCHASE_RUNS } from './run-status';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';
import { searchableOrder } from './searchable-order';
import { claimed, workflowIdOf, type RawExecution } from './visibility-pages';
import { batches } from './visibility-query';
import { latestOf, latestOfFirstStart, runIdOf, runsOf, type Runs } from './workflow-runs';

const { WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED, WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } =
  temporal.api.enums.v1.WorkflowExecutionStatus;

/**
 * Whether a run began when its order was accepted. A purchase is started once. Its later runs continue that start, or are resets
 * of it; whoever can write to Temporal can start its workflow id again when it is over or terminated, also at once. Such a run
 * is not the purchase, whatever it claims, so one that began in time is believed only while it runs, or for its sealed result.
 */
export function isOfItsOrder({
  startTime,
  executionTime = startTime, // later where it was to wait: the product starts none so
  ...run
}: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'startTime' | 'executionTime'>): boolean {
  try {
    return startsInTime(ownOrder(run).acceptedAt, executionTime.getTime());
  } catch {
    return false; // no order of this purchase is there: whoever reads it says so
  }
}

/**
 * The runs that purchases are to be read from, by workflow id; without one that the index does not have yet. One search for
 * a hundred of them.
 * @throws TemporalUnavailable
 */
export async function ownRunsOf(
  client: Client,
  workflowIds: Iterable<string>,
): Promise<ReadonlyMap<string, RawExecution>> {
  const own = new Map<string, RawExecution>();
  for (const ids of batches([...new Set(workflowIds)]))
    for (const [workflowId, runs] of await runsOf(client, ids, PURCHASE_RUNS))
      own.set(workflowId, await ownAmong(client, runs));
  return own;
}

/**
 * Of all runs of one workflow, the latest of those that go back to its first start. Where that was ended from outside, a later
 * start stands for it that ended with a whole result of ours and is found wherever the first one is.
 */
async function ownAmong(client: Client, runs: Runs): Promise<RawExecution> {
  const own = await latestOfFirstStart(client, runs);
  const latest = latestOf(runs);
  if (latest === own || own.status === RUNNING || (await ownResult(client, own))) return own;
  const result = await ownResult(client, latest);
  return result && !claimsAnother(latest, result.order) ? latest : own;
}

/** Whether a search finds a run by anything else than its order; one that was started by hand may lack some of it. */
function claimsAnother(run: RawExecution, order: PurchaseOrder): boolean {
  return searchableOrder(order).some(({ key, value }) => {
    const claim = claimed(run, key);
    return claim !== undefined && claim !== value;
  });
}

/** The purchase that a run ended with, whole and of ours. */
async function ownResult(client: Client, run: RawExecution): Promise<Purchase | undefined> {
  if (run.status !== COMPLETED) return undefined;
  const workflowId = workflowIdOf(run);
  const handle = client.workflow.getHandle<() => Promise<Purchase | undefined>>(workflowId, runIdOf(run), {
    followRuns: false,
  });
  try {
    const told = await answerOf(client, CALL_DEADLINE_MS, () => handle.result());
    const purchase = requireOwnPurchase(workflowId, told);
    const isTold = purchase.outcome === claimed(run, SEARCH_ATTRIBUTES.purchaseOutcome);
    return isTold && isWhole(purchase) ? purchase : undefined;
  } catch (fault) {
    if (fault instanceof PayloadUnreadable || fault instanceof PurchaseUnreadable) return undefined;
    throw fault;
  }
}

/**
 * The description of a purchase's own run, of whatever runs Temporal knows under the workflow's id; also where there is no current
 * one any more, because somebody deleted it. Besides the descriptions it costs a search.
 * @throws TemporalUnavailable; PayloadUnreadable if its own cannot be decoded; see `isUnknownWorkflow` for where there is none
 */
export async function describedOwnRun(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription> {
  const latest = await describedRun(client, { workflowId }).catch(nothingIfForgotten);
  const found = (await runsOf(client, [workflowId], PURCHASE_RUNS)).get(workflowId) ?? [];
  const lacks = latest && found.every((run) => runIdOf(run) !== runIdOf(latest));
  const [one, ...others] = lacks ? [latest, ...found] : found; // the index lags
  const own = one && (await ownAmong(client, [one, ...others]));
  return describe(client, workflowId, own?.execution?.runId ?? undefined);
}

function describe(client: Client, workflowId: string, runId?: string): Promise<WorkflowExecutionDescription> {
  return answerOf(client, CALL_DEADLINE_MS, () => client.workflow.getHandle(workflowId, runId).describe());
}
