import type { Context } from '@temporalio/activity';
import { batchNoticeIdOf } from '../../client/purchase-id';
import { batchId, caseId, purchaseWorkflowId } from '../../domain/identifiers';
import { FOREIGN_PURCHASE, requireOwnPurchase } from '../../worker/own-purchase';
import { anOrder, TERMS } from '../support/orders';
import { ScriptedGateway } from '../support/scripted-gateway';
import { createChannelActivities, createGatewayActivities } from '../../activities';
import { ELIGIBILITY_ACTIVITY } from '../../domain/catalogue/eligibility';
import { GATEWAY_HEALTH_ACTIVITY } from '../../domain/gateway-health';
import { TEST_NOTICE_ACTIVITY } from '../../domain/notice/test-notice';
import { INQUIRY_ACTIVITY } from '../../domain/purchase/sale';

const own = anOrder();
const other = anOrder();

/** What comes of an activity of this workflow with these arguments. */
function execute(workflowId: string | undefined, ...args: unknown[]): Promise<unknown> {
  return executeAs('inquireOnce', workflowId, ...args);
}

async function executeAs(activityType: string, workflowId: string | undefined, ...args: unknown[]) {
  const workflowExecution = workflowId === undefined ? undefined : { workflowId, runId: 'run' };
  const context = { info: { workflowExecution, activityType } } as unknown as Context; // all that it reads
  const intercept = requireOwnPurchase(context).inbound?.execute;
  if (!intercept) throw new Error('it intercepts nothing');
  return intercept({ args, headers: {} }, () => Promise.resolve('done'));
}

describe('an activity whose input was moved here from another purchase (I18)', () => {
  it.each([
    ['a purchase', purchaseWorkflowId(own.channel, own.externalId)],
    ['a case', caseId(own.purchaseId, { kind: 'make_good' })],
    ['a notice', `notice:refund_${own.purchaseId}`],
  ])('of %s does nothing', async (_, workflowId) => {
    await expect(execute(workflowId, 'demo', { purchaseId: other.purchaseId })).rejects.toMatchObject({
      type: FOREIGN_PURCHASE,
    });
    expect(await execute(workflowId, 'demo', { purchaseId: own.purchaseId })).toBe('done');
  });

  it.each([
    ['a purchase', purchaseWorkflowId(own.channel, own.externalId)],
    ['a notice', `notice:refund_${own.purchaseId}`],
  ])('of %s notifies no other channel, and of no other order', async (_, workflowId) => {
    const { purchaseId, externalId, channel } = own;
    const elsewhere = execute(workflowId, 'prepaid', { purchaseId, externalId });
    await expect(elsewhere).rejects.toMatchObject({ type: FOREIGN_PURCHASE });
    const ofAnother = execute(workflowId, channel, { purchaseId, externalId: other.externalId });
    await expect(ofAnother).rejects.toMatchObject({ type: FOREIGN_PURCHASE });
    expect(await execute(workflowId, channel, { purchaseId, externalId })).toBe('done');
  });

  it('of the notice of a batch notifies no other channel, and of no other batch', async () => {
    const [mine, another] = [batchId('mine'), batchId('another')];
    const workflowId = `notice:${batchNoticeIdOf(own.channel, mine)}`;
    for (const [channel, of] of [
      ['prepaid', mine],
      [own.channel, another],
    ]) {
      await expect(execute(workflowId, channel, { batchId: of })).rejects.toMatchObject({
        type: FOREIGN_PURCHASE,
      });
    }
    expect(await execute(workflowId, own.channel, { batchId: mine })).toBe('done');
  });

  it('of the notice of a batch notifies of no earlier batch under the same id', async () => {
    const mine = batchId('mine');
    const [january, march] = ['2026-01-05T03:00:00.000Z', '2026-03-05T03:00:00.000Z'];
    const workflowId = `notice:${batchNoticeIdOf(own.channel, mine, march)}`;
    const noticeOf = (startedAt: string) => ({ batchId: mine, progress: { startedAt } });
    expect(await execute(workflowId, own.channel, noticeOf(march))).toBe('done');
    await expect(execute(workflowId, own.channel, noticeOf(january))).rejects.toMatchObject({
      type: FOREIGN_PURCHASE,
    });
  });

  it.each(['reconciliation:2026-11-29', undefined])(
    'of the workflow %s, which is of no purchase, is done',
    async (workflowId) => {
      expect(await execute(workflowId, { purchaseId: other.purchaseId })).toBe('done');
    },
  );
});

describe('an activity that is started without a workflow', () => {
  const sells = Object.keys({
    ...createGatewayActivities(new ScriptedGateway(), TERMS),
    ...createChannelActivities(() => Promise.resolve({ kind: 'delivered' })),
  }).filter((type) => type !== INQUIRY_ACTIVITY);

  it.each(sells)('does nothing where its input could be that of a question: %s', async (type) => {
    await expect(
      executeAs(type, undefined, { purchaseId: own.purchaseId }, 'registration'),
    ).rejects.toMatchObject({ type: FOREIGN_PURCHASE, nonRetryable: true });
  });

  it.each([INQUIRY_ACTIVITY, ELIGIBILITY_ACTIVITY, GATEWAY_HEALTH_ACTIVITY, TEST_NOTICE_ACTIVITY])(
    'answers a question: %s',
    async (type) => expect(await executeAs(type, undefined)).toBe('done'),
  );
});
