import { transactionId, type PurchaseId } from '../../domain/identifiers';
import { PROFILES, type GatewayProfile } from '../../sandbox/profile';
import { COMMANDS, make } from '../support/gateway-commands';
import { sandboxWithClient, type SandboxLab } from '../support/sandbox-lab';

const PURCHASE = COMMANDS.check.transactionId.split('.')[0] as PurchaseId; // as the commands were made
const PREPAID = { ...COMMANDS.register, paymentForm: 'prepaid' } as const;
const ABOUT_REGISTRATION = {
  transactionId: COMMANDS.register.transactionId,
  msisdn: COMMANDS.register.msisdn,
};

let lab: SandboxLab;
let nowMs: number;
afterEach(() => lab.stop());

/** A gateway that keeps every promise but these, on a clock that only the story moves. */
async function gatewayWith(change: Partial<GatewayProfile>): Promise<void> {
  nowMs = Date.parse('2026-03-01T08:00:00Z');
  lab = await sandboxWithClient({ profile: { ...PROFILES.all_kept, ...change }, now: () => nowMs });
}
const strike = (rule: Parameters<SandboxLab['sandbox']['faults']['add']>[0]) =>
  void lab.sandbox.faults.add(rule);
const position = () => lab.sandbox.ledger.position(PURCHASE);
const rollbackUnder = (id: 'rollback' | 'rollback-2') =>
  lab.gateway.call('rollback', { ...COMMANDS.rollback, transactionId: transactionId(PURCHASE, id) });

describe('P1: an id that is delivered twice', () => {
  it.each(['register', 'charge', 'sms'] as const)(
    'has the %s executed once where the promise is kept, also when the network repeats it later',
    async (call) => {
      await gatewayWith({});
      if (call === 'charge') await make(lab.gateway, 'register');
      strike({ call, fault: { kind: 'repeated', againAfterMs: 5000 } });
      expect(await make(lab.gateway, call)).toEqual({ kind: 'done' });
      nowMs += 5000;
      expect(await make(lab.gateway, call)).toEqual({ kind: 'done' });
      const { registrations, charges, messages } = position();
      expect({ register: registrations, charge: charges, sms: messages.length }[call]).toBe(1);
    },
  );

  it('charges and writes again where it is not', async () => {
    await gatewayWith({ executesOnce: false });
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault: { kind: 'repeated' } });
    await make(lab.gateway, 'charge');
    await make(lab.gateway, 'sms');
    await make(lab.gateway, 'sms');
    expect(position()).toMatchObject({ charges: 2, chargesStanding: 2 });
    expect(position().messages).toHaveLength(2);
  });

  it('has a second registration refused with 2002 while the package stands', async () => {
    await gatewayWith({ executesOnce: false });
    strike({ call: 'register', fault: { kind: 'repeated' } });
    expect(await lab.gateway.call('register', PREPAID)).toEqual({
      kind: 'refused',
      refusal: 'package_already_active',
    });
    expect(position()).toMatchObject({ registrations: 1, activations: 1, activated: true });
    expect(await lab.gateway.call('inquiry', ABOUT_REGISTRATION)).toMatchObject({ kind: 'done' });
  });

  it('or registers and pays a second time, all of which one rollback undoes', async () => {
    await gatewayWith({ executesOnce: false, secondRegistration: 'executed' });
    await lab.gateway.call('register', PREPAID);
    await lab.gateway.call('register', PREPAID);
    expect(position()).toMatchObject({ registrations: 2, activations: 2 });
    await make(lab.gateway, 'rollback');
    expect(position()).toMatchObject({ registered: false, activated: false });
  });
});

