import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ScheduleNotFoundError } from '@temporalio/client';
import { keepSweepSchedule, type SweepSettings } from '../../worker/sweep-schedule';
import { keyUsage } from '../../client/key-usage';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { TemporalChannelStatements } from '../../client/channel-statements';
import { TemporalNotices } from '../../client/temporal-notices';
import { BusinessSnapshots } from '../../client/business-snapshot';
import { SAVED_SEARCHES, searchFor } from '../../operators/saved-searches';
import { isClosedEvidence } from '../../domain/case/case';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { CLOSED_PURCHASES_SCHEDULE } from '../../domain/case/closed-purchases';
import { caseRefundNoticeId, refundNoticeId } from '../../domain/identifiers';
import { localDay } from '../../domain/local-time';
import type { Notice } from '../../domain/notice/notice';
import { operationsAlertWorkflowId } from '../../domain/notice/operations-events';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { scheduledActivities } from '../support/history-reading';
import { localServer } from '../support/local-server';
import { anOrder } from '../support/orders';
import { TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { SweepLab } from '../support/sweep-lab';
import { completeByHand } from '../support/taken-tasks';
import { caseOf } from '../../client/closed-purchases';

let server: TestWorkflowEnvironment;
beforeAll(async () => (server = await localServer()));
afterAll(() => server.teardown());

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
/** What was on its way when a run ended has arrived or never will. */
const NOTHING_ON_ITS_WAY: Partial<PurchasePolicy> = { lateEffectWatch: 1 };

/** A purchase whose charge has no answer, so that it waits for an hour. */
function stuckInCharge(policy = NOTHING_ON_ITS_WAY): SweepLab {
  return new SweepLab(server, new ScriptedGateway().script('charge', NO_REPLY), policy);
}

/** Sells until the charge waits, terminates the purchase and opens its case, which the story is about. */
function cutOffInCharge(
  lab: SweepLab,
  story: (id: Awaited<ReturnType<SweepLab['sweptCase']>>) => Promise<void>,
) {
  return lab.run(async () => {
    await lab.sellUntil('the charge', ({ state }) => state === 'charging');
    await lab.terminate();
    lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
    await story(await lab.sweptCase());
  });
}

/** Temporal's index follows after a moment. */
async function untilStated({ client, order }: SweepLab, wanted: object): Promise<void> {
  const { channel, purchaseId, acceptedAt } = order;
  await eventually('the statement to have it so', async () => {
    const statements = new TemporalChannelStatements(client);
    for await (const { purchases } of statements.purchasesOf(channel, localDay(new Date(acceptedAt)))) {
      const own = purchases.find((one) => one.purchaseId === purchaseId);
      if (expect.objectContaining(wanted).asymmetricMatch(own)) return true;
    }
    return undefined;
  });
}

const answers = (told: MobifoneAnswers | undefined) => told && [told.registration, told.charge];

describe('a purchase that was terminated', () => {
  it('is found by the sweep, which opens one case and tells operations once', async () => {
    const webhooks = { taskQueue: `${TASK_QUEUE}-webhooks`, attemptTimeout: 25_000 };
    const lab = stuckInCharge({ ...NOTHING_ON_ITS_WAY, webhooks });
    await cutOffInCharge(lab, async (id) => {
      const told = await eventually('operations to be told', () => lab.told[0]);
      const alert = server.client.workflow.getHandle(operationsAlertWorkflowId(told));
      expect(await scheduledActivities(alert)).toMatchObject([{ taskQueue: { name: webhooks.taskQueue } }]);
      if (told.type !== 'operations.purchases_cut_off') throw new Error(`told of ${told.type}`);
      await recordHistory('closed-purchases-swept', server.client.workflow.getHandle(told.data.workflowId));
      await lab.sweep();
      expect(lab.told).toMatchObject([
        {
          type: 'operations.purchases_cut_off',
          data: { count: 1, atStake: 90_000, cases: [{ id, state: 'charging', channel: 'demo' }] },
        },
      ]);
      const opened = await lab.untilCase(id, ({ atMobifone }) => atMobifone !== undefined);
      expect(opened).toMatchObject({
        state: 'open',
        attention: { reason: 'case_open', detail: expect.stringContaining('wrong click') as string },
        card: {
          by: 'sweep',
          outcome: null,
          evidence: { status: 'TERMINATED', state: 'charging', atStake: 90_000, endReason: 'wrong click' },
        },
      });
      expect(answers(opened.atMobifone)).toEqual(['done', 'never_received']);
      await lab.closeCase(id);
    });
  });

  it('counts as needing a person until its case is over', async () => {
    const lab = stuckInCharge();
    const standing = async () =>
      (await new BusinessSnapshots(lab.client, []).take()).attentionByReason.workflow_closed;
    await cutOffInCharge(lab, async (id) => {
      expect(await standing()).toBe(1);
      await lab.closeCase(id);
      await eventually('nobody to be needed', async () => ((await standing()) === 0 ? true : undefined));
    });
  });

  it('has a case that nobody closes as nothing while its sale stands half, until MobiFone says otherwise', async () => {
    const lab = stuckInCharge();
    await cutOffInCharge(lab, async (id) => {
      await lab.untilCase(id, ({ atMobifone }) => atMobifone?.charge === 'never_received');
      expect(await lab.decide(id, 'reject')).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration still stands, and that it was not charged',
      });
      expect(await lab.cases.find(id)).toMatchObject({ state: 'open' });
      await lab.closeCase(id);
      await lab.untilCase(id, ({ state }) => state === 'rejected');
    });
  });

  it('has a case that operators find among what needs them, and that ages', async () => {
    const lab = stuckInCharge();
    await cutOffInCharge(lab, async (id) => {
      const query = `${SAVED_SEARCHES['needs-attention'].query} AND WorkflowId = '${id}'`;
      await eventually('the saved search to find the case', async () => {
        for await (const { workflowId } of lab.client.workflow.list({ query })) return workflowId;
        return undefined;
      });
      const now = await eventually('the case to be counted', async () => {
        const snapshot = await new BusinessSnapshots(lab.client, []).take(new Date(Date.now() + 3_600_000));
        return snapshot.attentionByReason.case_open > 0 ? snapshot : undefined;
      });
      expect(now.oldestCaseSeconds).toBeGreaterThan(3_000);
      expect(searchFor(['needs-attention'], {})).toMatch(/^WorkflowType = 'purchase' AND /);
      await lab.closeCase(id);
    });
  });

  it('is not refunded while anything of it stands at MobiFone, and is once that was taken back', async () => {
    const lab = stuckInCharge();
    await cutOffInCharge(lab, async (id) => {
      await untilStated(lab, { kind: 'open', refund: null });
      expect(await lab.decide(id, 'refund')).toEqual({
        kind: 'not_applied',
        because: 'MobiFone answers that the registration stands',
      });
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      lab.gateway.answerInquiries({ kind: 'done' }, 'charge');
      expect(await lab.decide(id, 'refund')).toMatchObject({
        because: 'MobiFone answers that the charge stands',
      });
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'charge');
      await lab.decide(id, 'ask');
      const asked = await lab.untilCase(id, ({ atMobifone }) => atMobifone?.charge === 'rolled_back');
      expect(asked.log.at(-1)?.what).toBe('MobiFone answers: registration rolled_back, charge rolled_back');
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      const workflow = server.client.workflow.getHandle(id);
      expect(await workflow.result()).toMatchObject({ state: 'refunded', attention: null });
      await recordHistory('case-workflow-closed-refunded', workflow);
      expect(lab.notices).toMatchObject([
        { id: refundNoticeId(lab.order.purchaseId), outcome: 'given_up', refusal: 'given_up_by_operator' },
      ]);
      const { channel, externalId } = lab.order;
      const notices = new TemporalNotices(lab.client, {
        taskQueue: TASK_QUEUE,
        policy: lab.policy,
        cursors: new ListCursors(cursorKeysOf(undefined)),
      });
      expect(await notices.ofPurchase(channel, externalId)).toMatchObject([
        { notice: { id: refundNoticeId(lab.order.purchaseId) }, standing: 'delivered' },
      ]);
      await untilStated(lab, {
        kind: 'refunded',
        refund: {
          noticeId: refundNoticeId(lab.order.purchaseId),
          type: 'purchase.refund_due',
          delivered: true,
        },
      });
    });
  });

  it('is not refunded while what was on its way may still arrive, or MobiFone is silent', async () => {
    const lab = stuckInCharge({ lateEffectWatch: 900_000 });
    await cutOffInCharge(lab, async (id) => {
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await lab.decide(id, 'refund')).toMatchObject({
        because: expect.stringContaining(
          'has not received the charge, which may still arrive until',
        ) as string,
      });
      lab.gateway.answerInquiries(NO_REPLY, 'charge');
      expect(await lab.decide(id, 'refund')).toMatchObject({
        because: 'MobiFone does not answer about the charge; ask again later',
      });
      expect(lab.notices).toEqual([]);
      await lab.closeCase(id);
    });
  });

  it('is asked about and not refunded, where of its steps only the charge is still kept', async () => {
    const lab = stuckInCharge();
    const start = lab.cases.start.bind(lab.cases);
    lab.cases.start = (order) => {
      if (!isClosedEvidence(order.evidence)) throw new Error('the sweep opens cases of closed purchases');
      const steps = order.evidence.steps.filter(({ step }) => step === 'charge');
      return start({ ...order, evidence: { ...order.evidence, steps } }); // as past retention
    };
    await cutOffInCharge(lab, async (id) => {
      expect(await lab.decide(id, 'refund')).toMatchObject({
        because: 'MobiFone answers that the registration stands',
      });
      await recordHistory('case-asked-about-whatever-its-steps', lab.client.workflow.getHandle(id));
      await lab.closeCase(id);
    });
    expect(lab.notices).toEqual([]);
  });

  it('gets another case when its case was terminated as well, which says so', async () => {
    const lab = stuckInCharge();
    await cutOffInCharge(lab, async (id) => {
      await server.client.workflow.getHandle(id).terminate('another wrong click');
      const again = await eventually('the case to be missed', async () => {
        const { opened } = await lab.sweep();
        return opened[0];
      });
      expect(again.id).toBe(id);
      const { card } = await lab.untilCase(id, () => true);
      expect(card.why).toContain('an earlier run of this case');
      await lab.closeCase(id);
    });
  });

  it('before anything was sent is asked about all the same, and then refunded', async () => {
    const gateway = new ScriptedGateway().script('check', NO_REPLY, NO_REPLY);
    const lab = new SweepLab(server, gateway, NOTHING_ON_ITS_WAY);
    await lab.run(async () => {
      await lab.sellUntil('the check', ({ state }) => state === 'checking');
      await lab.terminate();
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
    });
    expect(lab.notices).toMatchObject([{ outcome: 'given_up' }]);
    expect(lab.gateway.calls).toContain('inquiry:registration');
  });
});

