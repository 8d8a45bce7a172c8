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
import { describedRun } from './described-run';
import { isWhole, ownOrder, requireOwnPurchase } from './own-order';
import { PurchaseUnreadable } from './purchases';
import { PURCHASE_RUNS } from './run-status';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';
import { decodeRun, decodeRuns, executions, type RawExecution, type RunInfo } from './visibility-pages';
import { workflowIdIn } from './visibility-query';

const { WORKFLOW_EXECUTION_STATUS_COMPLETED: COMPLETED } = temporal.api.enums.v1.WorkflowExecutionStatus;

/**
 * A purchase is started once. Its later runs continue that start, or are resets of it; whoever can write to Temporal can start
 * its workflow id again when it is over or terminated. Such a run is not the purchase, whatever it claims.
 */
interface Run {
  workflowId: string;
  runId: string;
}

/**
 * Of all runs of one workflow, the latest of those that go back to its first start, or the latest of all where that
 * ended with a whole result of ours.
 * @throws TemporalUnavailable
 */
export async function latestOfFirstChain(
  client: Client,
  runs: readonly [RawExecution, ...RawExecution[]],
): Promise<RawExecution> {
  const [one, ...others] = runs;
  if (others.length === 0) return one;
  const inOrder = runs.toSorted((first, second) => startOf(first) - startOf(second));
  const latest = inOrder.at(-1) ?? one;
  if (await hasOwnResult(client, latest)) return latest;
  const chains: { run: RawExecution; chain: string | null | undefined }[] = [];
  for (const run of inOrder) {
    const known = await describedRun(client, runOf(run)).catch(nothingIfForgotten);
    if (known) chains.push({ run, chain: known.firstRunId });
  }
  return chains.findLast(({ chain }) => chain === chains[0]?.chain)?.run ?? one;
}

async function hasOwnResult(client: Client, run: RawExecution): Promise<boolean> {
  if (run.status !== COMPLETED) return false;
  const { workflowId, runId } = runOf(run);
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
 * The run that a purchase is to be read from, given one of its runs as Temporal has it: mostly that one. One that began when its
 * order was accepted is not doubted, and costs no request.
 * @throws TemporalUnavailable; PayloadUnreadable if the other cannot be decoded
 */
export async function runOfFirstChain(
  client: Client,
  run: Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'memo' | 'startTime'>,
): Promise<RunInfo | undefined> {
  if (isOfItsOrder(run)) return undefined;
  const found = await runsOf(client, run.workflowId);
  const [first, ...rest] = found;
  const latest = first && (await latestOfFirstChain(client, [first, ...rest]));
  return latest && latest.execution?.runId !== run.runId ? decodeRun(client, latest) : undefined;
}

/** @returns none where the server keeps no index of runs, as that of tests whose time is skipped */
async function runsOf(client: Client, workflowId: string): Promise<RawExecution[]> {
  const found: RawExecution[] = [];
  try {
    for await (const raw of executions(client, `${PURCHASE_RUNS} AND ${workflowIdIn([workflowId])}`))
      found.push(raw);
  } catch (fault) {
    if (!isGrpcServiceError(fault) || fault.code !== status.UNIMPLEMENTED) throw fault;
  }
  return found;
}

/** The description of a purchase's own run, given that of its latest, which it mostly is; see `runOfFirstChain`. */
export async function ownDescription(
  client: Client,
  latest: WorkflowExecutionDescription,
): Promise<WorkflowExecutionDescription> {
  const own = await runOfFirstChain(client, latest);
  return own ? describe(client, latest.workflowId, own.runId) : latest;
}

export async function describedOwnRun(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription> {
  return ownDescription(client, await describe(client, workflowId));
}

function describe(client: Client, workflowId: string, runId?: string): Promise<WorkflowExecutionDescription> {
  return answerOf(client, CALL_DEADLINE_MS, () => client.workflow.getHandle(workflowId, runId).describe());
}

/** Like `decodeRuns`, each purchase read from its own run; see `runOfFirstChain`. */
export async function decodePurchases<T>(
  client: Client,
  raws: readonly RawExecution[],
  told: (run: RunInfo) => T,
): ReturnType<typeof decodeRuns<T>> {
  const { read, unreadable } = await decodeRuns(client, raws, (run) => run);
  const settled = { read: [] as T[], unreadable: [...unreadable] };
  for (const run of read) {
    try {
      settled.read.push(told((await runOfFirstChain(client, run)) ?? run));
    } catch (fault) {
      if (!(fault instanceof PayloadUnreadable)) throw fault;
      settled.unreadable.push({ workflowId: run.workflowId, fault });
    }
  }
  return settled;
}

function isOfItsOrder(run: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'startTime'>): boolean {
  try {
    return startsInTime(ownOrder(run).acceptedAt, run.startTime.getTime());
  } catch {
    return false; // no order of this purchase is there: whoever reads it says so
  }
}

function runOf({ execution }: RawExecution): Run {
  return { workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' };
}

function startOf({ startTime }: RawExecution): number {
  return tsToMs(startTime ?? undefined);
}
