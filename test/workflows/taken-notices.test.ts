import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { batchNoticeIdOf } from '../../client/purchase-id';
import { TemporalNotices } from '../../client/temporal-notices';
import { stateNoticeId, type NoticeId } from '../../domain/identifiers';
import { NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import { BatchLab, batchRows, CHANNEL } from '../support/batch-lab';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** Takes the id of a notice that is yet to come, which is a hash without a key. */
async function take(id: NoticeId): Promise<void> {
  const workflowId = noticeWorkflowId(id);
  await server.client.workflow.start(NOTICE_WORKFLOW, { workflowId, taskQueue: 'queue-of-somebody' });
}

describe('a notice whose workflow id somebody has taken before it was due', () => {
  it('is told to the channel of a batch all the same, under its own id, and is in its log', async () => {
    const lab = new BatchLab(server);
    const acceptedAt = new Date(await server.currentTimeMs()).toISOString();
    const id = batchNoticeIdOf(CHANNEL, lab.id, acceptedAt); // whoever can write to Temporal sees when it was accepted
    await take(id);
    expect((await lab.sell(batchRows(2), acceptedAt)).progress).toMatchObject({ state: 'completed' });
    expect(lab.notices.map((notice) => notice.id)).toEqual([id]);
    const notices = new TemporalNotices(lab.client, {
      taskQueue: TASK_QUEUE,
      policy: POLICY,
      cursors: new ListCursors(cursorKeysOf(undefined)),
    });
    const told = await eventually('the end of the notice', async () => {
      const log = await notices.ofBatch(await lab.record());
      return log?.standing === 'delivered' ? log : undefined;
    });
    expect(told.notice).toMatchObject({ id, batchId: lab.id });
    await recordHistory('batch-notice-taken', lab.handle);
  });

  it('is told to the channel of a purchase all the same, once', async () => {
    const order = { ...anOrder(), webhookStates: ['charging' as const] };
    const lab = new PurchaseLab(server, new ScriptedGateway(), POLICY, order);
    const id = stateNoticeId(order.purchaseId, CHARGING_AT);
    await take(id);
    await lab.submitted(async () => {
      expect(await lab.result()).toMatchObject({ outcome: 'succeeded' });
      await eventually('the notice', () => lab.notices[0]);
    });
    expect(lab.notices).toMatchObject([{ id, state: 'charging' }]);
    await recordHistory('state-notice-taken', lab.handle());
  });

  it('is not started a second time where its own delivery is under way', async () => {
    const lab = new BatchLab(server);
    await lab.sell(batchRows(1));
    const [notice] = lab.notices;
    if (!notice) throw new Error('no notice');
    expect(await lab.noticeWorkflows.startTaken({ channel: CHANNEL, notice })).toBe('ours');
  });
});

/** The sequence of a postpaid purchase's charge. */
const CHARGING_AT = 8;
