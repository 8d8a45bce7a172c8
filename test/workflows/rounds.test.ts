import { recordHistory } from '../support/histories';
import { ATTEMPT_POLICY, OFF_THE_SECOND_MS, POLICY } from '../support/orders';
import { type PurchaseLab, purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';
import { longestPauseMs } from '../../workflows/rounds';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;
const BROKEN = { kind: 'broken_contract', detail: 'not of the contract' } as const;
const HOUR_MS = 3_600_000;
const ASKS_FOR_AN_HOUR = { kind: 'retry_later', detail: 'HTTP 429', retryAfterMs: HOUR_MS } as const;
/** Of an operator in a hurry. */
const IMPATIENT = { ...POLICY, patience: 60_000 + OFF_THE_SECOND_MS };

const aLab = purchaseLabs();

async function eventsOf(lab: PurchaseLab): Promise<number> {
  return (await lab.handle().describe()).historyLength;
}

describe('a wait that is asked for and is longer than patience', () => {
  it('by MobiFone is kept over the rounds: a day of it costs some thirty requests, and events in proportion', async () => {
    const gateway = new ScriptedGateway();
    const refuseToTalk = Array.from({ length: 500 }, () => ASKS_FOR_AN_HOUR);
    gateway.script('register', ...refuseToTalk).answerInquiries(ASKS_FOR_AN_HOUR);
    const lab = aLab(gateway, IMPATIENT);
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.environment.sleep('24 hours');
      expect(gateway.calls.length).toBeLessThan(40);
      expect(await eventsOf(lab)).toBeLessThan(600);
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });

  it('by the channel’s webhook is kept as well', async () => {
    const gateway = new ScriptedGateway().script('check', {
      kind: 'refused',
      refusal: 'subscriber_not_found',
    });
    const lab = aLab(gateway, IMPATIENT);
    let deliveries = 0;
    let open = false;
    lab.deliver = async () => {
      deliveries += 1;
      return open ? { kind: 'delivered' } : { kind: 'retry', detail: 'HTTP 503', retryAfterMs: HOUR_MS };
    };
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.environment.sleep('12 hours');
      expect(deliveries).toBeLessThan(16);
      open = true;
      expect((await lab.result()).outcome).toBe('rejected');
    });
  });
});

describe('a refusal that is not confirmed when its round is over', () => {
  it.each([
    ['made by itself', IMPATIENT],
    ['attempted with the registration', { ...IMPATIENT, saleAttemptLimit: 20_000 }],
  ])('is remembered: the charge, %s, is not sent again', async (_, policy) => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'insufficient_balance' })
      .answerInquiries({ kind: 'never_received' }, 'charge');
    const lab = aLab(gateway, { ...policy, patience: 20_000 + OFF_THE_SECOND_MS });
    const purchase = await lab.sell();
    expect(purchase).toMatchObject({ outcome: 'rolled_back', reason: 'insufficient_balance' });
    expect(gateway.calls.filter((call) => call === 'charge')).toHaveLength(1);
  });
});

