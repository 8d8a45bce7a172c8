import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { describedRun } from './described-run';
import { Remembered } from './remembered';
import { nothingIfForgotten } from './temporal-answers';
import { executions, workflowIdOf, type RawExecution } from './visibility-pages';
import { workflowIdIn } from './visibility-query';

/** Runs of one workflow. */
export type Runs = readonly [RawExecution, ...RawExecution[]];

/** The first run that a run goes back to. */
const chains = new Remembered<string>();

/**
 * All runs of each workflow; none where the server keeps no index of runs, as that of tests whose time is skipped.
 * @param query what they have to be besides
 * @throws TemporalUnavailable
 */
export async function runsOf(
  client: Client,
  workflowIds: readonly string[],
  query?: string,
): Promise<Map<string, Runs>> {
  const ofThese = workflowIdIn(workflowIds);
  const found = new Map<string, [RawExecution, ...RawExecution[]]>();
  try {
    for await (const run of executions(client, query === undefined ? ofThese : `${query} AND ${ofThese}`)) {
      const known = found.get(workflowIdOf(run));
      if (known) known.push(run);
      else found.set(workflowIdOf(run), [run]);
    }
  } catch (fault) {
    if (!isGrpcServiceError(fault) || fault.code !== status.UNIMPLEMENTED) throw fault;
  }
  return found;
}

/**
 * The latest of the runs that go back to the workflow's first start: that continue it or are resets of it. Whoever can write to
 * Temporal can start the workflow's id again.
 * @throws TemporalUnavailable
 */
export async function latestOfFirstStart(client: Client, runs: Runs): Promise<RawExecution> {
  const inOrder = inOrderOfStart(runs);
  let first: string | undefined;
  for (const run of inOrder) {
    first = inOrder.length === 1 ? undefined : await chainOf(client, run);
    if (first !== undefined) break; // Temporal has forgotten those before it
  }
  if (first === undefined) return latestOf(runs);
  for (const run of inOrder.toReversed()) if ((await chainOf(client, run)) === first) return run;
  return latestOf(runs);
}

/** The run that was started last. */
export function latestOf(runs: Runs): RawExecution {
  return inOrderOfStart(runs).at(-1) ?? runs[0];
}

export function inOrderOfStart(runs: Runs): RawExecution[] {
  return runs.toSorted(byStart);
}

export function runIdOf({ execution }: RawExecution): string {
  return execution?.runId ?? '';
}

function byStart(one: RawExecution, other: RawExecution): number {
  return startOf(one) - startOf(other);
}

function startOf({ startTime }: RawExecution): number {
  return tsToMs(startTime ?? undefined);
}

/** The first run that a run goes back to. Asked for once of each run; nothing where Temporal has forgotten it. */
export function chainOf(client: Client, run: RawExecution): Promise<string | undefined> {
  const runId = runIdOf(run);
  return chains.recall(client, runId, async () => {
    const described = await describedRun(client, { workflowId: workflowIdOf(run), runId }).catch(
      nothingIfForgotten,
    );
    return described && (described.firstRunId ?? '');
  });
}
