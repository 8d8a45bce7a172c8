import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NoticeWorkflows } from '../../client/notice-workflows';
import { refundNoticeId } from '../../domain/identifiers';
import { NOTICE_QUERY, noticeWorkflowId } from '../../domain/notice/protocol';
import type { NoticeLog, RefundNotice } from '../../domain/notice/notice';
import type { notice } from '../../workflows';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { anOrder, POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** On the purchases' own queue, so that one worker serves both. */
const POLICY_OF_WEBHOOKS = { ...POLICY, webhooks: { taskQueue: TASK_QUEUE, attemptTimeout: 3_000 } };

/** Tells nothing of itself before its worker stops, as one that has died. */
const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('a delivery whose worker is lost', () => {
  it('is an attempt in the log of the channel, which may have it, and not one that Temporal repeats unseen', async () => {
    const lab = new PurchaseLab(server, new ScriptedGateway(), POLICY_OF_WEBHOOKS);
    const workflows = new NoticeWorkflows(server.client, {
      taskQueue: TASK_QUEUE,
      policy: POLICY_OF_WEBHOOKS,
    });
    const { purchaseId, externalId, channel, faceValue, acceptedAt } = anOrder();
    const told: RefundNotice = {
      id: refundNoticeId(purchaseId),
      purchaseId,
      externalId,
      outcome: 'rejected',
      refusal: 'insufficient_balance',
      amount: faceValue,
      occurredAt: acceptedAt,
    };
    let isLost = true;
    lab.deliver = (_channel, _notice, signal) =>
      isLost ? until(signal) : Promise.resolve({ kind: 'delivered' });
    const log = await lab.run(async () => {
      await workflows.deliver({ channel, notice: told });
      const id = noticeWorkflowId(told.id);
      const { runId } = await server.client.workflow.getHandle(id).describe(); // delivered, it may get another
      const handle = server.client.workflow.getHandle<typeof notice>(id, runId);
      await eventually('the lost attempt in the log', async () => {
        const { attempts } = await handle.query<NoticeLog, []>(NOTICE_QUERY);
        return attempts.length > 0 ? true : undefined;
      });
      isLost = false;
      return eventually('a delivery that a slow machine does not lose as well', async () => {
        await workflows.deliver({ channel, notice: told });
        const answered = await handle.query<NoticeLog, []>(NOTICE_QUERY);
        return answered.standing === 'delivered' ? answered : undefined;
      });
    });
    expect(log.attempts[0]?.detail).toContain('lost with its worker');
    expect(log.standing).toBe('delivered');
  });
});
