import { randomUUID } from 'node:crypto';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { anOrder } from '../support/orders';
import { failuresIn } from './evidence';
import { lookUntil } from './look-until';
import { TASK_QUEUE, type Stage } from './stage';
import { payloadsOf, UNDECODABLE, type Payloads } from './update-call';

/** What a purchase's workflow is started with by hand. */
export interface GarbageStart {
  words: string;
  /** The SDK fails the workflow task before any code of ours runs, until somebody terminates the workflow. */
  unreadable?: true;
  payloads: (stage: Stage) => Payloads;
}

const HOPELESS_ATTEMPT = 3;
const FAILING = 'its workflow task fails again and again';
// numbers of Temporal's API
const STATUS_RUNNING = 1;
const STATUS_FAILED = 3;

const started = (words: string, ...args: readonly unknown[]): GarbageStart => ({
  words,
  payloads: () => payloadsOf(args),
});

/** Orders and policies that are none. */
export const GARBAGE_STARTS: readonly GarbageStart[] = [
  started('no input'),
  started('null', null),
  started('a text', 'order', 'policy'),
  started('a number', 1, 2),
  started('lists', [], []),
  started('empty objects', {}, {}),
  started('an order without its policy', anOrder()),
  started('a policy of texts', anOrder(), { attemptTimeout: '1m', patience: 'long' }),
  { words: 'bytes that are no JSON', unreadable: true, payloads: () => UNDECODABLE },
  {
    words: 'an order of another payment form',
    payloads: (stage) => payloadsOf([{ ...anOrder(), paymentForm: 'constructor' }, stage.policy(true)]),
  },
  {
    words: 'an order without a number',
    payloads: (stage) => payloadsOf([{ ...anOrder(), msisdn: null }, stage.policy(true)]),
  },
  {
    words: 'an order with an amount of text',
    payloads: (stage) => payloadsOf([{ ...anOrder(), faceValue: '90000' }, stage.policy(true)]),
  },
];

/** Starts a purchase's workflow with garbage. @returns what is wrong with how that ended, in words */
export async function startWithGarbage(
  stage: Stage,
  { payloads, unreadable }: GarbageStart,
): Promise<string[]> {
  const { workflowService: service } = stage.client;
  const execution = { workflowId: `purchase:demo:garbage-${randomUUID()}` };
  const namespace = 'default';
  await service.startWorkflowExecution({
    namespace,
    ...execution,
    requestId: randomUUID(),
    workflowType: { name: PURCHASE_WORKFLOW },
    taskQueue: { name: TASK_QUEUE },
    input: { payloads: payloads(stage) },
  });
  const end = await lookUntil('the garbage to be refused', async () => {
    const description = await service.describeWorkflowExecution({ namespace, execution });
    const status = Number(description.workflowExecutionInfo?.status);
    if (status !== STATUS_RUNNING) return { status };
    const { pendingWorkflowTask: task, pendingActivities } = description;
    if ((task?.attempt ?? 0) >= HOPELESS_ATTEMPT && (await fails(stage, execution.workflowId)))
      return { broken: FAILING };
    const activity = pendingActivities?.[0];
    return activity ? { broken: `it goes on to ${activity.activityType?.name ?? 'an activity'}` } : undefined;
  });
  const handle = stage.client.workflow.getHandle(execution.workflowId);
  if ('broken' in end) {
    await handle.terminate('not at rest');
    return unreadable && end.broken === FAILING ? [] : [`I17: ${end.broken}`];
  }
  return end.status === STATUS_FAILED ? [] : [`I17: it ended with status ${end.status}, not as failed`];
}

/** A busy worker only lets workflow tasks time out. */
async function fails(stage: Stage, workflowId: string): Promise<boolean> {
  const { events } = await stage.client.workflow.getHandle(workflowId).fetchHistory();
  return failuresIn(events ?? []).length > 0;
}
