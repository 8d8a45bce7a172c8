import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowHandle } from '@temporalio/client';
import { Cases, type CaseOpening, type CaseWish } from '../../client/cases';
import { CASE_WORKFLOW, DECIDE_CASE_UPDATE, type CaseRequest } from '../../domain/case/protocol';
import type { Case, CaseEvidence, ReconciledSubject } from '../../domain/case/case';
import { caseId, caseRefundNoticeId, type CaseId } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';
import type { purchaseCase } from '../../workflows/case/case';
import { eventually } from '../support/eventually';
import { failActivitiesOf } from '../support/failed-by-somebody';
import { recordHistory } from '../support/histories';
import { requestsOf, searchAttributesTold } from '../support/history-reading';
import { OFF_THE_SECOND_MS, POLICY } from '../support/orders';
import { PurchaseLab, TASK_QUEUE, timeSkippingServer } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await timeSkippingServer()));
afterAll(() => server.teardown());

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const BROKEN = { kind: 'broken_contract', detail: 'not JSON' } as const;
const REFUSED = { kind: 'refused', refusal: 'package_not_allowed' } as const;
const MAKE_GOOD: ReconciledSubject = { kind: 'make_good' };
const REVERSAL: ReconciledSubject = { kind: 'reversal', reference: 'MF0000000042' };
const LIMITED_POLICY = { ...POLICY, gatewayTaskQueue: `${TASK_QUEUE}-mobifone` };
const LAN = { by: 'lan', why: 'as agreed with MobiFone' };

const EVIDENCE: CaseEvidence = {
  day: '2026-11-23',
  breakKind: 'missing_there',
  atStake: vnd(90_000),
  references: [],
  detail: 'succeeded here',
  settlementFile: 'ab'.repeat(32),
};

/** A gateway and channel, a purchase that is over, and a case about it. */
class CaseLab extends PurchaseLab {
  /** The server's time when a case was opened last: the stories before skipped time. */
  private openedAt = new Date();
  readonly cases = new Cases(
    this.client,
    { taskQueue: TASK_QUEUE, policy: this.policy },
    () => this.openedAt,
  );

  constructor(gateway = new ScriptedGateway(), policy = POLICY) {
    super(server, gateway, policy);
  }

  async open(subject: ReconciledSubject, differently: Partial<CaseWish> = {}): Promise<CaseOpening> {
    this.openedAt = new Date(await server.currentTimeMs());
    const { channel, externalId } = this.order;
    const evidence = EVIDENCE;
    return this.cases.open({ channel, externalId, subject, evidence, ...LAN, ...differently });
  }

  /** Sells, opens a case about the sale, of which MobiFone then knows nothing, and lets the story go on from there. */
  about(subject: ReconciledSubject, story: (id: CaseId) => Promise<void>): Promise<void> {
    return this.submitted(async () => {
      await this.result();
      this.gateway.forget().received.length = 0; // what follows is the case's doing
      const opening = await this.open(subject);
      if (opening.kind !== 'opened') throw new Error(JSON.stringify(opening));
      await story(opening.id);
    });
  }

  workflow(id: CaseId): WorkflowHandle<typeof purchaseCase> {
    return server.client.workflow.getHandle<typeof purchaseCase>(id);
  }

  decide(id: CaseId, request: Partial<CaseRequest> & Pick<CaseRequest, 'decision'>) {
    return this.cases.decide(id, { ...LAN, ...request } as CaseRequest); // with what the story gives beside
  }

  untilCase(id: CaseId, holds: (one: Case) => boolean): Promise<Case> {
    return eventually('the case as the story wants it', async () => {
      const found = await this.cases.find(id);
      return found && holds(found) ? found : undefined;
    });
  }
}

describe('a case that a person closed', () => {
  it('is opened again when another file shows the same, asks before it sends, and not when it is the same file', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      await lab.decide(id, { decision: 'close', how: 'the file could not be read' });
      await lab.workflow(id).result();
      expect(await lab.open(MAKE_GOOD)).toEqual({ kind: 'known', id });
      const evidence = { ...EVIDENCE, settlementFile: 'cd'.repeat(32) };
      expect(await lab.open(MAKE_GOOD, { evidence })).toEqual({ kind: 'opened', id });
      expect(await lab.open(MAKE_GOOD, { evidence })).toEqual({ kind: 'known', id });
      expect(await lab.cases.find(id)).toMatchObject({ state: 'open', card: { evidence } });
      await lab.decide(id, { decision: 're_register' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered' });
      expect(await lab.open(MAKE_GOOD)).toEqual({ kind: 'known', id });
      await recordHistory('case-opened-again', lab.workflow(id));
    });
    expect(lab.gateway.calls).toContain('inquiry:registration');
  });
});

