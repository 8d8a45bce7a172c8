import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { billableActions, type CountedEvent } from './billable-actions';
import { median } from './percentiles';

/** What one purchase leaves at Temporal. */
export interface HistoryFigures {
  historyEvents: number;
  workflowTasks: number;
  historyBytes: number;
  stateTransitions: number;
  billableActions: number;
}

/** Histories of one design are alike; a few show it, and the median is told. */
const SAMPLES = 5;

/** The figures of some closed workflows. */
export async function historyFigures(
  client: Client,
  workflowIds: readonly string[],
): Promise<HistoryFigures> {
  const each: HistoryFigures[] = [];
  for (const workflowId of workflowIds.slice(-SAMPLES)) each.push(await figuresOf(client, workflowId));
  const middle = (figure: keyof HistoryFigures) => median(each.map((figures) => figures[figure]));
  return {
    historyEvents: middle('historyEvents'),
    workflowTasks: middle('workflowTasks'),
    historyBytes: middle('historyBytes'),
    stateTransitions: middle('stateTransitions'),
    billableActions: middle('billableActions'),
  };
}

async function figuresOf(client: Client, workflowId: string): Promise<HistoryFigures> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.result(); // a purchase goes on for a moment after its answer
  const { events } = await handle.fetchHistory();
  const { raw } = await handle.describe();
  const counted = (events ?? []).map(countedEvent);
  return {
    historyEvents: counted.length,
    workflowTasks: counted.filter(({ type }) => type === 'WORKFLOW_TASK_COMPLETED').length,
    historyBytes: Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0),
    stateTransitions: Number(raw.workflowExecutionInfo?.stateTransitionCount ?? 0),
    billableActions: billableActions(counted),
  };
}

const { EventType } = temporal.api.enums.v1;

function countedEvent(event: temporal.api.history.v1.IHistoryEvent): CountedEvent {
  const { markerRecordedEventAttributes: marker, activityTaskStartedEventAttributes: started } = event;
  return {
    type: (EventType[event.eventType ?? 0] ?? '').replace('EVENT_TYPE_', ''),
    workflowTask: marker?.workflowTaskCompletedEventId?.toString(),
    attempt: started?.attempt ?? undefined,
  };
}
