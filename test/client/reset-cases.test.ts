import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { CaseRequest } from '../../domain/case/protocol';
import { caseRefundNoticeId, type CaseId } from '../../domain/identifiers';
import { noticeWorkflowId } from '../../domain/notice/protocol';
import { localServer } from '../support/local-server';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';

const { RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL: SIGNALS, RESET_REAPPLY_EXCLUDE_TYPE_UPDATE: UPDATES } =
  temporal.api.enums.v1.ResetReapplyExcludeType;
const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const LAN = { by: 'lan', why: 'ticket 4711' };

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

/** A sale that MobiFone has lost, and a case about it that nobody has decided yet. */
async function opened(story: (lab: SweepLab, id: CaseId) => Promise<void>): Promise<void> {
  const lab = new SweepLab(server, new ScriptedGateway());
  await lab.run(async () => {
    await lab.sellToTheEnd();
    lab.gateway.forget().received.length = 0; // what follows is the case's doing
    const id = await lab.openMakeGood(LAN);
    await story(lab, id);
  });
}

/** Such a case that a person decided, and that somebody has reset then. */
function decided(
  decision: 'refund' | 're_register',
  story: (lab: SweepLab, id: CaseId) => Promise<void>,
): Promise<void> {
  return opened(async (lab, id) => {
    await decide(lab, id, decision);
    await lab.client.workflow.getHandle(id).result();
    await resetToItsBeginning(lab, id);
    await story(lab, id);
  });
}

function decide({ cases }: SweepLab, id: CaseId, decision: 'refund' | 're_register') {
  const request: CaseRequest = { decision, ...LAN };
  return cases.decide(id, request);
}

/** Leaves out what people have decided since. */
async function resetToItsBeginning({ client }: SweepLab, workflowId: CaseId): Promise<void> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const end = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    reason: 'to decide it once more',
    requestId: randomUUID(),
    workflowTaskFinishEventId: end ?? null,
    resetReapplyExcludeTypes: [SIGNALS, UPDATES],
  });
}

describe('a case that somebody resets to the time before a person decided it', () => {
  it('registers nothing again for a customer whose refund it has ordered', async () => {
    await decided('refund', async (lab, id) => {
      expect(await decide(lab, id, 're_register')).toEqual({ kind: 'applied' });
      const told = await lab.untilCase(id, ({ state, log }) => state !== 're_registering' && log.length > 2);
      expect(told).toMatchObject({ state: 'open' });
      expect(told.log.at(-1)?.what).toBe('nothing was sent: the channel has been told to refund');
      expect(lab.gateway.calls).not.toContain('register');
    });
  });

  it('orders no refund for a customer for whom it has registered the package again', async () => {
    await decided('re_register', async (lab, id) => {
      expect(await decide(lab, id, 'refund')).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the second registration stands',
      });
      expect(lab.notices).toEqual([]);
    });
  });
});

describe('a case for whose refund notice somebody without a key took the workflow id', () => {
  it.each(['runs', 'was terminated'])(
    'registers the package again, since nobody was told to refund: it %s',
    (state) =>
      opened(async (lab, id) => {
        const workflowId = noticeWorkflowId(caseRefundNoticeId(lab.order.purchaseId));
        const handle = await server.client.workflow.start('x', { workflowId, taskQueue: 'nobodys' });
        if (state === 'was terminated') await handle.terminate();
        expect(await decide(lab, id, 're_register')).toEqual({ kind: 'applied' });
        expect(await lab.client.workflow.getHandle(id).result()).toMatchObject({ state: 're_registered' });
        if (state === 'runs') await handle.terminate();
      }),
  );
});

describe('a case that somebody resets while the package is registered again', () => {
  it('orders no refund while that registration may still land', async () => {
    const lab = new SweepLab(server, new ScriptedGateway(), { lateEffectWatch: 900_000 });
    await lab.run(async () => {
      await lab.sellToTheEnd();
      const held = lab.gateway.forget().hold('register');
      const id = await lab.openMakeGood(LAN);
      expect(await decide(lab, id, 're_register')).toEqual({ kind: 'applied' });
      await held.arrived;
      await resetToItsBeginning(lab, id);
      const because = (text: string) => ({
        kind: 'not_applied',
        because: expect.stringContaining(text) as string,
      });
      expect(await decide(lab, id, 'refund')).toEqual(
        because('MobiFone has not received the second registration, which may still arrive until'),
      );
      lab.gateway.answerInquiries({ kind: 'processing' }, 'registration-2');
      expect(await decide(lab, id, 'refund')).toEqual(
        because('MobiFone is still processing the second registration'),
      );
      lab.gateway.answerInquiries(NO_REPLY, 'registration-2');
      expect(await decide(lab, id, 'refund')).toEqual(
        because('MobiFone does not answer about the second registration'),
      );
      held.release({ kind: 'done' });
      const closing: CaseRequest = { decision: 'close', how: 'the package is there', ...LAN };
      expect(await lab.cases.decide(id, closing)).toEqual({ kind: 'applied' });
    });
    expect(lab.notices).toEqual([]);
  });
});

describe('a case that refunded a purchase that was cut off, and that somebody resets before the purchase', () => {
  it('has the purchase not sold: its notice says that the channel was told to refund', async () => {
    const gateway = new ScriptedGateway().script('check', NO_REPLY, NO_REPLY);
    const lab = new SweepLab(server, gateway, { lateEffectWatch: 1 });
    await lab.run(async () => {
      await lab.sellUntil('the check', ({ state }) => state === 'checking');
      await lab.terminate();
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await lab.client.workflow.getHandle(id).result();
      await resetToItsBeginning(lab, id);
      await lab.untilCase(id, ({ state }) => state === 'open');
      await lab.reset();
      expect((await lab.result()).outcome).toBe('given_up');
      const closing: CaseRequest = { decision: 'close', how: 'the channel has refunded', ...LAN };
      expect(await lab.cases.decide(id, closing)).toEqual({ kind: 'applied' });
    });
    expect(gateway.calls).not.toContain('charge');
    expect(new Set(lab.notices.map((notice) => notice.id)).size).toBe(1);
  });
});