describe('a customer who paid for what MobiFone has not sold', () => {
  it('is refunded by the channel, which is told under one id, after a person decided so', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      expect(await lab.cases.find(id)).toMatchObject({ state: 'open', attention: { reason: 'case_open' } });
      expect(await lab.decide(id, { decision: 'refund' })).toEqual({ kind: 'applied' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'refunded', attention: null });
      expect(lab.notices).toEqual([
        {
          id: caseRefundNoticeId(lab.order.purchaseId),
          purchaseId: lab.order.purchaseId,
          externalId: lab.order.externalId,
          caseReason: 'missing_at_mobifone',
          amount: 90_000,
          occurredAt: expect.any(String) as string,
        },
      ]);
      expect(await searchAttributesTold(lab.workflow(id))).toEqual([
        { NeedsAttention: false, AttentionReason: null },
      ]);
      await recordHistory('case-refunded', lab.workflow(id));
    });
    expect(lab.gateway.calls).toEqual(['inquiry:registration']);
  });

  it('is told of until the channel has it, under the same id with the same content', async () => {
    const lab = new CaseLab();
    const told: string[] = [];
    lab.deliver = async (_, notice) => {
      told.push(JSON.stringify(notice));
      return told.length < 3
        ? { kind: 'retry', status: 410, detail: 'the webhook answered 410' }
        : { kind: 'delivered', status: 204 };
    };
    await lab.about(MAKE_GOOD, async (id) => {
      await lab.decide(id, { decision: 'refund' });
      const { attention } = await lab.untilCase(id, ({ attention }) => attention !== null);
      expect(attention).toMatchObject({ reason: 'channel_unreachable', detail: 'the webhook answered 410' });
      for (const tries of [2, 3]) {
        expect(await lab.decide(id, { decision: 'retry_now' })).toEqual({ kind: 'applied' });
        await eventually(`delivery ${tries}`, async () => (told.length === tries ? true : undefined));
      }
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'refunded', attention: null });
      await recordHistory('case-refunded-at-last', lab.workflow(id));
    });
    expect(new Set(told).size).toBe(1);
  });

  it('is not refunded while MobiFone answers that the registration stands', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect(await lab.decide(id, { decision: 'refund' })).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration stands',
      });
      expect(await lab.cases.find(id)).toMatchObject({ state: 'open' });
      await lab.decide(id, { decision: 'close', how: 'line MF7 of the correction file' });
      const { state, log } = await lab.workflow(id).result();
      expect(state).toBe('closed');
      expect(log.at(-1)).toMatchObject({ by: 'lan', what: expect.stringContaining('line MF7') as string });
      await recordHistory('case-refund-objected-then-closed', lab.workflow(id));
    });
    expect(lab.notices).toEqual([]);
  });

  it('is not refunded by a refusal that was stored and is sent again while MobiFone is silent', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      expect(await lab.decide(id, { decision: 'refund' })).toMatchObject({ kind: 'not_applied' });
      lab.gateway.answerInquiries(NO_REPLY, 'registration');
      const [request] = await requestsOf(lab.workflow(id));
      const again = () => lab.workflow(id).executeUpdate(DECIDE_CASE_UPDATE, { args: [request] });
      await expect(again()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('taken before') as string },
      });
      await lab.decide(id, { decision: 'close', how: 'line MF7 of the correction file' });
      await lab.workflow(id).result();
      expect(await lab.cases.reopen(id, LAN)).toEqual({ kind: 'applied' });
      await expect(again()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('made for another run') as string },
      });
      await lab.decide(id, { decision: 'reject' });
      await lab.workflow(id).result();
    });
    expect(lab.notices).toEqual([]);
  });

  it('is refunded where MobiFone does not answer: a person has decided', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.answerInquiries(NO_REPLY);
      expect(await lab.decide(id, { decision: 'refund' })).toEqual({ kind: 'applied' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'refunded' });
    });
  });

  it('is not refunded by whoever has the inquiry fail: it is made again', async () => {
    const lab = new CaseLab(new ScriptedGateway(), LIMITED_POLICY);
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      const inquiry = lab.gateway.hold('inquiry');
      const refund = lab.decide(id, { decision: 'refund' });
      await inquiry.arrived;
      await failActivitiesOf(server.client, lab.workflow(id));
      expect(await refund).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration stands',
      });
      await lab.decide(id, { decision: 'reject' });
      await lab.workflow(id).result();
      await recordHistory('case-inquiry-made-again', lab.workflow(id));
    });
    expect(lab.notices).toEqual([]);
  });

  it('is not refunded while MobiFone cannot be asked, which is no silence of MobiFone', async () => {
    const lab = new CaseLab(new ScriptedGateway(), LIMITED_POLICY);
    await lab.about(MAKE_GOOD, async (id) => {
      const inquiries = [1, 2, 3].map(() => lab.gateway.hold('inquiry'));
      const refund = lab.decide(id, { decision: 'refund' });
      for (const { arrived } of inquiries) {
        await arrived;
        await failActivitiesOf(server.client, lab.workflow(id));
      }
      expect(await refund).toEqual({
        kind: 'not_applied',
        because: 'MobiFone could not be asked about the registration; try again',
      });
      await lab.decide(id, { decision: 'reject' });
      await lab.workflow(id).result();
      await recordHistory('case-mobifone-not-asked', lab.workflow(id));
    });
    expect(lab.notices).toEqual([]);
  });

  it('takes no other decision while one is being weighed', async () => {
    // With a queue of its own the question to MobiFone is no part of a workflow task, so that others come in between.
    const lab = new CaseLab(new ScriptedGateway(), LIMITED_POLICY);
    await lab.about(MAKE_GOOD, async (id) => {
      const inquiry = lab.gateway.hold('inquiry');
      const refund = lab.decide(id, { decision: 'refund' });
      await inquiry.arrived;
      expect(await lab.decide(id, { decision: 're_register' })).toEqual({
        kind: 'refused',
        because: 'another decision is being weighed',
      });
      inquiry.release({ kind: 'never_received' });
      expect(await refund).toEqual({ kind: 'applied' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'refunded' });
    });
    expect(lab.gateway.calls).not.toContain('register');
  });
});

