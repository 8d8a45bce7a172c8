import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';

/** A worker asks for work at least once a minute; Temporal lists one that is gone for five. */
const RECENTLY_MS = 75_000;

/** Whether a worker has asked for work of this queue lately. @throws TemporalUnavailable */
export async function hasWorkers(client: Client, queue: string, now: Date = new Date()): Promise<boolean> {
  const { namespace } = client.options;
  const { pollers } = await answerOf(client, CALL_DEADLINE_MS, () =>
    client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    }),
  );
  return (pollers ?? []).some(
    ({ lastAccessTime }) => lastAccessTime && now.getTime() - tsToMs(lastAccessTime) < RECENTLY_MS,
  );
}
