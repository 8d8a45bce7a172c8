import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { deadlineIn } from '../../runtime/deadline';
import { eventually } from './eventually';

const { CommandType } = temporal.api.enums.v1;

/** A server answers no poll without a deadline; the task is there soon. */
const POLL_MS = 30_000;

/** A workflow, and the queue of its tasks. */
export interface TakenWorkflow {
  workflowId: string;
  taskQueue: string;
}

type Command = temporal.api.command.v1.ICommand;

/** As a worker of somebody who has no key: takes a workflow's next task, and answers it. */
export async function answerTask(
  client: Client,
  { workflowId, taskQueue }: TakenWorkflow,
  commands: Command[],
): Promise<void> {
  const { workflowService, options } = client;
  const { namespace } = options;
  const task = await eventually(`the task of ${workflowId}`, async () => {
    const polled = await client.withDeadline(deadlineIn(POLL_MS), () =>
      workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: taskQueue } }),
    );
    return polled.workflowExecution?.workflowId === workflowId ? polled : undefined;
  });
  await workflowService.respondWorkflowTaskCompleted({ namespace, taskToken: task.taskToken, commands });
}

/** Says that the workflow is done, with no result unless one is given. */
export function completeByHand(client: Client, workflow: TakenWorkflow, result?: Payload): Promise<void> {
  return answerTask(client, workflow, [
    {
      commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
      completeWorkflowExecutionCommandAttributes: result ? { result: { payloads: [result] } } : {},
    },
  ]);
}

/**
 * Orders activities in the workflow, without an input, and claims search attributes; then completes the activities with the one
 * text in clear that Temporal itself writes there.
 */
export async function forgeCalls(
  client: Client,
  workflow: TakenWorkflow,
  activityTypes: readonly string[],
  claims: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { workflowService, options } = client;
  const { namespace } = options;
  const taskQueue = { name: `of-somebody-${workflow.workflowId}` };
  await answerTask(client, workflow, [
    ...activityTypes.map((name, place) => ({
      commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
      scheduleActivityTaskCommandAttributes: {
        activityId: String(place + 1),
        activityType: { name },
        taskQueue,
        scheduleToCloseTimeout: msToTs(60_000),
      },
    })),
    ...(Object.keys(claims).length === 0 ? [] : [upsert(claims)]),
  ]);
  const result = { payloads: [defaultPayloadConverter.toPayload('ACTIVITY_ID_NOT_STARTED') ?? {}] };
  for (const type of activityTypes) {
    const { taskToken } = await eventually(`the task of ${type}`, async () => {
      const polled = await client.withDeadline(deadlineIn(POLL_MS), () =>
        workflowService.pollActivityTaskQueue({ namespace, taskQueue }),
      );
      return polled.taskToken.length > 0 ? polled : undefined;
    });
    await workflowService.respondActivityTaskCompleted({ namespace, taskToken, result });
  }
}

/** Continues the workflow as new with the first two parts of its first input, as if nothing had been done in it yet. */
export async function continueFromTheStart(client: Client, workflow: TakenWorkflow): Promise<void> {
  const { events } = await client.workflow.getHandle(workflow.workflowId).fetchHistory();
  const first = events?.[0]?.workflowExecutionStartedEventAttributes;
  const input = first?.input?.payloads?.slice(0, 2) ?? [];
  await continueWith(client, workflow, { input, memo: first?.memo?.fields ?? {} });
}

/** Continues the workflow as new with what is stored of it. */
export async function continueWith(
  client: Client,
  workflow: TakenWorkflow,
  stored: { input: Payload[]; memo: Record<string, Payload> },
): Promise<void> {
  const { type } = await client.workflow.getHandle(workflow.workflowId).describe();
  await answerTask(client, workflow, [
    {
      commandType: CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
      continueAsNewWorkflowExecutionCommandAttributes: {
        workflowType: { name: type },
        taskQueue: { name: workflow.taskQueue },
        input: { payloads: stored.input },
        memo: { fields: stored.memo },
      },
    },
  ]);
}

function upsert(claims: Readonly<Record<string, string>>): Command {
  const indexedFields = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, defaultPayloadConverter.toPayload(value) ?? {}]),
  );
  return {
    commandType: CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    upsertWorkflowSearchAttributesCommandAttributes: { searchAttributes: { indexedFields } },
  };
}