describe('a purchase that was terminated when its channel had been told to refund', () => {
  it('has the same notice delivered again by its case, to the byte', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('charge', { kind: 'refused', refusal: 'insufficient_balance' }),
      NOTHING_ON_ITS_WAY,
    );
    const told: Notice[] = [];
    let isOut = true;
    lab.deliver = async (_, notice) => {
      told.push(notice);
      return isOut
        ? { kind: 'retry', status: 503, detail: 'the webhook answered 503' }
        : { kind: 'delivered', status: 204 };
    };
    await lab.run(async () => {
      await lab.sellUntil('the rollback', ({ outcome }) => outcome === 'rolled_back');
      await eventually('a first delivery', () => told[0]);
      await lab.terminate();
      isOut = false;
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      lab.gateway.answerInquiries({ kind: 'refused', refusal: 'insufficient_balance' }, 'charge');
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
    });
    expect(told).toHaveLength(2);
    expect(JSON.stringify(told[1])).toBe(JSON.stringify(told[0]));
  });
});

describe('a purchase that was terminated after it had succeeded', () => {
  it('refunds under the id of a case, since its channel was told of success', async () => {
    const lab = new SweepLab(
      server,
      new ScriptedGateway().script('sms', NO_REPLY, NO_REPLY, NO_REPLY, NO_REPLY),
      { ...NOTHING_ON_ITS_WAY, order: anOrder({ paymentForm: 'prepaid' }) },
    );
    lab.gateway.answerInquiries(NO_REPLY, 'sms-transaction').answerInquiries(NO_REPLY, 'sms-success');
    await lab.run(async () => {
      await lab.sellUntil('success', ({ outcome }) => outcome === 'succeeded');
      await lab.terminate();
      lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      const id = await lab.sweptCase();
      expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
      await server.client.workflow.getHandle(id).result();
    });
    expect(lab.notices).toMatchObject([
      { id: caseRefundNoticeId(lab.order.purchaseId), caseReason: 'undone_at_mobifone' },
    ]);
  });
});

