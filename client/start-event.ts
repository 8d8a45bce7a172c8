import type { Client } from '@temporalio/client';
import { historyPayloads } from './history/history-payloads';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

interface WorkflowRun {
  workflowId: string;
  runId: string;
}

/**
 * What a run was started with, from the first event of its history.
 * @throws PurchaseUnreadable if it cannot be decoded; TemporalUnavailable
 */
export function startInput(client: Client, run: WorkflowRun): Promise<unknown[]> {
  return answerOf(client, CALL_DEADLINE_MS, async () => {
    const started = await startEvent(client, run);
    return historyPayloads(client, run.workflowId).ofWorkflow(started?.input?.payloads);
  });
}

/**
 * The run that a run continues as new, and the input that it was handed; nothing for one that continues none. A reset continues
 * what the run did that it is a reset of.
 * @throws PurchaseUnreadable if the input cannot be decoded; TemporalUnavailable; the SDK's or gRPC's own error where there is no such run
 */
export function continuation(
  client: Client,
  run: WorkflowRun,
): Promise<{ of: string; input: unknown[] } | undefined> {
  return answerOf(client, CALL_DEADLINE_MS, async () => {
    const started = await startEvent(client, run);
    const of = started?.continuedExecutionRunId;
    if (!of) return undefined;
    return { of, input: await historyPayloads(client, run.workflowId).ofWorkflow(started.input?.payloads) };
  });
}

/**
 * The run that a run is a reset of, or itself; undefined for one that is not there. A start, also of the same workflow id, is
 * an original of its own.
 * @throws TemporalUnavailable
 */
export async function originalRunOf(client: Client, run: WorkflowRun): Promise<string | undefined> {
  const started = await answerOf(client, CALL_DEADLINE_MS, () => startEvent(client, run));
  return started?.originalExecutionRunId ?? undefined;
}

async function startEvent(client: Client, execution: WorkflowRun) {
  const { namespace } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution,
    maximumPageSize: 1,
  });
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes;
}
