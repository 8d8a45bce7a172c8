import { ActivityFailure, isCancellation, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { OperationsActivities } from '../activities/operations-activities';
import type { OperationsEvent } from '../domain/operations-events';
import { PRIORITY } from './calls';
import { requireFields } from './start-inputs';

/** Whether operations have the event. */
export type AlertResult = 'told' | 'nobody_to_tell' | 'not_told';

/**
 * Tells operations of one event: again and again for three days, under one id. It is a workflow of its own, so that a
 * webhook that is out holds nothing else up and is seen for what it is.
 */
export async function operationsAlert(event: OperationsEvent): Promise<AlertResult> {
  requireFields('event', event, { type: 'string', id: 'string' });
  const { tellOperations } = proxyActivities<OperationsActivities>({
    summary: `Tell operations: ${event.type}`,
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '30 seconds',
    scheduleToCloseTimeout: '3 days',
    retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumInterval: '1 hour' },
    priority: { priorityKey: PRIORITY.paid },
  });
  const result = await tellOperations(event).catch((failure: unknown): 'not_told' => {
    if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
    return 'not_told';
  });
  setCurrentDetails(`**${result}**: ${event.type} \`${event.id}\``);
  return result;
}