describe('a purchase that was terminated and reset', () => {
  it('gets no case, since it goes on', async () => {
    const lab = new SweepLab(server, new ScriptedGateway().script('check', NO_REPLY));
    await lab.run(async () => {
      await lab.sellUntil('the check', ({ state }) => state === 'checking');
      await lab.terminate();
      await lab.reset();
      await lab.result();
      expect((await lab.sweep()).opened).toEqual([]);
      expect(await lab.closed.unsettled()).toBe(0);
    });
  });

  it('is not refunded by a case that was opened before', async () => {
    const lab = stuckInCharge();
    await cutOffInCharge(lab, async (id) => {
      await lab.reset();
      await lab.result();
      expect(await lab.decide(id, 'refund')).toEqual({
        kind: 'not_applied',
        because: 'the purchase is over in a newer run, which told its channel itself: close the case',
      });
      expect(await lab.decide(id, 'reject')).toEqual({ kind: 'applied' });
    });
    expect(lab.notices).toEqual([]);
  });
});

describe('the schedule of the sweep', () => {
  const handle = () => server.client.schedule.getHandle(CLOSED_PURCHASES_SCHEDULE);
  const keep = (every: SweepSettings['every']) =>
    keepSweepSchedule(server.client, { every, taskQueue: TASK_QUEUE });
  const interval = async () => (await handle().describe()).spec.intervals?.[0]?.every;

  it('is made, kept as it is, changed and taken away as the settings say, and stays paused', async () => {
    await keep(300_000);
    await handle().pause('for a test');
    const { info, action } = await handle().describe();
    expect(action.workflowExecutionTimeout).toBe(3 * 60 * 60 * 1000); // one that is held up ends, and the next begins
    await keep(300_000);
    expect((await handle().describe()).info.lastUpdatedAt).toEqual(info.lastUpdatedAt);
    await keep(600_000);
    expect(await interval()).toBe(600_000);
    expect((await handle().describe()).state.paused).toBe(true);
    await keep('off');
    await keep('off');
    await expect(handle().describe()).rejects.toThrow(ScheduleNotFoundError);
  });

  it('keeps no key from being shredded, since it holds nothing that is encrypted', async () => {
    await keep(3_600_000);
    const { schedules } = await keyUsage(
      server.client,
      { id: 'key', madeAt: new Date(0), retiredAt: new Date() },
      new Set(),
    );
    expect(schedules).toEqual([]);
    await keep('off');
  });

  it('has the sweep run', async () => {
    const lab = stuckInCharge();
    await lab.run(async () => {
      await keep(3_600_000);
      await handle().trigger();
      const action = await eventually('a sweep', async () => {
        const { recentActions } = (await handle().describe()).info;
        return recentActions.at(-1)?.action;
      });
      const sweep = server.client.workflow.getHandle(action?.workflow.workflowId ?? '');
      expect(await sweep.result()).toMatchObject({ notOpened: [] });
      await keep('off');
    });
  });
});

