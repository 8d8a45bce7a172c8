import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Blocks } from '../../client/blocks';
import { Control } from '../../client/control';
import { DecisionsUnreadable } from '../../client/decided-state';
import { nothingIfForgotten } from '../../client/temporal-answers';
import { BLOCKS_MEMO, BLOCKS_WORKFLOW_ID, NOTHING_BLOCKED, withBlockAct } from '../../domain/blocks';
import { CONTROL_MEMO, CONTROL_WORKFLOW_ID, NOTHING_PAUSED, withAct, type Pause } from '../../domain/control';
import type { DecidedList } from '../../domain/decided-list';
import { channelName } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { continueFromTheStart, continueWith } from '../support/taken-tasks';

let server: TestWorkflowEnvironment;
beforeEach(async () => (server = await localServer())); // one for each story: there is one such workflow in a namespace
afterEach(() => server.teardown());

/** A list of what operators decided, and the workflow that holds it. */
interface Held {
  id: string;
  memo: string;
  /** Before any act, and after the first, the second and so on. */
  lists: readonly [DecidedList, DecidedList, DecidedList];
  /** As a process reads it that has just been started. */
  reader: () => Pick<Control | Blocks, 'read'>;
}

const WHO = { by: 'lan', why: 'MobiFone doubles charges' };
const FIRST = '2026-11-30T01:00:00.000Z';
const SECOND = '2026-11-30T02:00:00.000Z';

function pauses(): Held {
  const demo: Pause = { scope: { kind: 'channel', channel: channelName('demo') }, ...WHO, since: FIRST };
  const all: Pause = { scope: { kind: 'all' }, ...WHO, since: SECOND };
  const one = withAct(NOTHING_PAUSED, [demo], { act: 'paused', scope: demo.scope, ...WHO, at: FIRST });
  const two = withAct(one, [demo, all], { act: 'paused', scope: all.scope, ...WHO, at: SECOND });
  return {
    id: CONTROL_WORKFLOW_ID,
    memo: CONTROL_MEMO,
    lists: [NOTHING_PAUSED, one, two],
    reader: () => new Control(server.client, TASK_QUEUE),
  };
}

function blocks(): Held {
  const block = (number: string, since: string) => ({ msisdn: msisdn(number), ...WHO, since });
  const [first, second] = [block('84901234567', FIRST), block('84901234568', SECOND)];
  const act = (of: typeof first) => ({ act: 'blocked', msisdn: of.msisdn, ...WHO, at: of.since }) as const;
  const one = withBlockAct(NOTHING_BLOCKED, [first], act(first));
  const two = withBlockAct(one, [first, second], act(second));
  return {
    id: BLOCKS_WORKFLOW_ID,
    memo: BLOCKS_MEMO,
    lists: [NOTHING_BLOCKED, one, two],
    reader: () => new Blocks(server.client, TASK_QUEUE),
  };
}

describe.each([
  ['what is paused', pauses()],
  ['what is blocked', blocks()],
])('%s, where somebody takes a task of the workflow that holds it', (_, { id, memo, lists, reader }) => {
  const workflow = { workflowId: id, taskQueue: TASK_QUEUE };
  const handle = () => server.client.workflow.getHandle(id);

  /** As the first act starts it, and as an act does that finds it terminated. */
  async function start(list: DecidedList): Promise<void> {
    await server.client.workflow.start(id, { ...workflow, args: [list], memo: { [memo]: list } });
  }

  it('is not known once it is continued with its first input, which it refuses', async () => {
    await start(lists[0]);
    expect(await reader().read()).toEqual(lists[0]);
    await continueFromTheStart(server.client, workflow);
    await expect(reader().read()).rejects.toBeInstanceOf(DecisionsUnreadable);
    await new PurchaseLab(server, new ScriptedGateway()).run(() =>
      expect(handle().result()).rejects.toBeInstanceOf(WorkflowFailedError),
    );
    await expect(reader().read()).rejects.toBeInstanceOf(DecisionsUnreadable);
  });

  it('is no earlier list of its own to a process that has read a later one', async () => {
    const watching = reader();
    await start(lists[2]);
    expect(await watching.read()).toEqual(lists[2]);
    const earlier = defaultPayloadConverter.toPayload(lists[1]) ?? {};
    await continueWith(server.client, workflow, { input: [earlier], memo: { [memo]: earlier } });
    await expect(watching.read()).rejects.toThrow('cannot be read now');
  });

  it('is the list that it became, to a process that has read an earlier one', async () => {
    const watching = reader();
    for (const list of lists) {
      await start(list);
      expect(await watching.read()).toEqual(list);
      await handle().terminate();
    }
  });

  it('is not lifted for a process that has read it, when the workflow is deleted', async () => {
    const watching = reader();
    await start(lists[1]);
    expect(await watching.read()).toEqual(lists[1]);
    await remove(handle());
    await expect(watching.read()).rejects.toBeInstanceOf(DecisionsUnreadable);
  });

  it('begins anew for a process that has read it, when it was deleted and stopped nothing', async () => {
    const watching = reader();
    const ended = { ...lists[0], trail: lists[1].trail };
    await start(ended);
    expect(await watching.read()).toEqual(ended);
    await remove(handle());
    expect(await watching.read()).toEqual(lists[0]);
    await start(lists[0]);
    expect(await watching.read()).toEqual(lists[0]);
  });
});

/** Deletes a workflow that has one run. */
async function remove(handle: WorkflowHandle): Promise<void> {
  const { namespace } = server.client.options;
  const workflowExecution = { workflowId: handle.workflowId };
  await server.client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  await eventually(`the deletion of ${handle.workflowId}`, async () =>
    (await handle.describe().catch(nothingIfForgotten)) ? undefined : true,
  );
}
