import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { google, temporal } from '@temporalio/proto';
import { TemporalUnavailable } from '../purchases';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow } from '../temporal-answers';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A run of a workflow; without a run id its latest one. */
interface RunName {
  workflowId: string;
  runId?: string;
}

/** Runs of one purchase that are read at most: it continues as new after weeks, so this is years. */
const MAX_RUNS = 100;

/**
 * The events of a purchase from its first run to the given one: a purchase that continued as new has what it did
 * before in the histories of earlier runs. Runs that retention has taken are missing. Event ids begin again with each
 * run.
 * @param budgetMs until when all of it must be read; none for work that nobody waits for
 * @throws TemporalUnavailable when Temporal is silent or the time is up; WorkflowNotFoundError when the given run is gone
 */
export async function historyOf(client: Client, run: RunName, budgetMs?: number): Promise<HistoryEvent[]> {
  return (await runHistories(client, run, budgetMs)).flat();
}

/** The same, run by run. */
export async function runHistories(
  client: Client,
  { workflowId, runId }: RunName,
  budgetMs = Infinity,
): Promise<HistoryEvent[][]> {
  const until = performance.now() + budgetMs;
  const runs = [await eventsOf(client, { workflowId, ...(runId === undefined ? {} : { runId }) }, until)];
  for (let earlier = continuedFrom(runs[0]); earlier && runs.length < MAX_RUNS;) {
    const events = await eventsOf(client, { workflowId, runId: earlier }, until).catch(nothingIfForgotten);
    if (!events) break;
    runs.unshift(events);
    earlier = continuedFrom(events);
  }
  return runs;
}

async function eventsOf(client: Client, execution: RunName, until: number): Promise<HistoryEvent[]> {
  const { namespace } = client.options;
  const events: HistoryEvent[] = [];
  let nextPageToken = new Uint8Array();
  do {
    const ask = () =>
      client.workflowService.getWorkflowExecutionHistory({ namespace, execution, nextPageToken });
    const left = until - performance.now();
    if (left <= 0) throw new TemporalUnavailable('the history is too long to be read in time');
    const page = await (left === Infinity ? ask() : answerOf(client, Math.min(left, CALL_DEADLINE_MS), ask));
    events.push(...(page.history?.events ?? []));
    nextPageToken = Uint8Array.from(page.nextPageToken);
  } while (nextPageToken.length > 0);
  return events;
}

function continuedFrom(events: readonly HistoryEvent[] | undefined): string | undefined {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
}

/** @throws whatever else it is */
function nothingIfForgotten(fault: unknown): undefined {
  if (!isUnknownWorkflow(fault)) throw fault;
}

/** A time of the server's as ISO 8601, UTC. */
export function isoOf(time: google.protobuf.ITimestamp | null | undefined): string {
  return new Date(tsToMs(time)).toISOString();
}

/** The events of a history that tell what MobiFone and the channel were asked, and what they answered. */
export function evidenceEventIds(events: readonly HistoryEvent[]): number[] {
  return events
    .filter(
      (event) => event.activityTaskScheduledEventAttributes ?? event.activityTaskCompletedEventAttributes,
    )
    .map(({ eventId }) => Number(eventId));
}