describe('a charge that MobiFone answered for another amount', () => {
  it.each([
    ['made by itself', POLICY],
    ['attempted with the registration', ATTEMPT_POLICY],
  ])('%s, needs attention until an inquiry tells the right one', async (_, policy) => {
    const gateway = new ScriptedGateway()
      .script('charge', { ...BROKEN, disputed: 'amount' })
      .answerInquiries({ kind: 'done' }, 'charge');
    const lab = aLab(gateway, policy);
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.environment.sleep('3 hours');
      expect(await lab.find()).toMatchObject({
        outcome: null,
        attention: { reason: 'broken_contract' },
      });
      gateway.answerInquiries({ kind: 'done', amount: 90_000 }, 'charge');
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});

describe('settings under which each round is over at once', () => {
  it('do not make rounds hot: an hour of silence costs hundreds of requests, not thousands', async () => {
    const gateway = new ScriptedGateway();
    gateway.script('charge', NO_REPLY).answerInquiries(NO_REPLY);
    const lab = aLab(gateway, {
      ...POLICY,
      retryInitialInterval: 10,
      retryMaximumInterval: 20,
      patience: 100 + OFF_THE_SECOND_MS,
    });
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.environment.sleep('1 hour');
      expect(gateway.calls.length).toBeLessThan(700);
      expect(await eventsOf(lab)).toBeLessThan(600);
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});

describe('settings under which Temporal tries again at once', () => {
  it('do not make a round hot: it is over after some attempts, and the next one waits', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY);
    const lab = aLab(gateway, {
      ...POLICY,
      retryInitialInterval: 10,
      retryMaximumInterval: 10,
    });
    await lab.submitted(async () => {
      await lab.environment.sleep('10 minutes');
      expect(gateway.calls.length).toBeLessThan(400);
      gateway.answerInquiries({ kind: 'done' });
      expect((await lab.result()).outcome).toBe('succeeded');
    });
  });
});

describe('a charge that MobiFone turns away for weeks, while it answers every inquiry', () => {
  const TURNED_AWAY = { kind: 'retry_later', detail: 'HTTP 429' } as const;
  const gateway = () =>
    new ScriptedGateway().script('charge', ...Array.from({ length: 500 }, () => TURNED_AWAY));

  it('calls a person within the hour, however long a round may take', async () => {
    const lab = aLab(gateway(), { ...POLICY, patience: 30 * 86_400_000 });
    await lab.submitted(async () => {
      const { attention, order } = await lab.untilAttention();
      const waitedMs = Date.parse(attention?.since ?? '') - Date.parse(order.acceptedAt);
      expect(waitedMs).toBeLessThan(3_600_000);
      await lab.operatorDecides('give_up');
      await lab.result();
    });
  });

  it('counts each of them as a round, so that no run has more events than its rounds', async () => {
    const lab = aLab(gateway(), { ...POLICY, patience: 30 * 86_400_000, roundsOfARun: 20 });
    await lab.submitted(async () => {
      const { runId: first } = await lab.handle().describe();
      while ((await lab.handle().describe()).runId === first) await lab.environment.sleep('10 minutes');
      const { events } = await lab.client.workflow.getHandle(lab.handle().workflowId, first).fetchHistory();
      expect(events?.length).toBeLessThan(400);
      await lab.untilAttention();
      await lab.operatorDecides('give_up');
      await lab.result();
    });
  });
});

describe('answers that break the contract for hours', () => {
  it('cost a few rounds, and the purchase is over minutes after MobiFone answers as agreed', async () => {
    const gateway = new ScriptedGateway().script('charge', BROKEN).answerInquiries(BROKEN);
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      expect((await lab.untilAttention()).attention?.reason).toBe('broken_contract');
      await lab.environment.sleep('10 hours');
      expect(await eventsOf(lab)).toBeLessThan(200);
      gateway.answerInquiries({ kind: 'done' });
      await lab.environment.sleep('6 minutes');
      expect(await lab.find()).toMatchObject({
        outcome: 'succeeded',
        attention: null,
      });
    });
  });
});

describe('a registration in doubt that is refused at last', () => {
  it('is watched, and what lands after all is rolled back', async () => {
    const gateway = new ScriptedGateway().script('register', NO_REPLY, {
      kind: 'refused',
      refusal: 'subscriber_suspended',
    });
    gateway.answerInquiries({ kind: 'never_received' }, 'registration');
    const lab = aLab(gateway);
    await lab.submitted(async () => {
      await lab.until(({ outcome }) => outcome === 'rejected');
      gateway.answerInquiries({ kind: 'done' }, 'registration');
      const purchase = await lab.result();
      expect(stepsOf(purchase)).toEqual(
        expect.arrayContaining(['register refused', 'late_effect_check done', 'rollback done']),
      );
      expect(lab.notices).toHaveLength(1);
      await recordHistory('rejected-in-doubt-landed-late', lab.handle());
    });
  });
});

