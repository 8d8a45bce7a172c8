import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { PURCHASE_RUNS } from './run-status';
import { answerOf, CALL_DEADLINE_MS } from './temporal-answers';
import { workflowIdIn } from './visibility-query';

export type RawExecution = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = temporal.api.enums.v1.WorkflowExecutionStatus;
/** Workflow ids in one query. */
export const IDS_AT_ONCE = 100;

/**
 * Of runs of purchases, those that are the latest of their workflow. A reset leaves the run that it replaces in the
 * index, with its status and its search attributes, so whoever lists purchases asks for the latest runs.
 * @param runs as the index lists them; those that still run are the latest and cost no question
 * @throws TemporalUnavailable
 */
export async function latestRuns(client: Client, runs: readonly RawExecution[]): Promise<RawExecution[]> {
  const closed = runs.filter(({ status }) => status !== RUNNING);
  const latest = new Map<string, RawExecution>();
  for (const run of runs) keepLater(latest, run);
  for (const ids of batches([...new Set(closed.map(workflowIdOf))])) {
    for (const run of await runsOf(client, ids)) keepLater(latest, run);
  }
  return runs.filter((run) => latest.get(workflowIdOf(run))?.execution?.runId === run.execution?.runId);
}

/** Items in groups that one query can name. */
export function batches<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / IDS_AT_ONCE);
  return Array.from({ length: count }, (_, at) => items.slice(at * IDS_AT_ONCE, (at + 1) * IDS_AT_ONCE));
}

/** Every run of these workflows that the index knows. */
async function runsOf(client: Client, workflowIds: readonly string[]): Promise<RawExecution[]> {
  const query = `${PURCHASE_RUNS} AND ${workflowIdIn(workflowIds)}`;
  const runs: RawExecution[] = [];
  for await (const run of executions(client, query)) runs.push(run);
  return runs;
}

interface ListOptions {
  pageSize?: number;
  /** Of each page; none for work that nobody waits for. */
  deadlineMs?: number | 'none';
}

/**
 * What a query finds, page by page, without decoding anything: running workflows first, then the latest closed one
 * first, so of two runs of one workflow the later one comes first.
 * @throws TemporalUnavailable
 */
export async function* executions(
  client: Client,
  query: string,
  { pageSize, deadlineMs = CALL_DEADLINE_MS }: ListOptions = {},
): AsyncGenerator<RawExecution> {
  const { namespace } = client.options;
  let nextPageToken = new Uint8Array();
  do {
    const size = pageSize === undefined ? {} : { pageSize };
    const ask = () =>
      client.workflowService.listWorkflowExecutions({ namespace, query, nextPageToken, ...size });
    const page = await (deadlineMs === 'none' ? ask() : answerOf(client, deadlineMs, ask));
    yield* page.executions;
    nextPageToken = Uint8Array.from(page.nextPageToken);
  } while (nextPageToken.length > 0);
}

export function workflowIdOf({ execution }: RawExecution): string {
  return execution?.workflowId ?? '';
}

/** The same without its memo, which may be encrypted under a key that is gone; its prototype has protobuf's defaults. */
export function withoutMemo<T extends RawExecution>(raw: T): T {
  const copy = Object.create(Object.getPrototypeOf(raw) as object) as T; // filled in the next line
  return Object.assign(copy, raw, { memo: null });
}

function keepLater(latest: Map<string, RawExecution>, run: RawExecution): void {
  const known = latest.get(workflowIdOf(run));
  if (!known || startOf(known) < startOf(run)) latest.set(workflowIdOf(run), run);
}

function startOf({ startTime }: RawExecution): number {
  return tsToMs(startTime ?? undefined);
}
