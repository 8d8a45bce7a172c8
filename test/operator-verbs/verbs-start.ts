import { randomUUID } from 'node:crypto';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { TASK_QUEUE } from './stage';
import type { Target } from './target';
import { quietly, type Verb } from './verb';

/** What the Web UI copies of a workflow: type, queue and input; neither the memo nor the search attributes. */
async function startLike(
  { stage, scene, order }: Target,
  workflowId: string,
  policies: { reuse?: WorkflowIdReusePolicy; conflict?: WorkflowIdConflictPolicy } = {},
): Promise<string> {
  const { firstExecutionRunId } = await stage.client.workflow.start(PURCHASE_WORKFLOW, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [order, stage.policy(scene.firstTry === true)],
    workflowIdReusePolicy: policies.reuse ?? WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    ...(policies.conflict ? { workflowIdConflictPolicy: policies.conflict } : {}),
  });
  return firstExecutionRunId;
}

async function underAnotherId(target: Target): Promise<void> {
  const workflowId = `${target.workflowId}-like-${randomUUID()}`;
  target.others.push(workflowId);
  await startLike(target, workflowId);
}

/** Workflows that an operator starts after the purchase's own. */
export const START_VERBS: readonly Verb[] = [
  { name: 'start a workflow like this one, other id', when: 'stuck', act: quietly(underAnotherId) },
  { name: 'start a workflow like this one, other id', when: 'over', act: quietly(underAnotherId) },
  {
    name: 'start a workflow like this one, same id',
    when: 'over',
    act: quietly(async (target) => target.runs.push(await startLike(target, target.workflowId))),
  },
  {
    name: 'start a workflow like this one, same id, ending the one that runs',
    when: 'stuck',
    act: quietly(async (target) =>
      target.runs.push(
        await startLike(target, target.workflowId, {
          conflict: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
        }),
      ),
    ),
  },
];