describe('a package that is registered once more', () => {
  it('has a transaction id of its own, and is never charged', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      await lab.decide(id, { decision: 're_register' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered', attention: null });
      await recordHistory('case-re-registered', lab.workflow(id));
      await recordHistory('case-re-registered-typed', lab.workflow(id));
    });
    expect(lab.gateway.calls).toEqual(['inquiry:registration', 'register']);
    expect(lab.gateway.received.at(-1)?.command).toMatchObject({
      transactionId: `${lab.order.purchaseId}.registration-2`,
      amount: 90_000,
    });
    expect(lab.notices).toEqual([]);
  });

  it('is not sent where the first registration stands after all', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      await lab.decide(id, { decision: 're_register' });
      const { attention } = await lab.untilCase(id, ({ state, log }) => state === 'open' && log.length > 1);
      expect(attention?.detail).toContain('the first registration stands');
      await lab.decide(id, { decision: 'reject' });
      await lab.workflow(id).result();
      await recordHistory('case-re-registration-not-needed', lab.workflow(id));
    });
    expect(lab.gateway.calls).toEqual(['inquiry:registration']);
  });

  it('is asked about before it is sent again when the reply was lost, however long MobiFone is silent', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.script('register', NO_REPLY);
      lab.gateway.answerInquiries(NO_REPLY, 'registration-2');
      await lab.decide(id, { decision: 're_register' });
      await server.sleep('2 hours');
      await lab.untilCase(id, ({ attention }) => attention?.reason === 'no_answer');
      expect(await lab.decide(id, { decision: 'refund' })).toMatchObject({
        kind: 'refused',
        because: expect.stringContaining('open now: retry_now') as string,
      });
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration-2');
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered', attention: null });
      await recordHistory('case-re-registered-in-doubt', lab.workflow(id));
    });
    expect(lab.gateway.calls.filter((call) => call === 'register')).toHaveLength(1);
  });

  it('waits for an answer that keeps the contract, or for a person who asks for it at once', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.script('register', BROKEN);
      lab.gateway.answerInquiries(BROKEN, 'registration-2');
      await lab.decide(id, { decision: 're_register' });
      await lab.untilCase(id, ({ attention }) => attention?.reason === 'broken_contract');
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration-2');
      await lab.decide(id, { decision: 'retry_now' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered' });
    });
  });

  it('that MobiFone refuses is for a person again, who may have the customer refunded', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.script('register', REFUSED);
      lab.gateway.answerInquiries(REFUSED, 'registration-2');
      await lab.decide(id, { decision: 're_register' });
      const refused = await lab.untilCase(id, ({ state, log }) => state === 'open' && log.length > 2);
      expect(refused.attention).toMatchObject({
        reason: 'case_open',
        detail: expect.stringContaining('may not have this package') as string,
      });
      await lab.decide(id, { decision: 're_register' });
      await lab.untilCase(id, ({ state, log }) => state === 'open' && log.length > 4);
      await lab.decide(id, { decision: 'refund' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'refunded' });
      await recordHistory('case-re-registration-refused-then-refunded', lab.workflow(id));
    });
    expect(lab.gateway.calls.filter((call) => call === 'register')).toHaveLength(1);
    expect(lab.notices).toHaveLength(1);
  });
});

