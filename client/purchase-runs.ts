import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { purchaseOfWorkflow, type PurchaseId } from '../domain/identifiers';
import { derivePurchaseId } from './purchase-id';
import { latestOfFirstChain } from './first-chain';
import { PURCHASE_RUNS } from './run-status';
import { executions, type RawExecution } from './visibility-pages';
import { workflowIdIn } from './visibility-query';

const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = temporal.api.enums.v1.WorkflowExecutionStatus;
/** Workflow ids in one query. */
export const MAX_IDS_PER_QUERY = 100;

/**
 * Of runs of purchases, those that are the latest of their workflow's first start. A reset leaves the replaced run in the
 * index, with its status and its search attributes, so every list of purchases is reduced to the latest runs.
 * @param runs as the index lists them; a running one is the latest and needs no further query
 * @throws TemporalUnavailable
 */
export async function latestRuns(client: Client, runs: readonly RawExecution[]): Promise<RawExecution[]> {
  const closed = runs.filter(({ status }) => status !== RUNNING);
  const all = new Map<string, RawExecution[]>();
  for (const ids of batches([...new Set(closed.map(workflowIdOf))])) {
    const query = `${PURCHASE_RUNS} AND ${workflowIdIn(ids)}`;
    for await (const run of executions(client, query)) {
      const known = all.get(workflowIdOf(run));
      if (known) known.push(run);
      else all.set(workflowIdOf(run), [run]);
    }
  }
  const latest = new Map<string, string>();
  for (const [workflowId, [first, ...rest]] of all) {
    const run = first && (await latestOfFirstChain(client, [first, ...rest]));
    latest.set(workflowId, run?.execution?.runId ?? '');
  }
  return runs.filter(
    (run) => (latest.get(workflowIdOf(run)) ?? run.execution?.runId) === run.execution?.runId,
  );
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
