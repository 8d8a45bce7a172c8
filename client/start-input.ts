import type { Client } from '@temporalio/client';
import { historyPayloads } from './history/history-payloads';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/**
 * What a run was started with, from the first event of its history.
 * @throws PurchaseUnreadable if it cannot be decoded; TemporalUnavailable
 */
export async function startInput(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<unknown[]> {
  const { namespace } = client.options;
  return answerOf(client, CALL_DEADLINE_MS, async () => {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    return historyPayloads(client, workflowId).ofWorkflow(started?.input?.payloads);
  });
}
