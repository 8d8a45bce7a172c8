import { status } from '@grpc/grpc-js';
import {
  isGrpcServiceError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { Purchase } from '../domain/purchase/purchase';
import { startsInTime } from '../domain/purchase/acceptance';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { parsedJson } from '../runtime/json-file';
import { LatestEntries } from '../runtime/latest-entries';
import { describedRun } from './described-run';
import { isWhole, ownOrder, requireOwnPurchase } from './own-order';
import { PurchaseUnreadable } from './purchases';
import { PURCHASE_RUNS } from './run-status';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';
import { executions, workflowIdOf, type RawExecution } from './visibility-pages';
import { batches, workflowIdIn } from './visibility-query';

const { WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED } = temporal.api.enums.v1.WorkflowExecutionStatus;

/** As many runs are remembered, for each client. */
const MAX_REMEMBERED = 10_000;
/** By run, of which it never changes. */
const chains = new WeakMap<Client, LatestEntries<string, string>>();

/**
 * Whether a run began when its order was accepted. It is not doubted then, and costs no request. A purchase is started once.
 * Its later runs continue that start, or are resets of it; whoever can write to Temporal can start its workflow id again when it
 * is over or terminated. Such a run is not the purchase, whatever it claims.
 */
export function isOfItsOrder(run: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'startTime'>): boolean {
  try {
    return startsInTime(ownOrder(run).acceptedAt, run.startTime.getTime());
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
    for (const [workflowId, runs] of await runsOf(client, ids))
      own.set(workflowId, await latestOfFirstChain(client, runs));
  return own;
}

/** @returns none where the server keeps no index of runs, as that of tests whose time is skipped */
async function runsOf(
  client: Client,
  workflowIds: readonly string[],
): Promise<Map<string, [RawExecution, ...RawExecution[]]>> {
  const found = new Map<string, [RawExecution, ...RawExecution[]]>();
  try {
    for await (const run of executions(client, `${PURCHASE_RUNS} AND ${workflowIdIn(workflowIds)}`)) {
      const known = found.get(workflowIdOf(run));
      if (known) known.push(run);
      else found.set(workflowIdOf(run), [run]);
    }
  } catch (fault) {
    if (!isGrpcServiceError(fault) || fault.code !== status.UNIMPLEMENTED) throw fault;
  }
  return found;
}

/**
 * Of all runs of one workflow, the latest of those that go back to its first start, or the latest of all where that
 * ended with a whole result of ours.
 */
async function latestOfFirstChain(
  client: Client,
  runs: readonly [RawExecution, ...RawExecution[]],
): Promise<RawExecution> {
  const [one, ...others] = runs;
  if (others.length === 0) return one;
  const inOrder = runs.toSorted((first, second) => startOf(first) - startOf(second));
  const latest = inOrder.at(-1) ?? one;
  if (await hasOwnResult(client, latest)) return latest;
  const known: { run: RawExecution; chain: string }[] = [];
  for (const run of inOrder) {
    const chain = await chainOf(client, run);
    if (chain !== undefined) known.push({ run, chain });
  }
  return known.findLast(({ chain }) => chain === known[0]?.chain)?.run ?? one;
}

/** The first run that a run goes back to, which is asked for once; nothing where Temporal has forgotten the run. */
async function chainOf(client: Client, run: RawExecution): Promise<string | undefined> {
  const known = chains.get(client) ?? new LatestEntries<string, string>(MAX_REMEMBERED);
  chains.set(client, known);
  const { workflowId, runId } = idsOf(run);
  const before = known.get(runId);
  if (before !== undefined) return before;
  const described = await describedRun(client, { workflowId, runId }).catch(nothingIfForgotten);
  if (!described) return undefined;
  const chain = described.firstRunId ?? '';
  known.set(runId, chain);
  return chain;
}

async function hasOwnResult(client: Client, run: RawExecution): Promise<boolean> {
  if (run.status !== COMPLETED) return false;
  const { workflowId, runId } = idsOf(run);
  const handle = client.workflow.getHandle<() => Promise<Purchase | undefined>>(workflowId, runId, {
    followRuns: false,
  });
  try {
    const told = await answerOf(client, CALL_DEADLINE_MS, () => handle.result());
    const purchase = requireOwnPurchase(workflowId, told);
    return isWhole(purchase) && purchase.outcome === claimedOutcome(run);
  } catch (fault) {
    if (fault instanceof PayloadUnreadable || fault instanceof PurchaseUnreadable) return false;
    throw fault;
  }
}

function claimedOutcome({ searchAttributes }: RawExecution): unknown {
  const data = searchAttributes?.indexedFields?.[SEARCH_ATTRIBUTES.purchaseOutcome.name]?.data;
  return data && data.length > 0 ? parsedJson(Buffer.from(data).toString()) : undefined; // never encoded
}

/**
 * The description of a purchase's own run, given that of its latest, which it mostly is.
 * @throws TemporalUnavailable; PayloadUnreadable if its own cannot be decoded
 */
export async function ownDescription(
  client: Client,
  latest: WorkflowExecutionDescription,
): Promise<WorkflowExecutionDescription> {
  if (isOfItsOrder(latest)) return latest;
  const { workflowId } = latest;
  const runId = (await ownRunsOf(client, [workflowId])).get(workflowId)?.execution?.runId;
  return runId && runId !== latest.runId ? describe(client, workflowId, runId) : latest;
}

/** The same, of a workflow. */
export async function describedOwnRun(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription> {
  return ownDescription(client, await describe(client, workflowId));
}

function describe(client: Client, workflowId: string, runId?: string): Promise<WorkflowExecutionDescription> {
  return answerOf(client, CALL_DEADLINE_MS, () => client.workflow.getHandle(workflowId, runId).describe());
}

function idsOf({ execution }: RawExecution): { workflowId: string; runId: string } {
  return { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
}

function startOf({ startTime }: RawExecution): number {
  return tsToMs(startTime ?? undefined);
}
