import type { Client } from '@temporalio/client';
import { purchaseOfWorkflow, type PurchaseId } from '../domain/identifiers';
import { derivePurchaseId } from './purchase-id';
import { ownRunsOf } from './first-chain';
import {
  decodeRuns,
  executions,
  workflowIdOf,
  type RawExecution,
  type RunInfo,
  type UnreadableRun,
} from './visibility-pages';

/** What was made of the purchases of a list, in its order, and each that cannot be read. */
interface ReadPurchases<T> {
  read: T[];
  unreadable: UnreadableRun[];
}

/**
 * Of runs of purchases, those that are to be read. A reset leaves the replaced run in the index, with its status and its
 * search attributes, and whoever can write to Temporal can start a purchase's workflow again, so every list of purchases is
 * reduced to their own runs, for one search for a hundred of them.
 * @param runs as the index lists them
 * @throws TemporalUnavailable
 */
export async function latestRuns(client: Client, runs: readonly RawExecution[]): Promise<RawExecution[]> {
  const own = await ownRunsOf(client, runs.map(workflowIdOf));
  return runs.filter((run) => isOwn(own, run));
}

/**
 * Of runs of purchases, one of each, those that the purchases are to be read from: mostly they themselves, for one search for a
 * hundred of them.
 * @throws TemporalUnavailable
 */
export async function runsBehind(client: Client, runs: readonly RawExecution[]): Promise<RawExecution[]> {
  const own = await ownRunsOf(client, runs.map(workflowIdOf));
  return runs.map((run) => own.get(workflowIdOf(run)) ?? run);
}

/**
 * What is made of the purchases whose own run a query finds: of its other runs nothing, since what it asks for need not
 * hold of its own.
 * @throws TemporalUnavailable
 */
export async function purchasesAmong<T>(
  client: Client,
  runs: readonly RawExecution[],
  told: (run: RunInfo) => T,
): Promise<ReadPurchases<T>> {
  return decodeRuns(client, await latestRuns(client, runs), told);
}

/**
 * What is made of purchases, given one run of each. It may be told of another run than the one given: whoever asks for those of a
 * day sees to it that the purchase is of that day.
 * @throws TemporalUnavailable
 */
export async function purchasesBehind<T>(
  client: Client,
  runs: readonly RawExecution[],
  told: (run: RunInfo) => T,
): Promise<ReadPurchases<T>> {
  return decodeRuns(client, await runsBehind(client, runs), told);
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

/** Also where the index does not have its workflow yet. */
function isOwn(own: ReadonlyMap<string, RawExecution>, run: RawExecution): boolean {
  const known = own.get(workflowIdOf(run));
  return known === undefined || known.execution?.runId === run.execution?.runId;
}
