import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { deleteRun } from '../support/copied-run';
import { eventually } from '../support/eventually';
import { localServer } from '../support/local-server';
import { TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';
import { continueFromTheStart, forgeCalls } from '../support/taken-tasks';

const STATE = SEARCH_ATTRIBUTES.purchaseState.name;
const OUTCOME = SEARCH_ATTRIBUTES.purchaseOutcome.name;
const SOLD = ['checkSubscriber', 'registerPackage', 'chargeSubscriber'];

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A purchase whose first task somebody without a key has taken, and answered. */
async function forged(types: readonly string[], claims: Readonly<Record<string, string>>): Promise<SweepLab> {
  const lab = new SweepLab(server, new ScriptedGateway(), { lateEffectWatch: 1 });
  await lab.submitUnattended();
  const { workflowId } = lab.handle();
  await forgeCalls(server.client, { workflowId, taskQueue: TASK_QUEUE }, types, claims);
  return lab;
}

describe('calls that somebody without a key ordered and ended in a purchase', () => {
  it('are no steps of it: it is not told as sold', async () => {
    const lab = await forged(SOLD, { [STATE]: 'succeeded', [OUTCOME]: 'succeeded' });
    expect(await lab.find()).toMatchObject({ state: 'accepted', outcome: null, steps: [] });
    await lab.terminate();
  });

  it('are no refund notice: a case has the customer refunded', async () => {
    const lab = await forged(['noticeRefund'], {});
    await lab.terminate();
    await lab.run(async () => {
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      lab.gateway.answerInquiries({ kind: 'refused', refusal: 'insufficient_balance' }, 'charge');
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
    });
    expect(lab.notices).toHaveLength(1);
  });

  it.each([
    ['a check that is done', ['checkSubscriber'], {}],
    ['a state that it left the check for', [], { [STATE]: 'registering' }],
  ])('keep no case from asking MobiFone before it refunds: %s', async (_, types, claims) => {
    const lab = await forged(types, claims);
    await lab.terminate();
    await lab.run(async () => {
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration stands',
      });
      await lab.closeCase(id);
    });
    expect(lab.notices).toEqual([]);
  });
});

describe('a purchase that somebody without a key continues as new from its start', () => {
  it('sells nothing after its channel was told to refund: it needs a person', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('charge', { kind: 'refused', refusal: 'insufficient_balance' }),
      {
        lateEffectWatch: 1,
      },
    );
    lab.deliver = async (_, notice) => {
      lab.notices.push(notice);
      return { kind: 'retry', status: 503, detail: 'the webhook answered 503' };
    };
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await eventually('the notice to be delivered', () => lab.notices[0]);
    });
    const { workflowId } = lab.handle();
    await lab.handle().signal('anything'); // gives it a task
    await continueFromTheStart(server.client, { workflowId, taskQueue: TASK_QUEUE });
    const before = lab.gateway.calls.length;
    await lab.run(async () => {
      await expect(lab.handle().result()).rejects.toThrow();
      expect(await lab.find()).toMatchObject({
        outcome: 'rolled_back',
        attention: { reason: 'workflow_closed' },
      });
    });
    expect(lab.gateway.calls).toHaveLength(before);
  });
});

describe('a rollback that somebody without a key ordered in a copy of a sale whose run they deleted', () => {
  it('is no decision to undo it: what is started then goes by what MobiFone says', async () => {
    const lab = new SweepLab(server, new ScriptedGateway());
    await lab.run(() => lab.sellToTheEnd());
    const { runId } = await lab.handle().describe();
    const { workflowId } = lab.handle();
    const { order, policy } = lab;
    const taskQueue = 'of-somebody';
    await server.client.workflow.start(PURCHASE_WORKFLOW, {
      workflowId,
      taskQueue,
      args: [order, policy],
      memo: { order },
    });
    await deleteRun(lab, runId);
    await forgeCalls(server.client, { workflowId, taskQueue }, ['rollbackRegistration']);
    await lab.terminate();
    await lab.run(async () => {
      await lab.startCopy();
      expect((await lab.result()).outcome).toBe('succeeded');
    });
    expect(lab.notices).toEqual([]);
    expect(lab.gateway.calls).not.toContain('rollback');
  });
});
