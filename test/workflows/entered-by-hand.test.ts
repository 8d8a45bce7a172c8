import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  PURCHASE_WORKFLOW,
  UNTIL_EVENT_UPDATE,
} from '../../domain/purchase/protocol';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { recordHistory } from '../support/histories';
import { anOrder, ATTEMPT_POLICY, POLICY } from '../support/orders';
import { type PurchaseLab, purchaseLabs, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

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
    [CANCEL_UPDATE, { ...WHO_AND_WHY, by: '\u200b' }, '"by" must be given'],
    [
      DECIDE_UPDATE,
      { ...WHO_AND_WHY, decision: 'retry_now', reference: '\u2060' },
      '"reference" must be given',
    ],
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

describe('what somebody without a key sends a purchase of what is stored there', () => {
  it.each([
    [UNTIL_EVENT_UPDATE, 'Order `one` of demo: D90', 'a text of 24 characters'],
    [UNTIL_EVENT_UPDATE, anOrder(), 'an object'],
    [CANCEL_UPDATE, 'D90, postpaid, demo', 'a text of 19 characters'],
    [CANCEL_UPDATE, [anOrder()], 'a list'],
    [CANCEL_UPDATE, { 'D90, postpaid, demo': 1 }, 'a text of 19 characters'],
    [DECIDE_UPDATE, { ...WHO_AND_WHY, decision: 'D90, postpaid, demo' }, 'a text of 19 characters'],
    [DECIDE_UPDATE, { ...WHO_AND_WHY, decision: { of: 'demo' } }, 'an object'],
  ] as const)('is not read to them by the refusal: %s with %j', async (update, input, told) => {
    const lab = aLab();
    const held = lab.gateway.hold('register');
    await lab.submitted(async () => {
      await held.arrived;
      const refusal = await refusalOf(lab.handle().executeUpdate(update, { args: [input] as never }));
      expect(refusal).toContain(told);
      expect(refusal).not.toMatch(/demo|D90/);
      held.release({ kind: 'done' });
      await lab.result();
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
    [
      'under a number in place of an order’s id',
      (order: PurchaseOrder) => [{ ...order, externalId: 'order-0901234567' }, POLICY],
      'order-****567; under another id',
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

/** What whoever writes to Temporal can do without a key: the start is copied as the API wrote it, memo included. */
const startCopy = ({ client, order, policy }: PurchaseLab) =>
  client.workflow.start(PURCHASE_WORKFLOW, {
    workflowId: purchaseWorkflowId(order.channel, order.externalId),
    taskQueue: TASK_QUEUE,
    args: [order, policy],
    memo: { order },
  });

/** What MobiFone was told to do about money, in order. */
const commandsOf = ({ gateway }: PurchaseLab) =>
  gateway.calls.filter((call) => /^(register|charge|rollback)$/.test(call));

async function firstActivityOf(lab: PurchaseLab): Promise<string | null | undefined> {
  const { events } = await lab.handle().fetchHistory();
  return events?.find((event) => event.activityTaskScheduledEventAttributes)
    ?.activityTaskScheduledEventAttributes?.activityType?.name;
}

/** Longer than a start passes for fresh. */
const LATER = '3 minutes';

describe('a purchase that is over, and whose start is copied with its memo minutes later (I1, I18)', () => {
  it('is not sold after its refund, though Temporal knows nothing of its first run any more', async () => {
    const refused = { kind: 'refused', refusal: 'insufficient_balance' } as const;
    const lab = aLab(new ScriptedGateway().script('charge', refused), ATTEMPT_POLICY);
    await lab.submitted(async () => {
      expect((await lab.result()).outcome).toBe('rolled_back');
      await lab.environment.sleep(LATER);
      await startCopy(lab);
      expect((await lab.result()).outcome).not.toBe('succeeded');
      expect(await firstActivityOf(lab)).toBe('checkSubscriber'); // not the whole sale at once
    });
    expect(commandsOf(lab)).toEqual(['register', 'charge', 'rollback']);
    expect(new Set(lab.notices.map(({ id }) => id)).size).toBe(1);
  });

  it.each(['postpaid', 'prepaid'] as const)('%s, is not paid twice', async (paymentForm) => {
    const lab = aLab(new ScriptedGateway(), ATTEMPT_POLICY, anOrder({ paymentForm }));
    await lab.submitted(async () => {
      await lab.result();
      const sent = lab.gateway.calls.filter((call) => !/^(check|inquiry)/.test(call));
      await lab.environment.sleep(LATER);
      await startCopy(lab);
      expect((await lab.result()).outcome).toBe('succeeded');
      expect(lab.gateway.calls.filter((call) => !/^(check|inquiry)/.test(call))).toEqual(sent);
    });
  });
});

describe('a purchase that Temporal starts minutes after its order was accepted', () => {
  it('asks MobiFone before it sends anything, and is sold', async () => {
    const lab = aLab(new ScriptedGateway(), ATTEMPT_POLICY);
    await lab.run(async () => {
      await lab.environment.sleep(LATER);
      await lab.purchases.submit(lab.order, 0);
      expect((await lab.result()).outcome).toBe('succeeded');
      await recordHistory('started-late', lab.handle());
    });
    const told = lab.gateway.calls.filter((call) => /registration|register|charge/.test(call));
    expect([...new Set(told)]).toEqual(['inquiry:registration', 'register', 'inquiry:charge', 'charge']);
    expect(commandsOf(lab)).toEqual(['register', 'charge']);
  });

  it('is doubted as well when its order is of the future: a copy would pass for fresh until then', async () => {
    const lab = aLab(new ScriptedGateway(), ATTEMPT_POLICY);
    await lab.run(async () => {
      lab.order.acceptedAt = new Date(Date.parse(lab.order.acceptedAt) + 3_600_000).toISOString();
      await lab.purchases.submit(lab.order, 0);
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(lab.gateway.calls).toContain('inquiry:registration');
  });

  it('is not doubted when it is started at once: nothing is asked', async () => {
    const lab = aLab(new ScriptedGateway(), ATTEMPT_POLICY);
    await lab.sell();
    expect(lab.gateway.calls.filter((call) => call.startsWith('inquiry'))).toEqual([]);
  });
});
