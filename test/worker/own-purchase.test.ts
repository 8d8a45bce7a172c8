import type { Context } from '@temporalio/activity';
import { caseId, purchaseWorkflowId } from '../../domain/identifiers';
import { FOREIGN_PURCHASE, requireOwnPurchase } from '../../worker/own-purchase';
import { anOrder } from '../support/orders';

const own = anOrder();
const other = anOrder();

/** What comes of an activity of this workflow with these arguments. */
function execute(workflowId: string | undefined, ...args: unknown[]): Promise<unknown> {
  const workflowExecution = workflowId === undefined ? undefined : { workflowId, runId: 'run' };
  const context = { info: { workflowExecution } } as unknown as Context; // all that it reads
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

  it.each(['reconciliation:2026-11-29', undefined])(
    'of the workflow %s, which is of no purchase, is done',
    async (workflowId) => {
      expect(await execute(workflowId, { purchaseId: other.purchaseId })).toBe('done');
    },
  );
});
