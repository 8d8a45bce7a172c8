import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { describedRun } from './described-run';
import { isUnknownWorkflow } from './temporal-answers';

/**
 * Whether a workflow's latest run is running; undefined where Temporal has none.
 * @throws TemporalUnavailable
 */
export async function isRunningNow(client: Client, workflowId: string): Promise<boolean | undefined> {
  try {
    return (await describedRun(client, { workflowId })).status === RUNNING;
  } catch (fault) {
    if (isUnknownWorkflow(fault)) return undefined;
    throw fault;
  }
}

const RUNNING = temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
