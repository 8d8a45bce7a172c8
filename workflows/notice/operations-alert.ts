import { ActivityFailure, isCancellation, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { OperationsActivities } from '../../activities/operations-activities';
import type { OperationsEvent } from '../../domain/notice/operations-events';
import type { WebhookPolicy } from '../../domain/notice/webhook-policy';
import { PRIORITY } from '../../domain/priority';
import { deliveryLimits } from '../activity-proxies';
import { requireFields, requireWebhooks } from '../start-inputs';

/** Whether operations received the event. */
export type AlertResult = 'told' | 'nobody_to_tell' | 'not_told';

/** Of alerts that were started without a webhook policy; milliseconds. */
const ON_THE_OWN_QUEUE = { attemptTimeout: 60_000, heartbeatTimeout: 30_000 };

/**
 * Delivers one event to operations, with retries for three days, under one id. It is a workflow of its own, so that a
 * webhook that is down delays nothing else and is visible by itself.
 */
export async function operationsAlert(
  event: OperationsEvent,
  webhooks?: WebhookPolicy,
): Promise<AlertResult> {
  requireFields('event', event, { type: 'string', id: 'string' });
  requireWebhooks({ webhooks });
  const { tellOperations } = proxyActivities<OperationsActivities>({
    summary: `Tell operations: ${event.type}`,
    ...deliveryLimits({ ...ON_THE_OWN_QUEUE, ...(webhooks ? { webhooks } : {}) }),
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
