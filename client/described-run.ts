import type { Client } from '@temporalio/client';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import type { RawExecution } from './visibility-pages';

/**
 * A run as Temporal has it, the latest of its workflow unless one is named. Its memo is not decoded: anyone who can write to
 * Temporal can start a workflow under our id, with a memo that nobody can read.
 * @throws TemporalUnavailable; the SDK's or gRPC's own error where Temporal has none, see `isUnknownWorkflow`
 */
export async function describedRun(
  client: Client,
  execution: { workflowId: string; runId?: string },
): Promise<RawExecution> {
  const { namespace } = client.options;
  const { workflowExecutionInfo } = await answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.describeWorkflowExecution({ namespace, execution }),
  );
  return workflowExecutionInfo ?? {};
}
