import type { Client } from '@temporalio/client';
import { CANCEL_BATCH_SIGNAL } from '../domain/batch/protocol';
import { faultyField } from '../domain/purchase/order-fields';
import { historyPages, type HistoryEvent } from './history/purchase-history';
import { Remembered } from './remembered';
import { continuation } from './start-event';
import { CALL_DEADLINE_MS, nothingIfForgotten } from './temporal-answers';

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

const starts = new Remembered<Continued>();
const cancelled = new Remembered<boolean>();

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

function startOf(client: Client, run: WorkflowRun): Promise<Continued> {
  return starts.recall(client, run.runId, async () => {
    const found = await continuation(client, run);
    return found ? { of: found.of, isHandedOn: isCarried(found.input[2]) } : { isHandedOn: false };
  });
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
export function hasCancellation(client: Client, execution: WorkflowRun): Promise<boolean> {
  return cancelled.recall(client, execution.runId, async () => {
    const until = performance.now() + CALL_DEADLINE_MS;
    for await (const page of historyPages(client, execution, until))
      if (page.some(isCancellation)) return true;
    return false;
  });
}

function isCancellation(event: HistoryEvent): boolean {
  if (event.workflowExecutionCancelRequestedEventAttributes) return true;
  return event.workflowExecutionSignaledEventAttributes?.signalName === CANCEL_BATCH_SIGNAL;
}
