import type { WorkflowHandle } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';

type Scheduled = temporal.api.history.v1.IActivityTaskScheduledEventAttributes;

/** The search attributes that a purchase was given, one entry for each time, in order. */
export async function searchAttributesTold(
  handle: WorkflowHandle<Workflow>,
): Promise<Record<string, unknown>[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => {
    const fields = Object.entries(upsert?.searchAttributes?.indexedFields ?? {});
    if (fields.length === 0) return [];
    return [Object.fromEntries(fields.map(([name, { data }]) => [name, valueOf(data)]))];
  });
}

/** The remote calls that a purchase made durable, in order. */
export async function scheduledActivities(handle: WorkflowHandle<Workflow>): Promise<Scheduled[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled ? [scheduled] : [],
  );
}

/** The first argument of each update that a workflow accepted, as it is stored. */
export async function requestsOf(handle: WorkflowHandle<Workflow>): Promise<unknown[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => {
    const [given] = accepted?.acceptedRequest?.input?.args?.payloads ?? [];
    return given ? [valueOf(given.data)] : [];
  });
}

/** The first argument of each signal that a workflow was sent, as it is stored. */
export async function signalsOf(handle: WorkflowHandle<Workflow>): Promise<unknown[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) => {
    const [given] = signaled?.input?.payloads ?? [];
    return given ? [valueOf(given.data)] : [];
  });
}

function valueOf(data: Uint8Array | null | undefined): unknown {
  if (!data || data.length === 0) return null;
  return JSON.parse(Buffer.from(data).toString());
}
