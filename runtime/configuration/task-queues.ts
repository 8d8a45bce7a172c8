interface QueueSettings {
  TEMPORAL_TASK_QUEUE: string;
}

/** One side of a task queue: the tasks of a kind that it gives out. Temporal routes and limits each by itself. */
export interface QueueSide {
  queue: string;
  type: 'workflow' | 'activity';
}

/**
 * The task queue of the calls to MobiFone if they are rate-limited. A queue's limit does not apply to eagerly started
 * activities, which exist only on the workflow's own queue. Every worker always serves both queues, so purchases that
 * were accepted before the limit was changed are served as well.
 */
export function gatewayTaskQueue(settings: QueueSettings): string {
  return `${settings.TEMPORAL_TASK_QUEUE}-mobifone`;
}

/**
 * The task queue of webhook deliveries, to channels and to operations. Every worker serves it with separate slots, so no
 * sale waits behind a webhook that does not respond.
 */
export function webhookTaskQueue(settings: QueueSettings): string {
  return `${settings.TEMPORAL_TASK_QUEUE}-webhooks`;
}

/**
 * The task queue of the activities that begin the rows of batches. Every worker serves it with few slots of its own, which
 * bound how many rows are under way, whoever sends how many batches.
 */
export function batchTaskQueue(settings: QueueSettings): string {
  return `${settings.TEMPORAL_TASK_QUEUE}-batches`;
}

/** Every side of a task queue that each worker serves, given the queue of the purchases. */
export function queueSides(taskQueue: string): readonly QueueSide[] {
  const settings = { TEMPORAL_TASK_QUEUE: taskQueue };
  const queues = [
    taskQueue,
    gatewayTaskQueue(settings),
    webhookTaskQueue(settings),
    batchTaskQueue(settings),
  ];
  return [
    { queue: taskQueue, type: 'workflow' },
    ...queues.map((queue) => ({ queue, type: 'activity' }) as const),
  ];
}