describe('a rollback that MobiFone refuses once', () => {
  it('is ordered again under an id of its own, since a refusal may stick to the first', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', { kind: 'refused', refusal: 'registration_refused' });
    const lab = aLab(gateway);
    const purchase = await lab.sell();
    expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks.map(({ transaction }) => transaction)).toEqual(['rollback', 'rollback-2']);
    await recordHistory('rollback-refused-once', lab.handle());
  });

  it('whose registration is gone has nothing left to undo', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', { kind: 'refused', refusal: 'duplicate_order' });
    gateway.answerInquiries({ kind: 'rolled_back' }, 'registration');
    const lab = aLab(gateway);
    expect((await lab.sell()).outcome).toBe('rolled_back');
    expect(gateway.calls.filter((call) => call === 'rollback')).toHaveLength(1);
  });
});

describe('a purchase that waits until its history is long', () => {
  it('continues as a new run with all that it knew, and comes out as one purchase', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY).answerInquiries(NO_REPLY);
    const lab = aLab(gateway, { ...IMPATIENT, roundsOfARun: 5 });
    await lab.submitted(async () => {
      const { runId: first } = await lab.handle().describe();
      await lab.untilAttention();
      await lab.environment.sleep('20 hours');
      const waiting = await lab.handle().describe();
      expect(waiting.runId).not.toBe(first);
      expect(waiting.historyLength).toBeLessThan(100);
      gateway.answerInquiries({ kind: 'done' });
      const purchase = await lab.result();
      expect(purchase).toMatchObject({ outcome: 'succeeded', attention: null });
      expect(stepsOf(purchase)).toEqual([
        'check done',
        'register done',
        'charge done',
        'transaction_message done',
        'success_message done',
      ]);
      expect(gateway.calls.filter((call) => call === 'register' || call === 'charge')).toHaveLength(2);
      const states = purchase.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
      expect(states).toEqual(['accepted', 'checking', 'registering', 'charging', 'succeeded']);
      await recordHistory('continued-as-new', lab.handle());
    });
  });

  it('keeps a stuck rollback and a stuck refund notice apart, each going on', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'refused', refusal: 'charging_barred' })
      .script('rollback', NO_REPLY);
    gateway.answerInquiries(NO_REPLY, 'rollback');
    const lab = aLab(gateway, { ...IMPATIENT, roundsOfARun: 5 });
    let open = false;
    const { deliver } = lab;
    lab.deliver = (...delivery) =>
      open ? deliver(...delivery) : Promise.resolve({ kind: 'retry', detail: 'HTTP 500' });
    await lab.submitted(async () => {
      await lab.untilAttention();
      await lab.environment.sleep('20 hours');
      open = true;
      gateway.answerInquiries({ kind: 'done' }, 'rollback');
      const purchase = await lab.result();
      expect(purchase).toMatchObject({ outcome: 'rolled_back', attention: null });
      expect(
        stepsOf(purchase)
          .filter((step) => /^(rollback|refund_notice)/.test(step))
          .toSorted(),
      ).toEqual(['refund_notice done', 'rollback done']);
      expect(lab.notices).toHaveLength(1);
    });
  });
});

describe('a case that asks MobiFone in vain', () => {
  it('has a history below Temporal’s limit after twenty years, and waits a 288th of the time at most', () => {
    const eventsOfARound = 11;
    let [rounds, ms] = [0, 0];
    for (; ms < 20 * 365 * 86_400_000; rounds += 1) {
      expect(longestPauseMs(rounds)).toBeLessThanOrEqual(Math.max(300_000, ms / 285));
      ms += longestPauseMs(rounds);
    }
    expect(rounds * eventsOfARound).toBeLessThan(40_000);
  });
});
