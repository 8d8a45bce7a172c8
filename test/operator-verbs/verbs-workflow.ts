import { randomUUID } from 'node:crypto';
import { lookUntil } from './look-until';
import { batch } from './batch';
import { isRunning, type Target } from './target';
import { quietly, type Verb } from './verb';

const REASON = 'operator verbs';

/** Which of its completed workflow tasks a workflow is reset to. */
type Point = { nth: number } | 'last';

async function reset(target: Target, point: Point): Promise<void> {
  const tasks = await target.completedWorkflowTasks();
  const task = point === 'last' ? tasks.at(-1) : tasks[Math.min(point.nth, tasks.length) - 1];
  const { runId } = await target.service.resetWorkflowExecution({
    namespace: target.namespace,
    workflowExecution: { workflowId: target.workflowId },
    reason: REASON,
    requestId: randomUUID(),
    workflowTaskFinishEventId: task?.eventId ?? null,
  });
  target.runs.push(runId);
}

/** Resets to each completed workflow task there is, from the latest to the first, each time in the latest run. */
async function resetToEach(target: Target): Promise<void> {
  const { length } = await target.completedWorkflowTasks();
  for (let nth = length; nth > 0; nth -= 1) await reset(target, { nth });
}

async function untilClosed(target: Target): Promise<void> {
  await lookUntil('the workflow to be closed', async () => {
    const description = await target.describe();
    return !description || !isRunning(description) || undefined;
  });
}

async function untilDeleted(target: Target): Promise<void> {
  await lookUntil('the workflow to be deleted', async () =>
    (await target.describe()) === undefined ? true : undefined,
  );
}

const handleOf = ({ stage, workflowId }: Target) => stage.client.workflow.getHandle(workflowId);

/** Payloads that no converter can read. */
const GARBAGE = {
  payloads: [
    { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"by":') },
    { metadata: { encoding: Buffer.from('martian') }, data: Buffer.from([0, 255]) },
  ],
};

function signal(target: Target): Promise<unknown> {
  return target.service.signalWorkflowExecution({
    namespace: target.namespace,
    workflowExecution: { workflowId: target.workflowId },
    signalName: 'no-such-signal',
    input: GARBAGE,
    requestId: randomUUID(),
  });
}

/** The verbs that are about a workflow as a whole. */
export const WORKFLOW_VERBS: readonly Verb[] = [
  {
    name: 'request cancellation',
    when: 'stuck',
    act: quietly((target) => handleOf(target).cancel()),
  },
  {
    name: 'batch: request cancellation',
    when: 'stuck',
    act: quietly((target) => batch(target, { cancellationOperation: { identity: REASON } })),
  },
  {
    name: 'terminate',
    when: 'stuck',
    ends: 'closed',
    act: quietly((target) => handleOf(target).terminate(REASON)),
  },
  {
    name: 'batch: terminate',
    when: 'stuck',
    ends: 'closed',
    act: quietly(async (target) => {
      await batch(target, { terminationOperation: { identity: REASON } });
      await untilClosed(target);
    }),
  },
  {
    name: 'delete',
    when: 'stuck',
    ends: 'deleted',
    act: quietly(async (target) => {
      const { namespace, workflowId } = target;
      await target.service.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
      await untilDeleted(target);
    }),
  },
  {
    name: 'batch: delete',
    when: 'stuck',
    ends: 'deleted',
    act: quietly(async (target) => {
      await batch(target, { deletionOperation: { identity: REASON } });
      await untilDeleted(target);
    }),
  },
  ...(['stuck', 'over'] as const).flatMap((when): Verb[] => [
    {
      name: 'workflow reset to the first workflow task',
      when,
      act: quietly((target) => reset(target, { nth: 1 })),
    },
    {
      name: 'workflow reset to the last workflow task',
      when,
      act: quietly((target) => reset(target, 'last')),
    },
    { name: 'workflow reset to each workflow task in turn', when, act: quietly(resetToEach) },
    {
      name: 'batch: workflow reset to the first workflow task',
      when,
      act: quietly((target) => batch(target, { resetOperation: { options: { firstWorkflowTask: {} } } })),
    },
    {
      name: 'batch: workflow reset to the last workflow task',
      when,
      act: quietly((target) => batch(target, { resetOperation: { options: { lastWorkflowTask: {} } } })),
    },
  ]),
  { name: 'signal of an unknown name, with garbage', when: 'stuck', act: quietly(signal) },
  {
    name: 'batch: signal of an unknown name',
    when: 'stuck',
    act: quietly((target) =>
      batch(target, { signalOperation: { signal: 'no-such-signal', input: GARBAGE, identity: REASON } }),
    ),
  },
];