describe('P2: a refusal', () => {
  const refusedOnce = { call: 'charge', fault: { kind: 'refuse', code: '3001' } } as const;

  it('sticks to its id where the promise is kept', async () => {
    await gatewayWith({});
    await make(lab.gateway, 'register');
    strike(refusedOnce);
    const refused = { kind: 'refused', refusal: 'insufficient_balance' };
    expect(await make(lab.gateway, 'charge')).toEqual(refused);
    expect(await make(lab.gateway, 'inquiry')).toEqual(refused);
    expect(await make(lab.gateway, 'charge')).toEqual(refused);
  });

  it('is forgotten where it is not: the same id may succeed', async () => {
    await gatewayWith({ refusals: 'forgotten' });
    await make(lab.gateway, 'register');
    strike(refusedOnce);
    expect(await make(lab.gateway, 'charge')).toMatchObject({ kind: 'refused' });
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'done' });
  });

  it('may be forgotten once, by a fault', async () => {
    await gatewayWith({});
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault: { kind: 'refuse', code: '3001', sticks: false } });
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'charge')).toEqual({ kind: 'done' });
  });

  it('takes the place of the success before it where the profile says so', async () => {
    await gatewayWith({ executesOnce: false, refusals: 'replace_success' });
    await lab.gateway.call('register', PREPAID);
    await lab.gateway.call('register', PREPAID);
    expect(await lab.gateway.call('inquiry', ABOUT_REGISTRATION)).toEqual({
      kind: 'refused',
      refusal: 'package_already_active',
    });
    expect(position()).toMatchObject({ activated: true });
  });
});

describe('P3: an inquiry', () => {
  it('sees an effect when the lag has passed, and not before', async () => {
    await gatewayWith({ inquiryLagMs: 4000 });
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    nowMs += 3999;
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    nowMs += 1;
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    await make(lab.gateway, 'rollback');
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    nowMs += 4000;
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'rolled_back' });
  });

  it('may say meanwhile that the command is being processed', async () => {
    await gatewayWith({ inquiryLagMs: 4000, inquiryBeforeThat: 'PROCESSING' });
    await make(lab.gateway, 'register');
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'processing' });
  });

  it('never forgets a command again of which it said that it is being processed', async () => {
    await gatewayWith({ inquiryLagMs: 4000 });
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault: { kind: 'processing', inquiries: 1 } });
    await make(lab.gateway, 'charge');
    const answers = [];
    for (const pause of [0, 0, 4000]) {
      nowMs += pause;
      answers.push((await make(lab.gateway, 'inquiry')).kind);
    }
    expect(answers).toEqual(['processing', 'processing', 'done']);
  });
});

describe('P4: a command whose reply is lost', () => {
  it.each([
    { kind: 'reset', effect: 'after' },
    { kind: 'status', status: 502, effect: 'after' },
  ] as const)('lands so much later as the profile says ($kind)', async (fault) => {
    await gatewayWith({ landsLateMs: 30_000 });
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault });
    expect(await make(lab.gateway, 'charge')).toMatchObject({ kind: 'unknown' });
    nowMs += 29_999;
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    nowMs += 1;
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    expect(position()).toMatchObject({ charges: 1 });
  });

  it('lands after a time of its own by a fault, and its effect has that time, however late somebody looks', async () => {
    await gatewayWith({ inquiryLagMs: 10_000 });
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault: { kind: 'late_by_time', ms: 20_000 } });
    await make(lab.gateway, 'charge');
    const sentMs = nowMs;
    nowMs += 30_000;
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    const charged = lab.sandbox.ledger.entries.find(({ kind }) => kind === 'charged');
    expect(Date.parse(charged?.at ?? '')).toBe(sentMs + 20_000);
  });

  it('lands while nobody asks anything', async () => {
    lab = await sandboxWithClient({ profile: { ...PROFILES.all_kept, landsLateMs: 20 } });
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault: { kind: 'reset', effect: 'after' } });
    await make(lab.gateway, 'charge');
    await lab.sandbox.ledger.waitFor(({ kind }) => kind === 'charged');
    expect(position()).toMatchObject({ charges: 1 });
  });
});

