/** What of a history event is looked at. */
export interface CountedEvent {
  type: string;
  /** Of a marker: the workflow task that recorded it. */
  workflowTask?: string | undefined;
  /** Of a started activity. */
  attempt?: number | undefined;
}

const ONE_EACH = new Set([
  'WORKFLOW_EXECUTION_STARTED',
  'WORKFLOW_EXECUTION_OPTIONS_UPDATED',
  'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
  'ACTIVITY_TASK_SCHEDULED',
  'TIMER_STARTED',
  'WORKFLOW_EXECUTION_SIGNALED',
  'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
  'NEXUS_OPERATION_SCHEDULED',
]);

/**
 * The billable actions that a history shows, by Temporal Cloud's rules of 2026 (docs.temporal.io/cloud/actions): all
 * local activities of one workflow task are one action together; the search attributes of the start are free; a child
 * workflow is two. Fairness, where the namespace has it on, adds a tenth.
 */
export function billableActions(events: readonly CountedEvent[]): number {
  const tasksWithMarkers = new Set<string | undefined>();
  let actions = 0;
  for (const { type, workflowTask, attempt } of events) {
    if (ONE_EACH.has(type)) actions += 1;
    if (type === 'START_CHILD_WORKFLOW_EXECUTION_INITIATED') actions += 2;
    if (type === 'ACTIVITY_TASK_STARTED') actions += Math.max(0, (attempt ?? 1) - 1); // each retry
    if (type === 'MARKER_RECORDED') tasksWithMarkers.add(workflowTask);
  }
  return actions + tasksWithMarkers.size;
}
