/** How a workflow makes deliveries to webhooks; from configuration, frozen with the order. */
export interface WebhookPolicy {
  /** Their own task queue, so that nothing else waits for a slot that a webhook holds. */
  taskQueue: string;
  /** One attempt, from its start on a worker, milliseconds. It also detects a dead worker, without heartbeats. */
  attemptTimeout: number;
}

/** The `type` of the failure of a delivery that was not sent, since its channel or host is at its limit or does not answer. */
export const DELIVERY_HELD = 'DeliveryHeld';
