import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow } from './temporal-answers';

/**
 * Whether a workflow's latest run is running; undefined where Temporal has none. Its memo is not decoded: anyone who can
 * write to Temporal can start a workflow under our id, with a memo that nobody can read.
 * @throws TemporalUnavailable
 */
export async function isRunningNow(client: Client, workflowId: string): Promise<boolean | undefined> {
  const { namespace } = client.options;
  try {
    const { workflowExecutionInfo } = await answerOf(client, CALL_DEADLINE_MS, () =>
      client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
    );
    return workflowExecutionInfo?.status === RUNNING;
  } catch (fault) {
    if (isUnknownWorkflow(fault)) return undefined;
    throw fault;
  }
}

const RUNNING = temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