describe('a purchase that somebody without a key completed, with no result', () => {
  it('is told by its history, needs a person, and gets its case', async () => {
    const lab = stuckInCharge();
    await lab.submitUnattended();
    await completeByHand(server.client, { workflowId: lab.handle().workflowId, taskQueue: TASK_QUEUE });
    await lab.untilIndexed('Completed');
    expect(await lab.find()).toMatchObject({
      state: 'accepted',
      outcome: null,
      attention: { reason: 'workflow_closed', detail: 'The workflow is completed, though it was not done.' },
    });
    await lab.run(async () => {
      const id = await lab.sweptCase();
      const opened = await lab.untilCase(id, ({ state }) => state === 'open');
      expect(opened.card.evidence).toMatchObject({ status: 'COMPLETED', state: 'accepted' });
      await lab.closeCase(id);
    });
  });
});

describe('a workflow that somebody without a key gave the id of a purchase that was terminated', () => {
  it.each([
    ['another type', 'x', 'nobodys'],
    ['another task queue', 'purchase', 'nobodys'],
    ['no input', 'purchase', TASK_QUEUE],
  ])(
    'is no purchase that goes on: the refund waits until it is away, given %s',
    async (_, type, taskQueue) => {
      const lab = stuckInCharge();
      await cutOffInCharge(lab, async (id) => {
        lab.gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
        lab.gateway.answerInquiries({ kind: 'refused', refusal: 'insufficient_balance' }, 'charge');
        const { workflowId } = lab.handle();
        const startDelay = '1 hour'; // our worker ends what has no order at once
        const foreign = await server.client.workflow.start(type, { workflowId, taskQueue, startDelay });
        const because = expect.stringContaining(
          `temporal workflow terminate --workflow-id ${workflowId}`,
        ) as string;
        expect(await lab.decide(id, 'refund')).toEqual({ kind: 'not_applied', because });
        await foreign.terminate();
        expect(await lab.decide(id, 'refund')).toEqual({ kind: 'applied' });
        await server.client.workflow.getHandle(id).result();
      });
    },
  );
});

