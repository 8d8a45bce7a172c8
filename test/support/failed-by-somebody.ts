import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';

/** Fails the activities of a workflow that are under way, as whoever can write to Temporal can, without a key. */
export async function failActivitiesOf(client: Client, handle: WorkflowHandle<Workflow>): Promise<void> {
  const { namespace } = client.options;
  const { workflowId } = handle;
  const { raw } = await handle.describe();
  for (const { activityId } of raw.pendingActivities ?? []) {
    await client.workflowService.respondActivityTaskFailedById({
      namespace,
      workflowId,
      activityId: activityId ?? '',
      failure: { message: 'x', applicationFailureInfo: { type: 'X', nonRetryable: true } },
    });
  }
}