describe('a customer for whom a refused second registration has landed late', () => {
  const LANDED = 'MobiFone answers that the second registration stands';

  it('is not refunded', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.script('register', REFUSED);
      await lab.decide(id, { decision: 're_register' });
      await lab.untilCase(id, ({ log }) => log.length > 2);
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration-2');
      const refund = await lab.decide(id, { decision: 'refund' });
      expect(refund).toEqual({ kind: 'not_applied', because: LANDED });
      await recordHistory('case-second-registration-asked-in-its-run', lab.workflow(id));
      await lab.decide(id, { decision: 'close', how: 'hand' });
      await lab.workflow(id).result();
    });
  });
});

describe('a second registration that MobiFone does not settle', () => {
  it('by a refusal that is not confirmed when the round is over: it is not sent again', async () => {
    const lab = new CaseLab(new ScriptedGateway(), { ...POLICY, patience: 20_000 + OFF_THE_SECOND_MS });
    await lab.about(MAKE_GOOD, async (id) => {
      lab.gateway.script('register', { kind: 'refused', refusal: 'package_already_active' });
      lab.gateway.answerInquiries({ kind: 'never_received' }, 'registration-2');
      await lab.decide(id, { decision: 're_register' });
      await server.sleep('10 minutes');
      const { attention } = await lab.untilCase(id, ({ state }) => state === 'open');
      expect(attention).toMatchObject({ reason: 'case_open' });
      await lab.decide(id, { decision: 'reject' });
      await lab.workflow(id).result();
    });
    expect(lab.gateway.calls.filter((call) => call === 'register')).toHaveLength(1);
  });

  it('since it asks for patience: the wait that it asks for is kept', async () => {
    const lab = new CaseLab(new ScriptedGateway(), { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS });
    await lab.about(MAKE_GOOD, async (id) => {
      const asks = { kind: 'retry_later', detail: 'HTTP 429', retryAfterMs: 3_600_000 } as const;
      lab.gateway.script('register', ...Array.from({ length: 50 }, () => asks));
      await lab.decide(id, { decision: 're_register' });
      await server.sleep('5 hours');
      expect(lab.gateway.calls.filter((call) => call === 'register').length).toBeLessThan(8);
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration-2');
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered' });
    });
  });

  it('for months: its pauses grow after a day, so that its history never ends it', async () => {
    const lab = new CaseLab(new ScriptedGateway(), { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS });
    await lab.about(MAKE_GOOD, async (id) => {
      const asks = { kind: 'retry_later', detail: 'HTTP 429', retryAfterMs: 60_000 } as const;
      lab.gateway.script('register', ...Array.from({ length: 1_000 }, () => asks));
      await lab.decide(id, { decision: 're_register' });
      await server.sleep('3 days');
      const { events } = await lab.workflow(id).fetchHistory();
      const pauses = events?.flatMap((event) => {
        const timeout = event.timerStartedEventAttributes?.startToFireTimeout?.seconds;
        return timeout ? [Number(timeout)] : [];
      });
      expect(pauses?.at(-1)).toBeGreaterThan(600);
      expect(pauses?.at(-1)).toBeLessThan(1_000);
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration-2');
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered' });
    });
  });

  it('is asked about when a person starts the case again', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      await lab.decide(id, { decision: 're_register' });
      await lab.workflow(id).result();
      const [begun] = (await lab.workflow(id).fetchHistory()).events ?? [];
      const payloads = begun?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      const args: unknown[] = payloads.map(({ data }) => JSON.parse(Buffer.from(data ?? []).toString()));
      await lab.client.workflow.start(CASE_WORKFLOW, { workflowId: id, taskQueue: TASK_QUEUE, args });
      await lab.decide(id, { decision: 're_register' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 're_registered' });
    });
    expect(lab.gateway.calls.filter((call) => call === 'register')).toHaveLength(1);
  });
});

