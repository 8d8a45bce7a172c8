import { defaultPayloadConverter } from '@temporalio/common';
import { refundNoticeId } from '../../domain/identifiers';
import type { Notice, RefundNotice } from '../../domain/notice/notice';
import { CANCEL_UPDATE, PURCHASE_WORKFLOW, type CancelRequest } from '../../domain/purchase/protocol';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { CarriedPurchase } from '../../workflows/purchase/carried';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { anOrder, OFF_THE_SECOND_MS, POLICY } from '../support/orders';
import { PurchaseLab, purchaseLabs, stepsOf, TASK_QUEUE } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const NO_MONEY = { kind: 'refused', refusal: 'insufficient_balance' } as const;
const SUSPENDED = { kind: 'refused', refusal: 'subscriber_suspended' } as const;
const NOT_UNDONE = { kind: 'refused', refusal: 'registration_refused' } as const;
const DOWN = { kind: 'retry', detail: 'HTTP 503' } as const;
/** Rounds of a minute at first, a run of them within hours. */
const SHORT_RUNS: PurchasePolicy = { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS, roundsOfARun: 5 };
/** How often MobiFone refuses a rollback: several runs long. */
const REFUSALS = 20;

const aLab = purchaseLabs();

const refusals = () => Array.from({ length: REFUSALS }, () => NOT_UNDONE);
const rollbacksOf = ({ gateway }: PurchaseLab) =>
  gateway.received.filter(({ call }) => call === 'rollback').map(({ transaction }) => transaction);
const runOf = async (lab: PurchaseLab) => (await lab.handle().describe()).runId;
const untilNextRun = async (lab: PurchaseLab) => {
  const first = await runOf(lab);
  while ((await runOf(lab)) === first) await lab.environment.sleep('10 minutes');
};

/** Rolled back, or rejected, after doubt; what was in doubt landed, and MobiFone refuses for hours to undo it. */
const LANDED_LATE = [
  {
    outcome: 'rolled_back',
    gateway: () =>
      new ScriptedGateway()
        .script('charge', NO_REPLY, NO_MONEY)
        .script('rollback', { kind: 'done' }, ...refusals()),
    rollbacks: REFUSALS + 2,
  },
  {
    outcome: 'rejected',
    gateway: () =>
      new ScriptedGateway()
        .script('register', NO_REPLY, SUSPENDED)
        .script('rollback', ...refusals())
        .answerInquiries({ kind: 'never_received' }, 'registration'),
    rollbacks: REFUSALS + 1,
  },
] as const;

async function untilItLands(lab: PurchaseLab): Promise<void> {
  await lab.until((purchase) => stepsOf(purchase).includes('late_effect_check running'));
  lab.gateway.answerInquiries({ kind: 'done' }, 'registration');
}

describe('a late effect that MobiFone refuses to undo until the history is long', () => {
  it.each(LANDED_LATE)(
    'is undone in a later run, however often the purchase continued: $outcome',
    async ({ outcome, gateway, rollbacks }) => {
      const lab = aLab(gateway(), SHORT_RUNS);
      await lab.submitted(async () => {
        const first = await runOf(lab);
        await untilItLands(lab);
        const purchase = await lab.result();
        expect(await runOf(lab)).not.toBe(first);
        expect(purchase).toMatchObject({ outcome, attention: null });
        expect(stepsOf(purchase)).not.toContain('rollback running');
        await recordHistory(`landed-late-over-runs-${outcome}`, lab.handle());
      });
      expect(rollbacksOf(lab)).toHaveLength(rollbacks);
      expect(new Set(rollbacksOf(lab)).size).toBe(rollbacks);
      expect(lab.notices).toHaveLength(1);
    },
  );

  it.each(LANDED_LATE)(
    'is undone as well where the run before carried nothing of what was found: $outcome',
    async ({ outcome, gateway }) => {
      const lab = aLab(gateway(), SHORT_RUNS);
      await lab.submitted(async () => {
        await untilItLands(lab);
        await lab.until(({ attention }) => attention?.reason === 'late_effect');
        await continueAsOlder(lab);
        const purchase = await lab.result();
        expect(purchase).toMatchObject({ outcome, attention: null });
        expect(stepsOf(purchase)).not.toContain('rollback running');
      });
    },
  );

  it('is undone once more where a person had said that it was, and MobiFone says later that it was not', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', NO_MONEY)
      .script('rollback', NO_REPLY)
      .answerInquiries(NO_REPLY, 'rollback');
    const lab = aLab(gateway, SHORT_RUNS);
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries(NO_REPLY, 'registration');
      expect(await lab.operatorDecides('rollback_done_by_hand')).toMatchObject({ kind: 'applied' });
      const first = await runOf(lab);
      gateway.script('rollback', ...refusals()).answerInquiries({ kind: 'done' }, 'registration');
      const purchase = await lab.result();
      expect(await runOf(lab)).not.toBe(first);
      expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
      expect(stepsOf(purchase)).not.toContain('rollback running');
    });
    expect(rollbacksOf(lab)).toHaveLength(REFUSALS + 2);
  });
});

