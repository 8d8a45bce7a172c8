import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { purchaseOfWorkflow, type PurchaseId } from '../domain/identifiers';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { derivePurchaseId } from './purchase-id';
import { isOfItsOrder, ownRunsOf } from './first-chain';
import {
  decodeRun,
  executions,
  workflowIdOf,
  type RawExecution,
  type RunInfo,
  type UnreadableRun,
} from './visibility-pages';

const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = temporal.api.enums.v1.WorkflowExecutionStatus;

/** What was made of the purchases of a list, in its order, and each that cannot be read. */
interface ReadPurchases<T> {
  read: T[];
  unreadable: UnreadableRun[];
}

/**
 * Of runs of purchases, those that are to be read. A reset leaves the replaced run in the index, with its status and its
 * search attributes, so every list of purchases is reduced to the latest runs; see `isOfItsOrder` for another's.
 * @param runs as the index lists them; a running one needs no further query
 * @throws TemporalUnavailable
 */
export async function latestRuns(client: Client, runs: readonly RawExecution[]): Promise<RawExecution[]> {
  const own = await ownRunsOf(client, runs.filter(isClosed).map(workflowIdOf));
  return runs.filter((run) => isOwn(own, run));
}

/**
 * What is made of the purchases whose latest run a query finds: of its other runs nothing, since what it asks for need not
 * hold of the latest.
 * @throws TemporalUnavailable
 */
export async function purchasesAmong<T>(
  client: Client,
  runs: readonly RawExecution[],
  told: (run: RunInfo) => T,
): Promise<ReadPurchases<T>> {
  const decoded = await decodedEach(client, runs);
  const own = await ownRunsOf(
    client,
    decoded.filter(({ raw, run }) => isClosed(raw) || isDoubtful(run)).map(({ raw }) => workflowIdOf(raw)),
  );
  return toldOf(
    decoded.filter(({ raw }) => isOwn(own, raw)),
    told,
  );
}

/**
 * What is made of purchases, given a run of each that is its latest, or one that was started by somebody else: then it is
 * read from its own.
 * @throws TemporalUnavailable
 */
export async function purchasesBehind<T>(
  client: Client,
  runs: readonly RawExecution[],
  told: (run: RunInfo) => T,
): Promise<ReadPurchases<T>> {
  const decoded = await decodedEach(client, runs);
  const doubtful = decoded.filter(({ run }) => isDoubtful(run));
  const own = await ownRunsOf(
    client,
    doubtful.map(({ raw }) => workflowIdOf(raw)),
  );
  const others = await decodedEach(
    client,
    doubtful.flatMap(({ raw }) => (isOwn(own, raw) ? [] : (own.get(workflowIdOf(raw)) ?? []))),
  );
  const behind = new Map(others.map((one) => [workflowIdOf(one.raw), one]));
  return toldOf(
    decoded.map((one) => behind.get(workflowIdOf(one.raw)) ?? one),
    told,
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

interface Decoded {
  raw: RawExecution;
  run: RunInfo | PayloadUnreadable;
}

function decodedEach(client: Client, runs: readonly RawExecution[]): Promise<Decoded[]> {
  return Promise.all(
    runs.map(async (raw) => ({ raw, run: await decodeRun(client, raw).catch(asUnreadable) })),
  );
}

/** What cannot be read is told so: no other run stands for it. */
function isDoubtful(run: Decoded['run']): boolean {
  return !(run instanceof PayloadUnreadable) && !isOfItsOrder(run);
}

function toldOf<T>(decoded: readonly Decoded[], told: (run: RunInfo) => T): ReadPurchases<T> {
  const settled: ReadPurchases<T> = { read: [], unreadable: [] };
  for (const { raw, run } of decoded) {
    try {
      if (run instanceof PayloadUnreadable) throw run;
      settled.read.push(told(run));
    } catch (thrown) {
      settled.unreadable.push({ workflowId: workflowIdOf(raw), fault: asUnreadable(thrown) });
    }
  }
  return settled;
}

/** @throws whatever else it is */
function asUnreadable(fault: unknown): PayloadUnreadable {
  if (!(fault instanceof PayloadUnreadable)) throw fault;
  return fault;
}

function isClosed({ status }: RawExecution): boolean {
  return status !== RUNNING;
}

/** Also where the index does not have its workflow yet. */
function isOwn(own: ReadonlyMap<string, RawExecution>, run: RawExecution): boolean {
  const known = own.get(workflowIdOf(run));
  return known === undefined || known.execution?.runId === run.execution?.runId;
}