describe('P5: a command that arrives after its rollback', () => {
  const late = { kind: 'late_by_time', ms: 20_000 } as const;

  it('is void where the promise is kept', async () => {
    await gatewayWith({});
    strike({ call: 'register', fault: late });
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'rollback');
    nowMs += 20_000;
    expect(await make(lab.gateway, 'check')).toEqual({ kind: 'done' });
    expect(position()).toMatchObject({ registrations: 0 });
  });

  it('takes effect where it is not; a rollback under another id undoes it', async () => {
    await gatewayWith({ rollbackVoids: false });
    await make(lab.gateway, 'register');
    strike({ call: 'charge', fault: late });
    await make(lab.gateway, 'charge');
    await rollbackUnder('rollback');
    expect(position()).toMatchObject({ registered: false });
    nowMs += 20_000;
    expect(await make(lab.gateway, 'inquiry')).toMatchObject({ kind: 'done' });
    expect(position()).toMatchObject({ chargesStanding: 1 });
    await rollbackUnder('rollback-2');
    expect(position()).toMatchObject({ chargesStanding: 0 });
  });
});

describe('P6: a rollback that was refused once', () => {
  const refusedOnce = { call: 'rollback', fault: { kind: 'refuse', code: '2003' } } as const;

  it('may be ordered again under its id where the promise is kept', async () => {
    await gatewayWith({});
    await make(lab.gateway, 'register');
    strike(refusedOnce);
    expect(await rollbackUnder('rollback')).toMatchObject({ kind: 'refused' });
    expect(await rollbackUnder('rollback')).toEqual({ kind: 'done' });
  });

  it('stays refused under its id where it is not, and only another id undoes anything', async () => {
    await gatewayWith({ rollbackRefusals: 'stick' });
    await make(lab.gateway, 'register');
    strike(refusedOnce);
    await rollbackUnder('rollback');
    expect(await rollbackUnder('rollback')).toMatchObject({ kind: 'refused' });
    expect(position()).toMatchObject({ registered: true });
    expect(await rollbackUnder('rollback-2')).toEqual({ kind: 'done' });
    expect(position()).toMatchObject({ registered: false });
  });
});

describe('P7: the reply to an inquiry about a charge', () => {
  const keysOf = () => {
    const inquiry = { call: 'inquiry', body: { ...COMMANDS.inquiry } } as const;
    const answer = lab.sandbox.gateway.answer(inquiry);
    return answer.kind === 'reply' ? answer.body : {};
  };

  it('has amount and package where the promise is kept, and neither where it is not', async () => {
    await gatewayWith({});
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    expect(keysOf()).toMatchObject({ transactionState: 'DONE', amount: 90_000, packageCode: 'D90' });
    lab.sandbox.gateway.profile = { ...PROFILES.all_kept, inquiryTellsSale: false };
    expect(Object.keys(keysOf())).not.toEqual(expect.arrayContaining(['amount']));
    expect(Object.keys(keysOf())).not.toEqual(expect.arrayContaining(['packageCode']));
  });
});

describe('the sandbox as it is unless told otherwise', () => {
  beforeEach(async () => {
    nowMs = Date.parse('2026-03-01T08:00:00Z');
    lab = await sandboxWithClient({ profile: PROFILES.by_contract, now: () => nowMs });
  });

  it('executes an id once, remembers refusals, and voids what was rolled back', async () => {
    strike({ call: 'charge', fault: { kind: 'refuse', code: '3001' } });
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'charge')).toMatchObject({ kind: 'refused' });
    await make(lab.gateway, 'rollback');
    expect(await make(lab.gateway, 'register')).toEqual({ kind: 'refused', refusal: 'duplicate_order' });
    expect(position()).toMatchObject({ registrations: 1, registered: false, charges: 0 });
  });

  it('is no kinder than that: inquiries lag, tell no amount, and a refused rollback stays refused', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    expect(await make(lab.gateway, 'inquiry')).toEqual({ kind: 'never_received' });
    strike({ call: 'rollback', fault: { kind: 'refuse', code: '2003' } });
    await rollbackUnder('rollback');
    expect(await rollbackUnder('rollback')).toMatchObject({ kind: 'refused' });
    expect(lab.sandbox.gateway.profile.inquiryTellsSale).toBe(false);
  });
});