describe('a charge that MobiFone must take back', () => {
  it('is only closed, with what proves it, or rejected: nothing is sent to anybody', async () => {
    const lab = new CaseLab();
    await lab.about(REVERSAL, async (id) => {
      for (const decision of ['refund', 're_register', 'retry_now'] as const) {
        expect(await lab.decide(id, { decision })).toEqual({
          kind: 'refused',
          because: `${decision} is not open while the case is open; open now: close, reject`,
        });
      }
      expect(await lab.decide(id, { decision: 'close', how: ' ' })).toMatchObject({ kind: 'refused' });
      expect(await lab.decide(id, { decision: 'close', how: 'MobiFone’s letter 12/2026' })).toEqual({
        kind: 'applied',
      });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'closed' });
      await recordHistory('case-reversal-closed', lab.workflow(id));
    });
    expect(lab.gateway.calls).toEqual([]);
    expect(lab.notices).toEqual([]);
  });

  it('has a case for each of MobiFone’s transactions', async () => {
    const lab = new CaseLab();
    await lab.about(REVERSAL, async (id) => {
      const another = await lab.open({ kind: 'reversal', reference: 'MF0000000043' });
      expect(another).toEqual({
        kind: 'opened',
        id: caseId(lab.order.purchaseId, { kind: 'reversal', reference: 'MF0000000043' }),
      });
      await lab.decide(id, { decision: 'reject' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'rejected' });
      expect(await lab.decide(id, { decision: 'reject' })).toEqual({ kind: 'not_found' });
    });
  });
});

describe('a case', () => {
  it('is opened once, and not again when it is over', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      expect(await lab.open(MAKE_GOOD)).toEqual({ kind: 'known', id });
      await lab.decide(id, { decision: 'reject' });
      await lab.workflow(id).result();
      expect(await lab.open(MAKE_GOOD)).toEqual({ kind: 'known', id });
    });
  });

  it('is not opened about a purchase that is still open, nor one whose channel was told to refund', async () => {
    const gateway = new ScriptedGateway().script('charge', { kind: 'refused', refusal: 'charging_barred' });
    const lab = new CaseLab(gateway);
    const registration = gateway.hold('register');
    await lab.run(async () => {
      expect(await lab.open(MAKE_GOOD)).toMatchObject({
        kind: 'refused',
        because: 'there is no such purchase',
      });
      await lab.purchases.submit(lab.order, 0);
      await registration.arrived;
      expect(await lab.open(REVERSAL)).toMatchObject({
        kind: 'refused',
        because: expect.stringContaining('still open') as string,
      });
      registration.release({ kind: 'done' });
      await lab.result();
      expect(await lab.open(MAKE_GOOD)).toEqual({
        kind: 'refused',
        because: 'the purchase is rolled_back: its channel has a refund notice already',
      });
    });
    expect(lab.notices).toHaveLength(1);
  });

  it('is not opened about a purchase whose workflow was ended from outside: nobody knows what it did', async () => {
    const lab = new CaseLab();
    const registration = lab.gateway.hold('register');
    await lab.run(async () => {
      await lab.purchases.submit(lab.order, 0);
      await registration.arrived;
      await lab.handle().terminate('by a mistake');
      expect(await lab.open(MAKE_GOOD)).toEqual({
        kind: 'refused',
        because: 'the purchase was ended from outside and has no outcome',
      });
      registration.release({ kind: 'done' });
    });
  });

  it('takes no decision without who and why, and none that there is not', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      expect(await lab.decide(id, { decision: 'refund', by: ' ' })).toEqual({
        kind: 'refused',
        because: '"by" must be given',
      });
      expect(await lab.decide(id, { decision: 'refund', why: '' })).toEqual({
        kind: 'refused',
        because: '"why" must be given',
      });
      expect(await lab.decide(id, { decision: 'charge' as 'refund' })).toMatchObject({ kind: 'refused' });
      await lab.decide(id, { decision: 'reject' });
    });
    expect(lab.notices).toEqual([]);
  });

  it('is not ended by a cancellation from the Web UI, which names nobody', async () => {
    const lab = new CaseLab();
    await lab.about(MAKE_GOOD, async (id) => {
      await lab.workflow(id).cancel();
      expect(await lab.decide(id, { decision: 'refund' })).toEqual({ kind: 'applied' });
      expect(await lab.workflow(id).result()).toMatchObject({ state: 'refunded' });
      await recordHistory('case-web-ui-cancel', lab.workflow(id));
    });
    expect(lab.notices).toHaveLength(1);
  });
});