describe('a workflow that somebody without a key gave the id of a case', () => {
  it('is no case: its purchase goes on to need a person, and the sweep says what is in the way', async () => {
    const lab = stuckInCharge();
    await lab.run(async () => {
      await lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await lab.terminate();
    });
    const [found] = await lab.closed.withoutCase(100);
    if (!found) throw new Error('the purchase was not found');
    const taskQueue = `${TASK_QUEUE}-of-somebody`;
    const workflowId = caseOf(found);
    await server.client.workflow.start('case', { workflowId, taskQueue });
    await completeByHand(server.client, { workflowId, taskQueue });
    await eventually('the case in the index', async () => {
      const { count } = await server.client.workflow.count(`WorkflowId = '${workflowId}'`);
      return count > 0 ? true : undefined;
    });
    expect(await lab.closed.unsettled()).toBe(1);
    const { notOpened } = await lab.run(() => lab.sweep());
    expect(notOpened).toMatchObject([{ why: expect.stringContaining(workflowId) as string }]);
    await server.client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => undefined);
  });
});

describe('a case that somebody without a key completed', () => {
  it('hides its purchase no more than one that they started', async () => {
    const lab = stuckInCharge();
    const { id } = await lab.run(async () => {
      await lab.sellUntil('the charge', ({ state }) => state === 'charging');
      await lab.terminate();
      lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
      return { id: await lab.sweptCase() };
    });
    await server.client.workflow.getHandle(id).signal('anything'); // gives it a task
    await completeByHand(server.client, { workflowId: id, taskQueue: TASK_QUEUE });
    await eventually('the case in the index', async () => {
      const found = await lab.closed.withoutCase(100);
      return found.find(({ purchaseId }) => purchaseId === lab.order.purchaseId);
    });
  });
});
