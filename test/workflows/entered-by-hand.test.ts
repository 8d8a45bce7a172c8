import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  PURCHASE_WORKFLOW,
  UNTIL_EVENT_UPDATE,
} from '../../domain/purchase/protocol';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { POLICY } from '../support/orders';
import { type PurchaseLab, purchaseLabs, TASK_QUEUE } from '../support/purchase-lab';

const aLab = purchaseLabs();

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const WHO_AND_WHY = { by: 'lan@agent.vn', why: 'ticket 4711' };

async function refusalOf(update: Promise<unknown>): Promise<string> {
  const error: unknown = await update.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
    return error.cause.message;
  throw new Error('the update was not refused', { cause: error });
}

async function failedTasks(lab: PurchaseLab): Promise<number> {
  const { events } = await lab.handle().fetchHistory();
  return (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;
}

describe('an update that a person enters in the Web UI', () => {
  it('to cancel, with who and why alone, is an operator’s: the channel is told to refund', async () => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      await lab.handle().executeUpdate(CANCEL_UPDATE, { args: [WHO_AND_WHY] });
      lab.gateway.answerInquiries({ kind: 'never_received' });
      const purchase = await lab.result();
      expect(purchase).toMatchObject({
        outcome: 'cancelled',
        reason: 'cancelled_by_operator',
        attention: null,
      });
      expect(lab.notices).toMatchObject([{ refusal: 'cancelled_by_operator' }]);
    });
  });

  it.each([
    [CANCEL_UPDATE, undefined, 'must be a JSON object'],
    [CANCEL_UPDATE, null, 'must be a JSON object'],
    [CANCEL_UPDATE, 'cancel', 'must be a JSON object'],
    [CANCEL_UPDATE, [], 'must be a JSON object'],
    [CANCEL_UPDATE, {}, '"by" must be given'],
    [CANCEL_UPDATE, { ...WHO_AND_WHY, by: 1 }, '"by" must be given'],
    [CANCEL_UPDATE, { ...WHO_AND_WHY, refusal: 'bogus' }, '"refusal" must be one of'],
    [CANCEL_UPDATE, { ...WHO_AND_WHY, refusal: 'constructor' }, '"refusal" must be one of'],
    [CANCEL_UPDATE, { ...WHO_AND_WHY, reason: 'x' }, 'there is no field "reason"'],
    [CANCEL_UPDATE, { by: 'x', why: 'y'.repeat(5_000) }, 'no longer than'],
    [DECIDE_UPDATE, WHO_AND_WHY, '"decision" must be one of'],
    [DECIDE_UPDATE, { ...WHO_AND_WHY, decision: 'toString' }, '"decision" must be one of'],
    [DECIDE_UPDATE, { ...WHO_AND_WHY, decision: 'retry_now', reference: 7 }, '"reference" must be given'],
    [UNTIL_EVENT_UPDATE, 'x', 'there is no event'],
    [UNTIL_EVENT_UPDATE, 1e9, 'there is no event'],
  ] as const)('%s with %j is refused with the reason, and no task fails', async (update, input, because) => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      const args = input === undefined ? [] : [input];
      expect(await refusalOf(lab.handle().executeUpdate(update, { args: args as never }))).toContain(because);
      held.release({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
      expect(await failedTasks(lab)).toBe(0);
    });
  });
});

describe('a purchase that a person starts in the Web UI', () => {
  it.each([
    [
      'like one that is there, under another id',
      (order: PurchaseOrder) => [order, POLICY],
      'would be sold once more',
    ],
    ['with nothing', () => [], 'order must be an object'],
    ['with an order that is none', () => [{ msisdn: 1 }, POLICY], 'must have "purchaseId"'],
    [
      'with half of a policy for webhooks',
      (order: PurchaseOrder) => [order, { ...POLICY, webhooks: { taskQueue: 'elsewhere' } }],
      'must have "attemptTimeout"',
    ],
    ['without its policy', (order: PurchaseOrder) => [order], 'policy must be an object'],
  ] as const)('%s ends as failed with the reason, and sells nothing', async (_, args, because) => {
    const lab = aLab();
    await lab.run(async () => {
      const started = lab.client.workflow.execute(PURCHASE_WORKFLOW, {
        workflowId: `by-hand-${lab.order.externalId}`,
        taskQueue: TASK_QUEUE,
        args: args(lab.order) as never,
      });
      const error: unknown = await started.catch((fault: unknown) => fault);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect((error as WorkflowFailedError).cause?.message).toContain(because);
      expect(lab.gateway.calls).toEqual([]);
    });
  });
});

describe('a purchase that was sold, and that a person starts again under its own id', () => {
  const startAgain = (lab: PurchaseLab) =>
    lab.client.workflow.start(PURCHASE_WORKFLOW, {
      workflowId: lab.handle().workflowId,
      taskQueue: TASK_QUEUE,
      args: [lab.order, POLICY],
    });

  it('asks before it sends anything, and finds all of it made', async () => {
    const lab = aLab();
    await lab.submitted(async () => {
      await lab.result();
      const sold = lab.gateway.calls.filter((call) => !/^(check|inquiry)/.test(call));
      await startAgain(lab);
      expect((await lab.result()).outcome).toBe('succeeded');
      expect(lab.gateway.calls.filter((call) => !/^(check|inquiry)/.test(call))).toEqual(sold);
    });
  });

  it('is rolled back when it is cancelled before this run has registered anything', async () => {
    const lab = aLab();
    await lab.submitted(async () => {
      await lab.result();
      lab.gateway.script('check', ...Array.from({ length: 50 }, () => NO_REPLY));
      await startAgain(lab);
      await lab.untilAttention();
      await lab.handle().executeUpdate(CANCEL_UPDATE, { args: [WHO_AND_WHY] });
      expect((await lab.result()).outcome).toBe('cancelled');
      expect(lab.gateway.calls).toContain('rollback');
      expect(lab.notices).toHaveLength(1);
    });
  });
});
