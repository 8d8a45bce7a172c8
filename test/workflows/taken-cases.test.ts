import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { Cases } from '../../client/cases';
import { CASE_WORKFLOW } from '../../domain/case/protocol';
import { caseId, transactionId, type CaseId } from '../../domain/identifiers';
import type { Case } from '../../domain/case/case';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { localServer } from '../support/local-server';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** In real time: a person is called soon, and MobiFone is asked again soon. */
const SOON = { patience: 300, retryInitialInterval: 50, retryMaximumInterval: 200 };
const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;

function aLab(): { lab: SweepLab; id: CaseId } {
  const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY);
  const lab = new SweepLab(server, gateway, { ...SOON, heartbeatTimeout: 1_000 });
  const { purchaseId } = lab.order;
  const reference = transactionId(purchaseId, 'registration');
  return { lab, id: caseId(purchaseId, { kind: 'reversal', reference }) };
}

/** A person states that MobiFone charged, which MobiFone, silent until now, denies. */
async function contradicted({ lab }: { lab: SweepLab }): Promise<void> {
  await eventually('the call for a person', async () => (await lab.find())?.attention ?? undefined);
  await lab.operatorDecides('charge_was_done');
  lab.gateway.answerInquiries({ kind: 'never_received' });
}

function openCase(lab: SweepLab, id: CaseId): Promise<Case> {
  return eventually('the case', async () => {
    const found = await lab.cases.find(id).catch(() => undefined); // while somebody's workflow has its id
    return found?.state === 'open' ? found : undefined;
  });
}

describe('a case about a charge that MobiFone denies, whose workflow id somebody has taken before', () => {
  it.each(['runs', 'was terminated'])('is opened all the same, where what has it %s', async (how) => {
    const { lab, id } = aLab();
    const junk = await server.client.workflow.start('x', { workflowId: id, taskQueue: 'queue-of-somebody' });
    if (how === 'was terminated') await junk.terminate();
    await lab.submitted(async () => {
      await contradicted({ lab });
      const { card } = await openCase(lab, id);
      expect(card).toMatchObject({ id, purchaseId: lab.order.purchaseId });
      expect(await lab.result()).toMatchObject({ outcome: 'succeeded' });
      if (how === 'runs') await recordHistory('contradicted-case-taken', lab.handle());
    });
  });

  it('keeps a person at its purchase while it cannot be opened, with the way out, and is opened after that', async () => {
    const { lab, id } = aLab();
    const junk = await server.client.workflow.start(CASE_WORKFLOW, {
      workflowId: id,
      taskQueue: 'queue-of-somebody',
    });
    const { openTakenCase } = lab;
    lab.openTakenCase = () => {
      throw ApplicationFailure.nonRetryable('the workflow is in the way'); // as after a minute
    };
    await lab.submitted(async () => {
      await contradicted({ lab });
      const purchase = await eventually('the call for a person', async () => {
        const found = await lab.find();
        return found?.attention?.reason === 'case_not_opened' ? found : undefined;
      });
      expect(purchase).toMatchObject({
        outcome: 'succeeded',
        attention: { step: 'decision_check', detail: expect.stringContaining('in the way') as string },
      });
      lab.openTakenCase = openTakenCase;
      await junk.terminate();
      await lab.operatorDecides('retry_now');
      await openCase(lab, id);
      expect(await lab.result()).toMatchObject({ outcome: 'succeeded', attention: null });
    });
  });

  it('is left to the person who has it, though the task queue had another name when it was opened', async () => {
    const { lab, id } = aLab();
    await lab.submitted(async () => {
      await contradicted({ lab });
      const { card } = await openCase(lab, id);
      await lab.result();
      const { runId } = await lab.client.workflow.getHandle(id).describe();
      const renamed = new Cases(lab.client, { taskQueue: 'renamed', policy: lab.policy });
      const order = { ...card, purchase: lab.order, by: 'datacode', why: 'again' };
      expect(await renamed.startTaken(order)).toEqual({ kind: 'known', id });
      expect(await lab.client.workflow.getHandle(id).describe()).toMatchObject({
        runId,
        status: { name: 'RUNNING' },
      });
      await lab.client.workflow.getHandle(id).terminate();
    });
  });

  it('is not opened again where a person has closed it, also behind another workflow with its id', async () => {
    const { lab, id } = aLab();
    await lab.submitted(async () => {
      await contradicted({ lab });
      const { card } = await openCase(lab, id);
      await lab.result();
      const close = { decision: 'close', by: 'lan', why: 'settled with MobiFone', how: 'corrected' } as const;
      expect(await lab.cases.decide(id, close)).toEqual({ kind: 'applied' });
      await lab.client.workflow.getHandle(id).result();
      const order = { ...card, purchase: lab.order, by: 'datacode', why: 'again' };
      expect(await lab.cases.startTaken(order)).toEqual({ kind: 'known', id });
      const junk = await server.client.workflow.start('x', {
        workflowId: id,
        taskQueue: 'queue-of-somebody',
      });
      expect(await lab.cases.startTaken(order)).toEqual({ kind: 'known', id });
      await junk.terminate();
    });
  });
});
