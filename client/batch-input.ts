import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { BatchOrder } from '../domain/batch/batch';
import { isOver, type BatchProgress } from '../domain/batch/progress';
import type { BatchRecord } from '../domain/batch/protocol';
import { batchWorkflowId } from '../domain/identifiers';
import { faultyField } from '../domain/purchase/order-fields';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import { startInput } from './start-event';
import { unavailable } from './temporal-answers';

/** A batch whose memo has changed since was worked on, and so was its input read; ms. */
const PROVEN_FOR_MS = 60_000;
/** As many batches that wait are remembered. */
const MAX_REMEMBERED = 1_000;

type Run = Pick<WorkflowExecutionDescription, 'workflowId' | 'runId' | 'status'> & {
  raw: { pendingWorkflowTask?: { attempt?: unknown } | null };
};

/** When the input of a run was last read, by each client; it has up to two megabytes. */
const readAt = new WeakMap<object, Map<string, number>>();

/**
 * Fails for a batch whose stored input cannot be read. Its tasks fail until it can, and its memo would say for ever what it
 * was when it was written. The input is read where a task has failed, and once a minute where the batch stands still.
 * @throws PurchaseUnreadable, TemporalUnavailable
 */
export async function requireWorkable(client: Client, run: Run, { progress }: BatchRecord): Promise<void> {
  if (hasFailed(run)) return requireReadableInput(client, run);
  if (isOver(progress.state) || hasJustChanged(progress)) return;
  const known = readAt.get(client) ?? new Map<string, number>();
  readAt.set(client, known);
  const now = performance.now();
  if (now - (known.get(run.runId) ?? -Infinity) < PROVEN_FOR_MS) return;
  await requireReadableInput(client, run);
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(run.runId, now);
}

function hasJustChanged({ updatedAt }: BatchProgress): boolean {
  const now = new Date();
  return now.getTime() - Date.parse(updatedAt) < PROVEN_FOR_MS;
}

/** Its own code fails a batch for its input only, and a task that is tried again may have failed for it. */
function hasFailed({ status, raw }: Run): boolean {
  return status.name === 'FAILED' || Number(raw.pendingWorkflowTask?.attempt ?? 1) > 1;
}

/** @throws PurchaseUnreadable, TemporalUnavailable as `orderOf` */
export async function requireReadableInput(
  client: Client,
  run: Pick<Run, 'workflowId' | 'runId'>,
): Promise<void> {
  await orderOf(client, run);
}

/**
 * Reads the order that a run of a batch was started with.
 * @throws PurchaseUnreadable if it cannot be read, or is that of another batch; TemporalUnavailable
 */
export async function orderOf(
  client: Client,
  { workflowId, runId }: Pick<Run, 'workflowId' | 'runId'>,
): Promise<RowsOrder> {
  const [order] = await startInput(client, { workflowId, runId });
  if (!isOrder(order)) throw unavailable(new PayloadUnreadable('no_order', NO_KEY));
  const own = batchWorkflowId(order.channel, order.batchId);
  if (own !== workflowId) throw unavailable(new PayloadUnreadable('moved', NO_KEY, own));
  return order;
}

type RowsOrder = Pick<BatchOrder, 'channel' | 'batchId' | 'rows'>;

/** Anyone who can write to Temporal can start a workflow of this type with any input. */
function isOrder(value: unknown): value is RowsOrder {
  if (typeof value !== 'object' || value === null) return false;
  return faultyField(value, { channel: 'string', batchId: 'string', rows: 'array' }) === undefined;
}
