import type { Client } from '@temporalio/client';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/**
 * The run that a run is a reset of, or itself; undefined for one that is not there. A start, also of the same workflow id, is
 * an original of its own.
 * @throws TemporalUnavailable
 */
export async function originalRunOf(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<string | undefined> {
  const { namespace } = client.options;
  const { history } = await answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
  );
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? undefined;
}
