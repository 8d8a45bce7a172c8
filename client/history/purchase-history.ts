import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { google, temporal } from '@temporalio/proto';
import { TemporalUnavailable } from '../purchases';
import { answerOf, CALL_DEADLINE_MS, nothingIfForgotten } from '../temporal-answers';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** A run of a workflow; the latest one without a run id. */
interface RunName {
  workflowId: string;
  runId?: string;
}

/** Maximum number of runs to read. A purchase continues as new after weeks, so this covers years. */
const MAX_RUNS = 100;

/**
 * The events of a purchase from its first run to the given one, following continue-as-new. Runs beyond retention are
 * missing. Event ids start again with each run.
 * @param budgetMs time limit for reading; none for background work
 * @throws TemporalUnavailable if Temporal does not respond or the time is up; WorkflowNotFoundError if the run is gone
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
  const events: HistoryEvent[] = [];
  for await (const page of historyPages(client, execution, until)) events.push(...page);
  return events;
}

/**
 * The events of one run, page by page.
 * @param until when reading ends, as `performance.now()` has it; Infinity for background work
 * @throws TemporalUnavailable if Temporal does not respond or the time is up; WorkflowNotFoundError if the run is gone
 */
export async function* historyPages(
  client: Client,
  execution: RunName,
  until: number,
): AsyncGenerator<HistoryEvent[]> {
  const { namespace } = client.options;
  let nextPageToken = new Uint8Array();
  do {
    const ask = () =>
      client.workflowService.getWorkflowExecutionHistory({ namespace, execution, nextPageToken });
    const left = until - performance.now();
    if (left <= 0) throw new TemporalUnavailable('the history is too long to read in time');
    const page = await (left === Infinity ? ask() : answerOf(client, Math.min(left, CALL_DEADLINE_MS), ask));
    yield page.history?.events ?? [];
    nextPageToken = Uint8Array.from(page.nextPageToken);
  } while (nextPageToken.length > 0);
}

function continuedFrom(events: readonly HistoryEvent[] | undefined): string | undefined {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
}

/** A protobuf timestamp as ISO 8601, UTC. */
export function isoOf(time: google.protobuf.ITimestamp | null | undefined): string {
  return new Date(tsToMs(time)).toISOString();
}

/** Ids of the events with the requests to MobiFone and the channel, and their answers. */
export function evidenceEventIds(events: readonly HistoryEvent[]): number[] {
  return events
    .filter(
      (event) => event.activityTaskScheduledEventAttributes ?? event.activityTaskCompletedEventAttributes,
    )
    .map(({ eventId }) => Number(eventId));
}
