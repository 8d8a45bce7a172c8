import { workflowInfo } from '@temporalio/workflow';
import { breaksEventId, failedEventId, type OperationsEvent } from '../../domain/notice/operations-events';
import type { LocalDay } from '../../domain/local-time';
import {
  reconciliationWorkflowId,
  type ReconciliationResult,
} from '../../domain/reconciliation/reconciliation';
import type { WebhookPolicy } from '../../domain/notice/webhook-policy';
import { startAlert } from '../notice/start-alert';

/** Starts an alert to operations about what a person must look at; a clean day has none. Does not wait for delivery. */
export async function alertOn(result: ReconciliationResult, webhooks?: WebhookPolicy): Promise<void> {
  const event = eventOf(result);
  if (!event) return;
  await startAlert(event, `${event.type} of ${result.day}`, webhooks);
}

/** Starts an alert that the id of a day's reconciliation is taken, so that it cannot be begun. */
export async function alertOnTaken(day: LocalDay, detail: string, webhooks?: WebhookPolicy): Promise<void> {
  const event: OperationsEvent = {
    type: 'operations.reconciliation_failed',
    id: failedEventId(day, workflowInfo().firstExecutionRunId),
    occurredAt: new Date().toISOString(),
    data: { day, reason: 'id_taken', detail, workflowId: reconciliationWorkflowId(day) },
  };
  await startAlert(event, `The id of the reconciliation of ${day} is taken`, webhooks);
}

function eventOf(result: ReconciliationResult): OperationsEvent | undefined {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const occurredAt = new Date().toISOString();
  if (result.kind === 'not_reconciled') {
    const { day, reason, detail } = result;
    return {
      type: 'operations.reconciliation_failed',
      id: failedEventId(day, firstExecutionRunId),
      occurredAt,
      data: { day, reason, detail, workflowId },
    };
  }
  if (result.clean) return undefined;
  const { day, counts, atStake, badLines, difference, report } = result;
  return {
    type: 'operations.reconciliation_breaks',
    id: breaksEventId(day, report.digest),
    occurredAt,
    data: { day, counts, atStake, badLines, difference, report, workflowId },
  };
}
