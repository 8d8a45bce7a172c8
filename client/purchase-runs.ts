import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { purchaseOfWorkflow, type PurchaseId } from '../domain/identifiers';
import { derivePurchaseId } from './purchase-id';
import { PURCHASE_RUNS } from './run-status';
import { executions, type RawExecution } from './visibility-pages';
import { workflowIdIn } from './visibility-query';

const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = temporal.api.enums.v1.WorkflowExecutionStatus;
/** Workflow ids in one query. */
export const MAX_IDS_PER_QUERY = 100;

/**
 * Of runs of purchases, those that are the latest of their workflow. A reset leaves the replaced run in the index, with
 * its status and its search attributes, so every list of purchases is reduced to the latest runs.
 * @param runs as the index lists them; a running one is the latest and needs no further query
 * @throws TemporalUnavailable
 */
export async function latestRuns(client: Client, runs: readonly RawExecution[]): Promise<RawExecution[]> {
  const closed = runs.filter(({ status }) => status !== RUNNING);
  const latest = new Map<string, RawExecution>();
  for (const run of runs) keepLater(latest, run);
  for (const ids of batches([...new Set(closed.map(workflowIdOf))])) {
    const query = `${PURCHASE_RUNS} AND ${workflowIdIn(ids)}`;
    for await (const run of executions(client, query)) keepLater(latest, run);
  }
  return runs.filter((run) => latest.get(workflowIdOf(run))?.execution?.runId === run.execution?.runId);
}

/**
 * Of the runs that a query finds, those of the one workflow that the purchase's id is derived from. Anyone who can write
 * to Temporal can claim the id in the search attributes of another.
 * @throws TemporalUnavailable
 */
export async function runsOfPurchase(client: Client, query: string, id: PurchaseId): Promise<RawExecution[]> {
  const own: RawExecution[] = [];
  for await (const run of executions(client, query)) if (isOfPurchase(workflowIdOf(run), id)) own.push(run);
  return own;
}

function isOfPurchase(workflowId: string, id: PurchaseId): boolean {
  try {
    const { channel, externalId } = purchaseOfWorkflow(workflowId);
    return derivePurchaseId(channel, externalId) === id;
  } catch {
    return false; // no workflow of a purchase
  }
}

/** Items in groups that one query can name. */
export function batches<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / MAX_IDS_PER_QUERY);
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * MAX_IDS_PER_QUERY, (at + 1) * MAX_IDS_PER_QUERY),
  );
}

export function workflowIdOf({ execution }: RawExecution): string {
  return execution?.workflowId ?? '';
}

function keepLater(latest: Map<string, RawExecution>, run: RawExecution): void {
  const known = latest.get(workflowIdOf(run));
  if (!known || startOf(known) < startOf(run)) latest.set(workflowIdOf(run), run);
}

function startOf({ startTime }: RawExecution): number {
  return tsToMs(startTime ?? undefined);
}
