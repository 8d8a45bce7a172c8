import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { deadlineIn } from '../runtime/deadline';
import type { Purchase } from '../domain/purchase/purchase';
import { PURCHASE_QUERY } from '../domain/purchase/protocol';
import type { purchase } from '../workflows/purchase/purchase';
import { openStep, recordedPurchase } from './history/recorded-purchase';
import { describedOwnRun, isOfItsOrder } from './first-chain';
import { isWhole, requireOwnPurchase } from './own-order';
import { PurchaseUnreadable } from './purchases';
import { isCutOff } from './run-status';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow, unavailable } from './temporal-answers';

/** How long a query waits for a worker before the history is read instead. */
export const QUERY_DEADLINE_MS = 2_000;

export type PurchaseHandle = WorkflowHandle<typeof purchase>;

/** A purchase as it is now. */
export interface Snapshot {
  purchase: Purchase;
  /** The run that it was read from. */
  runId: string;
  /** Whether its workflow is closed. */
  closed: boolean;
}

/**
 * The purchase as it is now; undefined if there is none. It is queried from a worker, also if the workflow was ended from
 * outside; without a worker it is read from the history.
 * @throws TemporalUnavailable, PurchaseUnreadable
 */
export async function takeSnapshot(client: Client, handle: PurchaseHandle): Promise<Snapshot | undefined> {
  try {
    const latest = await answerOf(client, CALL_DEADLINE_MS, () => handle.describe()).catch(nothingIfDoubtful);
    const believed = latest && (await believedSnapshot(client, latest).catch(nothingIfDoubtful));
    return believed ?? (await snapshotOf(client, await describedOwnRun(client, handle.workflowId)));
  } catch (error) {
    if (isUnknownWorkflow(error)) return undefined;
    throw unavailable(error);
  }
}

/**
 * The purchase by its latest run, where that need not be doubted: it began when its order was accepted, and runs or tells a whole
 * end. Any other may be a copy that somebody started: then the index is searched for the purchase's own run.
 */
async function believedSnapshot(
  client: Client,
  latest: WorkflowExecutionDescription,
): Promise<Snapshot | undefined> {
  if (!isOfItsOrder(latest) || isCutOff(latest)) return undefined;
  const snapshot = await snapshotOf(client, latest);
  return snapshot.closed && !isWhole(snapshot.purchase) ? undefined : snapshot;
}

/** Nothing where there is no run, or none that can be read. @throws whatever else it is */
function nothingIfDoubtful(error: unknown): undefined {
  if (!isUnknownWorkflow(error) && !(unavailable(error) instanceof PurchaseUnreadable)) throw error;
}

async function snapshotOf(client: Client, description: WorkflowExecutionDescription): Promise<Snapshot> {
  const { workflowId, runId } = description;
  const handle = client.workflow.getHandle<typeof purchase>(workflowId, runId, { followRuns: false });
  const cutOff = isCutOff(description);
  if (description.status.name === 'COMPLETED' && !cutOff) {
    const result = await answerOf(client, CALL_DEADLINE_MS, () => handle.result());
    return { purchase: ownPurchase(handle, result), runId, closed: true };
  }
  const answer = (await query(client, handle)) ?? (await recordedPurchase(client, description)).purchase;
  const told = ownPurchase(handle, answer);
  if (!cutOff) return { purchase: told, runId, closed: false };
  return { purchase: cutOffPurchase(told, description), runId, closed: true };
}

/** @throws PurchaseUnreadable if it is another purchase, or none */
export function ownPurchase({ workflowId }: PurchaseHandle, told: Purchase | undefined): Purchase {
  try {
    return requireOwnPurchase(workflowId, told);
  } catch (fault) {
    throw unavailable(fault);
  }
}

/** Undefined if no worker responds. */
async function query(client: Client, handle: PurchaseHandle): Promise<Purchase | undefined> {
  try {
    return await client.withDeadline(deadlineIn(QUERY_DEADLINE_MS), () =>
      handle.query<Purchase, []>(PURCHASE_QUERY),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw error;
    return undefined;
  }
}

/** A purchase whose workflow was ended from outside: its effects remain, and a person must look at it. */
function cutOffPurchase(told: Purchase, { status, closeTime }: WorkflowExecutionDescription): Purchase {
  const endedAt = closeTime?.toISOString() ?? told.updatedAt;
  return {
    ...told,
    updatedAt: endedAt,
    attention: {
      reason: 'workflow_closed',
      step: openStep(told.steps, told.state),
      since: endedAt,
      detail: `The workflow is ${status.name.toLowerCase()}${status.name === 'COMPLETED' ? ', though it was not done' : ''}.`,
    },
  };
}
