import { recordHistory } from '../support/histories';
import { ATTEMPT_POLICY, POLICY } from '../support/orders';
import { purchaseLabs, stepsOf } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const NO_REPLY = { kind: 'unknown', detail: 'no reply within 10 s' } as const;

const aLab = purchaseLabs();

const CALL_BY_CALL = { how: 'made by itself', policy: POLICY, recorded: '' };
const TOGETHER = { how: 'attempted with the other', policy: ATTEMPT_POLICY, recorded: 'sale-attempt-' };

describe.each([
  { call: 'register', transaction: 'registration', ...CALL_BY_CALL },
  { call: 'charge', transaction: 'charge', ...CALL_BY_CALL },
  { call: 'register', transaction: 'registration', ...TOGETHER },
  { call: 'charge', transaction: 'charge', ...TOGETHER },
] as const)('a $call, $how, whose reply is lost', ({ call, transaction, policy, recorded }) => {
  it('after the effect: MobiFone is asked, says it was done, and nothing is sent again', async () => {
    const gateway = new ScriptedGateway().script(call, NO_REPLY).script('inquiry', { kind: 'done' });
    const lab = aLab(gateway, policy);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('succeeded');
    expect(gateway.calls.filter((it) => it === call)).toHaveLength(1);
    expect(gateway.calls).toContain(`inquiry:${transaction}`);
    expect(purchase.steps.find(({ step }) => step === call)?.settledBy).toBe('inquiry');
    await recordHistory(`${recorded}${call}-reply-lost-after-effect`, lab.handle());
  });

  it('before the effect: MobiFone is asked, never received it, and it is sent again under the same id', async () => {
    const gateway = new ScriptedGateway()
      .script(call, NO_REPLY)
      .script('inquiry', { kind: 'never_received' });
    const lab = aLab(gateway, policy);

    expect((await lab.sell()).outcome).toBe('succeeded');

    const sent = gateway.received.filter((received) => received.call === call);
    expect(sent.map((received) => received.transaction)).toEqual([transaction, transaction]);
    await recordHistory(`${recorded}${call}-reply-lost-before-effect`, lab.handle());
  });

  it('and is still being processed: MobiFone is asked until it is done, and nothing is sent meanwhile', async () => {
    const gateway = new ScriptedGateway().script(call, NO_REPLY);
    for (let asked = 0; asked < 5; asked += 1) gateway.script('inquiry', { kind: 'processing' });
    gateway.script('inquiry', { kind: 'done' });
    const lab = aLab(gateway, policy);

    expect((await lab.sell()).outcome).toBe('succeeded');

    expect(gateway.calls.filter((it) => it === call)).toHaveLength(1);
    expect(gateway.calls.filter((it) => it === `inquiry:${transaction}`)).toHaveLength(6);
  });

  it('and inquiries fail too: MobiFone is asked again and again, and the command is not sent blindly', async () => {
    const gateway = new ScriptedGateway().script(call, NO_REPLY);
    for (let asked = 0; asked < 4; asked += 1) gateway.script('inquiry', NO_REPLY);
    gateway.script('inquiry', { kind: 'done' });
    const lab = aLab(gateway, policy);

    expect((await lab.sell()).outcome).toBe('succeeded');

    expect(gateway.calls.filter((it) => it === call)).toHaveLength(1);
  });

  it('and was refused: the refusal that the inquiry tells is the outcome', async () => {
    const gateway = new ScriptedGateway()
      .script(call, NO_REPLY)
      .script('inquiry', { kind: 'refused', refusal: 'registration_refused' });
    const lab = aLab(gateway, policy);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe(call === 'register' ? 'rejected' : 'rolled_back');
    expect(purchase.reason).toBe('registration_refused');
    await recordHistory(`${recorded}${call}-reply-lost-was-refused`, lab.handle());
  });
});

describe.each([
  { call: 'register', transaction: 'registration' },
  { call: 'charge', transaction: 'charge' },
  { call: 'rollback', transaction: 'rollback' },
  { call: 'sms', transaction: 'sms-success' },
] as const)('a $call that stays without an answer for longer than patience', ({ call, transaction }) => {
  it('is asked about in the next round as well, before it is sent again', async () => {
    const lab = aLab();
    if (call === 'rollback') lab.gateway.script('charge', { kind: 'refused', refusal: 'charging_barred' });
    lab.gateway.script(call, ...(call === 'sms' ? [NO_REPLY, NO_REPLY] : [NO_REPLY]));
    lab.gateway.answerInquiries(NO_REPLY, transaction);
    await lab.submitted(async () => {
      await lab.until(({ attention }) => attention !== null);
      lab.gateway.answerInquiries({ kind: 'never_received' }, transaction);
      const { outcome } = await lab.result();
      expect(outcome).toBe(call === 'rollback' ? 'rolled_back' : 'succeeded');
    });
    const sent = lab.gateway.received.filter((received) => received.transaction === transaction);
    expect(sent.at(-1)?.call).toBe(call);
    expect(sent.at(-2)?.call).toBe('inquiry');
  });
});

