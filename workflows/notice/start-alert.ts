import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import {
  OPERATIONS_ALERT_WORKFLOW,
  operationsAlertWorkflowId,
  type OperationsEvent,
} from '../../domain/notice/operations-events';
import type { WebhookPolicy } from '../../domain/notice/webhook-policy';
import type { operationsAlert } from './operations-alert';

/** Starts the one workflow that delivers an event to operations; does not wait for the delivery. */
export async function startAlert(
  event: OperationsEvent,
  staticSummary: string,
  webhooks: WebhookPolicy | undefined,
): Promise<void> {
  try {
    await startChild<typeof operationsAlert>(OPERATIONS_ALERT_WORKFLOW, {
      workflowId: operationsAlertWorkflowId(event),
      args: webhooks ? [event, webhooks] : [event],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary,
    });
  } catch (fault) {
    if (!(fault instanceof WorkflowExecutionAlreadyStartedError)) throw fault; // it is being delivered, or another has its id, which no workflow can see
  }
}
