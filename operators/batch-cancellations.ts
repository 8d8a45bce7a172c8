import type { Client } from '@temporalio/client';
import { batchActionsOf, type PersonsAction } from '../client/history/actions';
import { historyPayloads } from '../client/history/history-payloads';
import { historyOf } from '../client/history/purchase-history';
import type { BatchRecord } from '../domain/batch/protocol';
import { batchWorkflowId } from '../domain/identifiers';

const READ_BUDGET_MS = 10_000;
const CANCELLED: ReadonlySet<string> = new Set(['cancelling', 'cancelled']);

/** Who had a batch cancelled, and why, by its history; null where nobody was named. None while it was not cancelled. */
export async function cancellationsOf(
  client: Client,
  { channel, batchId, progress }: BatchRecord,
): Promise<PersonsAction[]> {
  if (!CANCELLED.has(progress.state)) return [];
  const workflowId = batchWorkflowId(channel, batchId);
  const events = await historyOf(client, { workflowId }, READ_BUDGET_MS);
  return batchActionsOf(events, historyPayloads(client, workflowId));
}