describe('an order that was sold before Temporal forgot it, and whose registration is found by asking', () => {
  it.each([
    ['its reply was lost', NO_REPLY],
    ['it was refused as a duplicate', { kind: 'refused', refusal: 'duplicate_order' } as const],
  ])('has its charge asked about before it is sent: %s', async (_, answer) => {
    const gateway = new ScriptedGateway().script('register', answer).answerInquiries({ kind: 'done' });
    const purchase = await aLab(gateway).sell();
    expect(purchase.outcome).toBe('succeeded');
    expect(gateway.calls).toContain('inquiry:charge');
    expect(gateway.calls).not.toContain('charge');
  });

  it('has it sent at once where MobiFone does not know it: nothing was sent since an inquiry could lag', async () => {
    const gateway = new ScriptedGateway()
      .script('register', NO_REPLY)
      .answerInquiries({ kind: 'done' }, 'registration')
      .answerInquiries({ kind: 'never_received' }, 'charge');
    const purchase = await aLab(gateway).sell();
    expect(purchase.outcome).toBe('succeeded');
    const about = gateway.calls.filter((call) => call.endsWith('charge'));
    expect(about).toEqual(['inquiry:charge', 'charge']);
  });
});

describe('a command that MobiFone did not take', () => {
  it('is sent again under the same id, later when MobiFone asks for patience', async () => {
    const gateway = new ScriptedGateway().script(
      'charge',
      { kind: 'retry_later', detail: 'busy' },
      { kind: 'retry_later', detail: '429', retryAfterMs: 90_000 },
    );
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('succeeded');
    const charge = purchase.steps.find(({ step }) => step === 'charge');
    const waited = Date.parse(charge?.endedAt ?? '') - Date.parse(charge?.startedAt ?? '');
    expect(waited).toBeGreaterThanOrEqual(91_000);
    await recordHistory('charge-not-taken-at-first', lab.handle());
  });
});

describe('a call tried inside the workflow task that MobiFone answers with a 429', () => {
  it.each(['check', 'sms'] as const)('%s: is not sent again before the time that it named', async (call) => {
    const gateway = new ScriptedGateway().script(call, {
      kind: 'retry_later',
      detail: 'HTTP 429',
      retryAfterMs: 90_000,
    });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('succeeded');
    const waited = purchase.steps.map(
      ({ startedAt, endedAt }) => Date.parse(endedAt ?? '') - Date.parse(startedAt),
    );
    expect(waited.filter((pause) => pause >= 90_000)).toHaveLength(1);
    await recordHistory(`${call}-asked-for-patience`, lab.handle());
  });
});

describe('a charge refused after its first try was in doubt', () => {
  it('rolls back, and asks once more later whether something landed; nothing did', async () => {
    const gateway = new ScriptedGateway().script('charge', NO_REPLY, {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('rolled_back');
    expect(stepsOf(purchase)).toContain('late_effect_check done');
    expect(gateway.calls.filter((it) => it === 'rollback')).toHaveLength(1);
    await recordHistory('rolled-back-in-doubt', lab.handle());
  });

  it('rolls back a second time, under another id, what did land after the rollback', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', NO_REPLY, { kind: 'refused', refusal: 'insufficient_balance' })
      .script('inquiry', { kind: 'never_received' }, { kind: 'rolled_back' }, { kind: 'done' });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase.outcome).toBe('rolled_back');
    const rollbacks = gateway.received.filter(({ call }) => call === 'rollback');
    expect(rollbacks.map(({ transaction }) => transaction)).toEqual(['rollback', 'rollback-2']);
    expect(lab.notices).toHaveLength(1);
    await recordHistory('late-effect-undone', lab.handle());
  });
});

describe('an answer that breaks the contract', () => {
  it('calls for attention, is settled by asking, and the attention is over once it is', async () => {
    const gateway = new ScriptedGateway()
      .script('charge', { kind: 'broken_contract', detail: 'the reply is for another transaction' })
      .script('inquiry', { kind: 'done' });
    const lab = aLab(gateway);

    const purchase = await lab.sell();

    expect(purchase).toMatchObject({ outcome: 'succeeded', attention: null });
    expect(gateway.calls.filter((it) => it === 'charge')).toHaveLength(1);
    const { events } = await lab.handle().fetchHistory();
    const upserts = JSON.stringify(
      events?.map((event) =>
        Object.keys(
          event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields ?? {},
        ),
      ),
    );
    expect(upserts).toContain('NeedsAttention');
    await recordHistory('charge-broke-the-contract', lab.handle());
  });
});
