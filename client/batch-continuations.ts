import type { Client } from '@temporalio/client';
import { CANCEL_BATCH_SIGNAL } from '../domain/batch/protocol';
import { faultyField } from '../domain/purchase/order-fields';
import { LatestEntries } from '../runtime/latest-entries';
import { continuation } from './start-event';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';

interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/** What never changes of a run of a batch. */
interface Continued {
  /** The run that it continues; undefined for the first. */
  of?: string;
  /** Whether it has what a run of a batch hands on. */
  isHandedOn: boolean;
}

/** As many runs are remembered, for each client. */
const MAX_REMEMBERED = 10_000;
const starts = new WeakMap<Client, LatestEntries<string, Continued>>();
const cancelled = new WeakMap<Client, LatestEntries<string, boolean>>();

/**
 * The runs that a run of a batch continues, the latest first, as far back as Temporal has them. Whoever takes a task of a batch
 * can have it continue as new with what is stored, such as its first input.
 * @returns undefined if one of them was not handed what a run of ours hands on
 * @throws PurchaseUnreadable, TemporalUnavailable
 */
export async function continuedRuns(
  client: Client,
  { workflowId, runId }: WorkflowRun,
): Promise<string[] | undefined> {
  const earlier: string[] = [];
  let of: string | undefined = runId;
  while (of !== undefined) {
    const started: Continued | undefined = await startOf(client, { workflowId, runId: of }).catch(
      nothingIfForgotten,
    );
    of = started?.of;
    if (of === undefined) break;
    if (!started?.isHandedOn) return undefined;
    earlier.push(of);
  }
  return earlier;
}

async function startOf(client: Client, run: WorkflowRun): Promise<Continued> {
  const known = starts.get(client) ?? new LatestEntries<string, Continued>(MAX_REMEMBERED);
  starts.set(client, known);
  const before = known.get(run.runId);
  if (before) return before;
  const found = await continuation(client, run);
  const started = found ? { of: found.of, isHandedOn: isCarried(found.input[2]) } : { isHandedOn: false };
  known.set(run.runId, started);
  return started;
}

/** Its third argument, as `CarriedBatch`: any other stored payload of the batch can be put there. */
function isCarried(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!('isCancelled' in value) || typeof value.isCancelled !== 'boolean') return false;
  return faultyField(value, { progress: 'object', outcomes: 'array' }) === undefined;
}

/**
 * Whether a run that is closed was asked to begin no more rows, by us or by Temporal's own request. Its history says so also
 * where its memo does not: who takes its tasks keeps it from writing that.
 * @throws TemporalUnavailable
 */
export async function hasCancellation(client: Client, execution: WorkflowRun): Promise<boolean> {
  const known = cancelled.get(client) ?? new LatestEntries<string, boolean>(MAX_REMEMBERED);
  cancelled.set(client, known);
  const before = known.get(execution.runId);
  if (before !== undefined) return before;
  const found = await searchCancellation(client, execution);
  known.set(execution.runId, found);
  return found;
}

async function searchCancellation(client: Client, execution: WorkflowRun): Promise<boolean> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await answerOf(client, CALL_DEADLINE_MS, () =>
      client.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution,
        ...(nextPageToken ? { nextPageToken } : {}),
      }),
    );
    const isFound = page.history?.events?.some(
      ({
        workflowExecutionSignaledEventAttributes: signal,
        workflowExecutionCancelRequestedEventAttributes,
      }) => signal?.signalName === CANCEL_BATCH_SIGNAL || workflowExecutionCancelRequestedEventAttributes,
    );
    if (isFound) return true;
    ({ nextPageToken } = page);
  } while (nextPageToken && nextPageToken.length > 0);
  return false;
}