/** Ends the run, and starts the next as it began when a run carried no answer of a question to MobiFone. */
async function continueAsOlder(lab: PurchaseLab): Promise<void> {
  const isContinued = async () => {
    const { events } = await lab.handle().fetchHistory();
    const [, , input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const carried = input && defaultPayloadConverter.fromPayload<CarriedPurchase>(input);
    return carried && stepsOf(carried.purchase).includes('rollback running') ? carried : undefined;
  };
  let carried = await isContinued();
  while (!carried) {
    await lab.environment.sleep('5 minutes');
    carried = await isContinued();
  }
  await lab.handle().terminate();
  const results = Object.fromEntries(
    Object.entries(carried.results).map(([key, result]) => [
      key,
      result.kind === 'done' ? { kind: 'done' as const } : result,
    ]),
  );
  await lab.client.workflow.start(PURCHASE_WORKFLOW, {
    workflowId: lab.handle().workflowId,
    taskQueue: TASK_QUEUE,
    args: [lab.order, lab.policy, { ...carried, results }],
  });
}

describe('a purchase that was stopped before anything was sent, and whose webhook is down until its history is long', () => {
  const expectRefunded = async (lab: PurchaseLab, setOpen: () => void, outcome: string) => {
    await untilNextRun(lab);
    setOpen();
    expect(await lab.result()).toMatchObject({ outcome, attention: null });
    expect(rollbacksOf(lab)).toEqual([]);
    expect(lab.notices).toHaveLength(1);
  };

  it.each(['postpaid', 'prepaid'] as const)(
    'has its refund notice delivered when it is up: cancelled, %s',
    async (paymentForm) => {
      const lab = aLab(new ScriptedGateway(), SHORT_RUNS, anOrder({ paymentForm }));
      const { deliver } = lab;
      lab.deliver = () => Promise.resolve(DOWN);
      await lab.submitUnattended();
      const request: CancelRequest = { refusal: 'cancelled_by_channel', by: lab.order.channel, why: 'twice' };
      const cancelled = lab
        .handle()
        .executeUpdate(CANCEL_UPDATE, { args: [request], updateId: CANCEL_UPDATE });
      await lab.run(async () => {
        await cancelled;
        await expectRefunded(lab, () => (lab.deliver = deliver), 'cancelled');
        await recordHistory(`stopped-unsent-over-runs-${paymentForm}`, lab.handle());
      });
    },
  );

  it('has its refund notice delivered when it is up: given up', async () => {
    const lab = aLab(new ScriptedGateway(), SHORT_RUNS);
    const held = lab.gateway.hold('check');
    const { deliver } = lab;
    lab.deliver = () => Promise.resolve(DOWN);
    await lab.submitted(async () => {
      await held.arrived;
      await lab.operatorDecides('give_up');
      held.release({ kind: 'done' });
      await expectRefunded(lab, () => (lab.deliver = deliver), 'given_up');
    });
  });
});

describe('a decision about a step that waits for the next run, because another has a call in flight', () => {
  /** Refuses the rollback, and takes no notice before it is released. */
  const stuckTwice = () => {
    const gateway = new ScriptedGateway().script('charge', NO_MONEY).script('rollback', NOT_UNDONE);
    const lab = aLab(gateway, { ...POLICY, attemptTimeout: 3_600_000, roundsOfARun: 1 });
    const { deliver } = lab;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    lab.deliver = async (...delivery) => {
      await released;
      return deliver(...delivery);
    };
    return { gateway, lab, release };
  };
  const untilRollbackWaits = (lab: PurchaseLab) =>
    eventually('the end of the pause after the refused rollback', async () => {
      const { events = [] } = await lab.handle().fetchHistory();
      const fired = (events ?? []).findIndex((event) => event.timerFiredEventAttributes);
      const taken = (events ?? []).slice(fired).some((event) => event.workflowTaskCompletedEventAttributes);
      return (fired > 0 && taken) || undefined;
    });

  it('is done at once: the rollback by hand', async () => {
    const { gateway, lab, release } = stuckTwice();
    await lab.submitted(async () => {
      await untilRollbackWaits(lab);
      gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
      expect(await lab.operatorDecides('rollback_done_by_hand')).toEqual({ kind: 'applied' });
      release();
      expect((await lab.result()).outcome).toBe('rolled_back');
      await recordHistory('decided-while-it-waited-for-the-next-run', lab.handle());
    });
    expect(rollbacksOf(lab)).toEqual(['rollback']);
    expect(lab.notices).toHaveLength(1);
  });

  it('is done at once: to try again', async () => {
    const { lab, release } = stuckTwice();
    await lab.submitted(async () => {
      await untilRollbackWaits(lab);
      expect(await lab.operatorDecides('retry_now')).toEqual({ kind: 'applied' });
      release();
      expect((await lab.result()).outcome).toBe('rolled_back');
    });
    expect(rollbacksOf(lab)).toEqual(['rollback', 'rollback-2']);
    expect(lab.notices.length).toBeGreaterThanOrEqual(1);
    expect(new Set(lab.notices.map(({ id }) => id)).size).toBe(1);
  });
});

/** A run after one that was ended from outside while it told its channel of a refusal. */
class LaterRunLab extends PurchaseLab {
  earlierNotice(): RefundNotice {
    const { purchaseId, externalId, faceValue, acceptedAt } = this.order;
    return {
      id: refundNoticeId(purchaseId),
      purchaseId,
      externalId,
      outcome: 'rejected',
      refusal: 'subscriber_suspended',
      amount: faceValue,
      occurredAt: acceptedAt,
    };
  }

  protected override get earlierRuns() {
    return {
      decision: () =>
        Promise.resolve({
          kind: 'undoing',
          outcome: 'rejected',
          refusal: 'subscriber_suspended',
          refund: this.earlierNotice(),
        } as const),
      hasOthers: () => Promise.resolve(true),
      refundedByCase: () => Promise.resolve(false),
    };
  }
}

describe('a refund notice of an earlier run that is repeated until the history is long', () => {
  it('stays the same to the byte, and the subscriber gets the message of the refusal', async () => {
    const lab = new LaterRunLab(aLab().environment, new ScriptedGateway(), SHORT_RUNS);
    lab.acceptedAgoMs = 3_600_000;
    const told: Notice[] = [];
    let isUp = false;
    lab.deliver = (_, notice) => {
      told.push(notice);
      return Promise.resolve(isUp ? { kind: 'delivered' } : DOWN);
    };
    await lab.submitted(async () => {
      await untilNextRun(lab);
      isUp = true;
      const purchase = await lab.result();
      expect(purchase.outcome).toBe('rejected');
      expect(stepsOf(purchase)).toContain('rejection_message done');
    });
    expect(new Set(told.map((notice) => JSON.stringify(notice)))).toEqual(
      new Set([JSON.stringify(lab.earlierNotice())]),
    );
  });
});

describe('a registration that stands, found by the late-effect watch and by the confirmation of a decision', () => {
  it('is rolled back by one command at a time, each under an id of its own', async () => {
    const gateway = new ScriptedGateway()
      .script('register', NO_REPLY)
      .script('charge', NO_MONEY)
      .script('rollback', NO_REPLY)
      .answerInquiries(NO_REPLY, 'rollback');
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      await lab.untilAttention();
      gateway.answerInquiries(NO_REPLY, 'registration');
      await lab.operatorDecides('rollback_done_by_hand');
      gateway.script('rollback', ...refusals()).answerInquiries({ kind: 'done' }, 'registration');
      const purchase = await lab.until((at) => {
        const steps = stepsOf(at);
        return steps.includes('late_effect_check done') && steps.includes('decision_check done');
      });
      expect(stepsOf(purchase).filter((step) => step === 'rollback running')).toHaveLength(1);
      const ended = await lab.result();
      expect(ended).toMatchObject({ outcome: 'rolled_back', attention: null });
      expect(stepsOf(ended).filter((step) => step.startsWith('rollback '))).toEqual([
        'rollback done',
        'rollback done',
        'rollback done',
      ]);
      await recordHistory('rolled-back-in-turn', lab.handle());
    });
    expect(new Set(rollbacksOf(lab)).size).toBe(rollbacksOf(lab).length);
  });
});
