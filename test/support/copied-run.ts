import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from './eventually';
import type { SweepLab } from './sweep-lab';

const { COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION: COMPLETE } = temporal.api.enums.v1.CommandType;

/** A server answers no poll without a deadline; the task is there at once. */
const POLL_MS = 60_000;

/** What somebody does with a copy of a purchase's start, on a task queue of their own. */
export type EndOfCopy = 'runs' | 'terminated' | 'completed_empty' | 'completed_with_its_result';

/**
 * Starts a purchase's workflow again, as whoever can write to Temporal and has no key can: with what is stored of its first run,
 * and search attributes of their own choice. Waits until searches find the copy so.
 * @returns its run
 */
export async function copyRun(lab: SweepLab, claims: object, end: EndOfCopy): Promise<string> {
  const { workflowService, options } = lab.client;
  const { namespace } = options;
  const { workflowId } = lab.handle();
  const { events } = await lab.handle().fetchHistory();
  const result = events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result ?? null;
  const taskQueue = { name: `of-somebody-${randomUUID()}` };
  const runId = await copyStart(lab.client, { workflowId }, taskQueue.name, claims);
  if (end === 'terminated') await lab.handle().terminate();
  if (end === 'completed_empty' || end === 'completed_with_its_result') {
    const { taskToken } = await lab.client.withDeadline(deadlineIn(POLL_MS), () =>
      workflowService.pollWorkflowTaskQueue({ namespace, taskQueue }),
    );
    const told = end === 'completed_empty' ? {} : { result };
    await workflowService.respondWorkflowTaskCompleted({
      namespace,
      taskToken,
      commands: [{ commandType: COMPLETE, completeWorkflowExecutionCommandAttributes: told }],
    });
  }
  const status = { runs: 'Running', terminated: 'Terminated' }[end as string] ?? 'Completed';
  await untilCounted(lab, `RunId = '${runId}' AND ExecutionStatus = '${status}'`, 1);
  return runId;
}

/**
 * Starts a workflow again with what is stored of the start of a run, the latest unless one is named.
 * @param claims the search attributes; those of that start unless given
 * @returns the run of the copy
 */
export async function copyStart(
  client: Client,
  { workflowId, runId: original }: { workflowId: string; runId?: string },
  taskQueue: string,
  claims?: object,
): Promise<string> {
  const { events } = await client.workflow.getHandle(workflowId, original).fetchHistory();
  const first = events?.[0]?.workflowExecutionStartedEventAttributes;
  const { runId } = await client.workflowService.startWorkflowExecution({
    namespace: client.options.namespace,
    workflowId,
    requestId: randomUUID(),
    workflowType: { name: first?.workflowType?.name ?? '' },
    taskQueue: { name: taskQueue },
    input: first?.input ?? null,
    memo: first?.memo ?? null,
    searchAttributes: claims ? { indexedFields: indexed(claims) } : (first?.searchAttributes ?? null),
  });
  return runId;
}

/** Deletes one run of a purchase, and waits until searches do not find it any more. */
export async function deleteRun(lab: SweepLab, runId: string): Promise<void> {
  const { workflowService, options } = lab.client;
  const { workflowId } = lab.handle();
  const workflowExecution = { workflowId, runId };
  await workflowService.deleteWorkflowExecution({ namespace: options.namespace, workflowExecution });
  await untilCounted(lab, `WorkflowId = '${workflowId}' AND RunId = '${runId}'`, 0);
}

/** Waits until a search finds so many runs. */
export async function untilCounted({ client }: SweepLab, query: string, wanted: number): Promise<void> {
  await eventually(`${wanted} in the index`, async () =>
    (await client.workflow.count(query)).count === wanted ? true : undefined,
  );
}

function indexed(claims: object): Record<string, temporal.api.common.v1.IPayload> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, defaultPayloadConverter.toPayload(value) ?? {}]),
  );
}
