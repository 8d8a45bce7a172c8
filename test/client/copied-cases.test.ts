import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { listCases } from '../../client/cases';
import { IdTaken } from '../../client/id-taken';
import type { CaseRequest } from '../../domain/case/protocol';
import type { CaseId } from '../../domain/identifiers';
import { copyStart, untilCounted } from '../support/copied-run';
import { localServer } from '../support/local-server';
import { TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

jest.setTimeout(120_000);
const LAN = { by: 'lan', why: 'ticket 4711' };
const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const CLOSE: CaseRequest = { decision: 'close', how: 'refunded by bank transfer', ...LAN };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A sale that MobiFone has lost, and a case about it that a person has closed. */
async function closed(story: (lab: SweepLab, id: CaseId) => Promise<void>): Promise<void> {
  const lab = new SweepLab(server, new ScriptedGateway());
  await lab.run(async () => {
    await lab.sellToTheEnd();
    const id = await lab.openMakeGood(LAN);
    await close(lab, id);
    await story(lab, id);
  });
}

async function close(lab: SweepLab, id: CaseId): Promise<void> {
  expect(await lab.cases.decide(id, CLOSE)).toEqual({ kind: 'applied' });
  const { runId } = await lab.client.workflow.getHandle(id).describe();
  await untilCounted(lab, `RunId = '${runId}' AND ExecutionStatus = 'Completed'`, 1);
}

/** As whoever can write to Temporal and has no key can; our own worker takes it up. */
async function copy(lab: SweepLab, id: CaseId, runId?: string): Promise<string> {
  const copied = await copyStart(lab.client, { workflowId: id, ...(runId && { runId }) }, TASK_QUEUE);
  await untilCounted(lab, `RunId = '${copied}'`, 1);
  return copied;
}

async function listed({ client, order: { purchaseId } }: SweepLab, open?: boolean): Promise<string[]> {
  const states: string[] = [];
  for await (const { state, cutOff } of listCases(client, { purchaseId, open }))
    states.push(cutOff ? 'cut off' : state);
  return states;
}

async function told({ cases }: SweepLab, id: CaseId): Promise<string | undefined> {
  return (await cases.find(id))?.state;
}

describe('a case that a person has closed, and whose start somebody copies', () => {
  it('is told and listed as it was closed, while the copy runs and after it was terminated', async () => {
    await closed(async (lab, id) => {
      const copied = await copy(lab, id);
      expect(await told(lab, id)).toBe('closed');
      expect(await listed(lab)).toEqual(['closed']);
      expect(await listed(lab, true)).toEqual([]);
      await lab.client.workflow.getHandle(id).terminate();
      await untilCounted(lab, `RunId = '${copied}' AND ExecutionStatus = 'Terminated'`, 1);
      expect(await told(lab, id)).toBe('closed');
      expect(await listed(lab)).toEqual(['closed']);
    });
  });

  it('is decided once: no decision reaches the copy, and no customer is refunded by it', async () => {
    await closed(async (lab, id) => {
      await copy(lab, id);
      expect(await lab.cases.decide(id, { decision: 'refund', ...LAN })).toEqual({ kind: 'not_found' });
      expect(lab.notices).toEqual([]);
      await lab.client.workflow.getHandle(id).terminate();
    });
  });

  it('is not said to be open to who opens it again, who is told what is in the way', async () => {
    await closed(async (lab, id) => {
      await copy(lab, id);
      const fault: unknown = await lab.cases.reopen(id, LAN).catch((thrown: unknown) => thrown);
      expect(fault).toBeInstanceOf(IdTaken);
      expect(String(fault)).toContain(`temporal workflow terminate --workflow-id ${id}`);
      await lab.client.workflow.getHandle(id).terminate();
      expect(await lab.cases.reopen(id, LAN)).toEqual({ kind: 'applied' });
      expect(await told(lab, id)).toBe('open');
      expect(await listed(lab)).toEqual(['open']);
      await close(lab, id);
    });
  });

  it('was opened again by us as often as it was opened, and not by a copy of that', async () => {
    await closed(async (lab, id) => {
      expect(await lab.cases.reopen(id, LAN)).toEqual({ kind: 'applied' });
      const { runId } = await lab.client.workflow.getHandle(id).describe();
      await close(lab, id);
      await copy(lab, id, runId);
      expect(await told(lab, id)).toBe('closed');
      expect(await listed(lab)).toEqual(['closed']);
      await lab.client.workflow.getHandle(id).terminate();
    });
  });
});

describe('a case of the sweep that a person has closed, and whose start somebody copies and terminates', () => {
  it('is there: the sweep opens no other one', async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('charge', NO_REPLY), {
      lateEffectWatch: 1,
    });
    await lab.run(async () => {
      await lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await lab.terminate();
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      const id = await lab.sweptCase();
      await lab.closeCase(id);
      expect(await lab.cases.find(id)).toMatchObject({ state: 'rejected' });
      const copied = await copy(lab, id);
      await lab.client.workflow.getHandle(id).terminate();
      await untilCounted(lab, `RunId = '${copied}' AND ExecutionStatus = 'Terminated'`, 1);
      const { purchaseId } = lab.order;
      const without = await lab.closed.withoutCase(100);
      expect(without.filter((one) => one.purchaseId === purchaseId)).toEqual([]);
    });
  });
});
