import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { PaymentForm } from '../../domain/catalogue/packages';
import { Faults, type FaultRule } from '../../sandbox/faults';
import { SandboxGateway } from '../../sandbox/gateway';
import { Ledger } from '../../sandbox/ledger';
import { GATEWAY_PROMISE_NAMES, type GatewayPromise } from '../../domain/gateway-promises';
import { PROFILES, type GatewayProfile } from '../../sandbox/profile';
import type { GatewayRequest } from '../../sandbox/requests';
import { EXCUSES, type ExcuseId } from '../support/excuses';
import type { Invariant } from '../support/judge';
import { judgeWithExcuses, type Said } from '../support/judge-with-excuses';

const PURCHASE = 'pur_one';
const SETTLES_WITHIN_MS = 60_000;
const FOR_EVER_MS = 86_400_000;

/** One purchase at the sandbox, as the story has the saga and the network treat it. */
class Stage {
  nowMs = Date.parse('2026-03-01T08:00:00Z');
  readonly ledger = new Ledger(undefined, { now: () => this.nowMs });
  private readonly faults = new Faults();
  private readonly gateway: SandboxGateway;

  constructor(
    profile: GatewayProfile,
    private readonly form: PaymentForm,
  ) {
    this.gateway = new SandboxGateway(this.ledger, this.faults, new Map([['D90', 90_000]]), profile);
  }

  send(call: 'register' | 'charge' | 'rollback', fault?: FaultRule['fault']): void {
    this.make(this.request(call), fault);
  }

  sms(which: 'rejection' | 'transaction' | 'success', fault?: FaultRule['fault']): void {
    const body = { transactionId: `${PURCHASE}.sms-${which}`, msisdn: '84901234567', sender: '999' as const };
    this.make({ call: 'sms', body: { ...body, text: which } }, fault);
  }

  inquire(about: string, fault?: FaultRule['fault']): void {
    const body = { transactionId: `${PURCHASE}.${about}`, msisdn: '84901234567' };
    this.make({ call: 'inquiry', body }, fault);
  }

  later(ms: number): void {
    this.nowMs += ms;
    this.gateway.landDue();
  }

  notify(): void {
    const noticeId = `refund_${PURCHASE}`;
    this.ledger.append({
      kind: 'notice_received',
      channel: 'demo',
      noticeId,
      purchaseId: PURCHASE,
      verified: true,
      body: '{}',
    });
  }

  private make(request: GatewayRequest, fault?: FaultRule['fault']): void {
    if (fault) this.faults.add({ call: request.call, fault });
    this.gateway.answer(request);
  }

  private request(call: 'register' | 'charge' | 'rollback'): GatewayRequest {
    const registrationId = `${PURCHASE}.registration`;
    const msisdn = '84901234567';
    const sold = { msisdn, packageCode: 'D90', amount: 90_000 };
    switch (call) {
      case 'register':
        return { call, body: { transactionId: registrationId, ...sold, subscriberType: this.form } };
      case 'charge':
        return { call, body: { transactionId: `${PURCHASE}.charge`, registrationId, ...sold } };
      case 'rollback':
        return { call, body: { transactionId: `${PURCHASE}.rollback`, registrationId, msisdn } };
    }
  }
}

interface Story {
  excuse: ExcuseId;
  form: PaymentForm;
  profile: Partial<GatewayProfile>;
  play: (stage: Stage) => void;
  outcome: PurchaseOutcome | null;
  /** What cannot be held then. */
  broken: readonly Invariant[];
}

const copyLater = (againAfterMs: number) => ({ kind: 'repeated', againAfterMs }) as const;
const refusal = (code: string) => ({ kind: 'refuse', code }) as const;
const lateBy = (ms: number) => ({ kind: 'late_by_time', ms, ignoringVoid: false }) as const;

function succeed(stage: Stage): void {
  stage.sms('transaction');
  stage.sms('success');
}
function rejectAndRefund(stage: Stage): void {
  stage.sms('rejection');
  stage.notify();
}

const STORIES: readonly Story[] = [
  {
    excuse: 'paid_twice_by_network',
    form: 'postpaid',
    profile: { executesOnce: false },
    play: (stage) => {
      stage.send('register');
      stage.send('charge', { kind: 'repeated' });
      succeed(stage);
    },
    outcome: 'succeeded',
    broken: ['I1'],
  },
  {
    excuse: 'paid_twice_by_network',
    form: 'prepaid',
    profile: { executesOnce: false, secondRegistration: 'executed' },
    play: (stage) => {
      stage.send('register', copyLater(5000));
      succeed(stage);
      stage.later(5000);
    },
    outcome: 'succeeded',
    broken: ['I1'],
  },
  {
    excuse: 'message_sent_twice_by_network',
    form: 'postpaid',
    profile: { executesOnce: false },
    play: (stage) => {
      stage.send('register');
      stage.send('charge');
      stage.sms('transaction', { kind: 'repeated' });
      stage.sms('success');
    },
    outcome: 'succeeded',
    broken: ['I6'],
  },
  {
    excuse: 'executed_by_network_after_refusal',
    form: 'prepaid',
    profile: { refusals: 'forgotten' },
    play: (stage) => {
      stage.send('register', { ...copyLater(5000), refuseFirst: '1002' });
      rejectAndRefund(stage);
      stage.later(5000);
    },
    outcome: 'rejected',
    broken: ['I2', 'I3'],
  },
  {
    excuse: 'executed_by_network_after_rollback',
    form: 'postpaid',
    profile: { executesOnce: false, rollbackVoids: false },
    play: (stage) => {
      stage.send('register', copyLater(5000));
      stage.send('charge', refusal('3001'));
      stage.send('rollback');
      stage.notify();
      stage.later(5000);
    },
    outcome: 'rolled_back',
    broken: ['I3'],
  },
  {
    excuse: 'success_replaced_by_refusal',
    form: 'prepaid',
    profile: { executesOnce: false, refusals: 'replace_success' },
    play: (stage) => {
      stage.send('register', { kind: 'repeated' });
      rejectAndRefund(stage);
    },
    outcome: 'rejected',
    broken: ['I2', 'I3'],
  },
  {
    excuse: 'landed_after_limit_and_sent_again',
    form: 'postpaid',
    profile: { executesOnce: false },
    play: (stage) => {
      stage.send('register');
      stage.send('charge', lateBy(SETTLES_WITHIN_MS + 5000));
      stage.later(SETTLES_WITHIN_MS);
      stage.inquire('charge');
      stage.send('charge');
      succeed(stage);
      stage.later(5000);
    },
    outcome: 'succeeded',
    broken: ['I1'],
  },
  {
    excuse: 'landed_after_limit_and_rollback',
    form: 'postpaid',
    profile: { rollbackVoids: false },
    play: (stage) => {
      stage.send('register', lateBy(SETTLES_WITHIN_MS + 5000));
      stage.later(SETTLES_WITHIN_MS);
      stage.inquire('registration');
      stage.send('rollback');
      stage.notify();
      stage.later(5000);
    },
    outcome: 'cancelled',
    broken: ['I3'],
  },
  {
    excuse: 'landed_after_limit_and_refusal',
    form: 'prepaid',
    profile: { refusals: 'forgotten' },
    play: (stage) => {
      stage.send('register', lateBy(SETTLES_WITHIN_MS + 5000));
      stage.later(SETTLES_WITHIN_MS);
      stage.inquire('registration');
      stage.send('register', refusal('1002'));
      rejectAndRefund(stage);
      stage.later(5000);
    },
    outcome: 'rejected',
    broken: ['I2', 'I3'],
  },
  {
    excuse: 'unseen_after_limit_and_sent_again',
    form: 'postpaid',
    profile: { executesOnce: false, inquiryLagMs: SETTLES_WITHIN_MS + 5000 },
    play: (stage) => {
      stage.send('register');
      stage.send('charge', { kind: 'reset', effect: 'after' });
      stage.later(SETTLES_WITHIN_MS);
      stage.inquire('charge');
      stage.send('charge');
      succeed(stage);
    },
    outcome: 'succeeded',
    broken: ['I1'],
  },
  {
    excuse: 'amount_unconfirmed',
    form: 'postpaid',
    profile: { inquiryTellsSale: false },
    play: (stage) => {
      stage.send('register');
      stage.send('charge', { kind: 'other_amount' });
      stage.inquire('charge');
    },
    outcome: null,
    broken: ['I2', 'I3', 'I4', 'I5'],
  },
  {
    excuse: 'amount_unconfirmed',
    form: 'postpaid',
    profile: { inquiryTellsSale: false },
    play: (stage) => {
      stage.send('register', { kind: 'reset', effect: 'after' });
      stage.inquire('registration', { kind: 'other_amount' });
      stage.inquire('registration');
    },
    outcome: null,
    broken: ['I3', 'I4', 'I5'],
  },
];

const verdictOn = (
  stage: Stage,
  { form, outcome }: Story,
  profile: GatewayProfile,
  settlesWithinMs: number,
) => {
  const said: Said = {
    externalId: 'order-1',
    paymentForm: form,
    outcome,
    needsAttention: outcome === null,
    answeredIds: [PURCHASE],
  };
  return judgeWithExcuses(said, stage.ledger.entries, { profile, settlesWithinMs });
};

describe.each(STORIES)('$excuse, $form', (story) => {
  const sentence = EXCUSES.find(({ id }) => id === story.excuse)?.sentence ?? '';
  const without: readonly GatewayPromise[] = EXCUSES.find(({ id }) => id === story.excuse)?.without ?? [];
  const profile = { ...PROFILES.all_kept, ...story.profile };
  const played = (at: GatewayProfile): Stage => {
    const stage = new Stage(at, story.form);
    story.play(stage);
    return stage;
  };

  it(`is excused: ${sentence}`, () => {
    const verdict = verdictOn(played(profile), story, profile, SETTLES_WITHIN_MS);
    expect(verdict.broken).toEqual([]);
    expect(verdict.excused.map(({ invariant }) => invariant)).toEqual(story.broken);
    expect(new Set(verdict.excused.map(({ excuse }) => excuse))).toEqual(new Set([story.excuse]));
  });

  it.each(without)('is no excuse where %s is kept, whatever the ledger shows', (promise) => {
    const kept: Partial<GatewayProfile> = {
      P1: { executesOnce: true },
      P2: { refusals: 'stick' as const },
      P3: {},
      P4: {},
      P5: { rollbackVoids: true },
      P6: {},
      P7: { inquiryTellsSale: true },
    }[promise];
    const settlesWithinMs = promise === 'P3' || promise === 'P4' ? FOR_EVER_MS : SETTLES_WITHIN_MS;
    const verdict = verdictOn(played(profile), story, { ...profile, ...kept }, settlesWithinMs);
    expect(verdict.broken.map(({ invariant }) => invariant)).toEqual(story.broken);
    expect(verdict.excused).toEqual([]);
  });
});

describe('an excuse', () => {
  it('is tried by a story each, in one sentence, for promises that there are', () => {
    expect(new Set(STORIES.map(({ excuse }) => excuse))).toEqual(new Set(EXCUSES.map(({ id }) => id)));
    for (const { sentence, without } of EXCUSES) {
      expect(sentence).toMatch(/^[A-Z][^.]*\.$/);
      expect(GATEWAY_PROMISE_NAMES).toEqual(expect.arrayContaining([...without]));
    }
  });

  it('does not cover a second charge that the network did not deliver', () => {
    const profile = { ...PROFILES.all_kept, executesOnce: false };
    const stage = new Stage(profile, 'postpaid');
    stage.send('register');
    stage.send('charge', { kind: 'repeated' });
    stage.send('charge');
    succeed(stage);
    const story = { form: 'postpaid', outcome: 'succeeded' } as Story; // all that the verdict reads of it
    const { broken, excused } = verdictOn(stage, story, profile, SETTLES_WITHIN_MS);
    expect(broken).toEqual([{ invariant: 'I1', externalId: 'order-1', how: 'paid 3 times' }]);
    expect(excused).toEqual([]);
  });

  it('does not cover a message that was sent again although an inquiry had asked about it', () => {
    const profile = { ...PROFILES.all_kept, executesOnce: false };
    const stage = new Stage(profile, 'postpaid');
    stage.send('register');
    stage.send('charge');
    succeed(stage);
    stage.inquire('sms-success');
    stage.sms('success');
    const story = { form: 'postpaid', outcome: 'succeeded' } as Story; // all that the verdict reads of it
    const { broken } = verdictOn(stage, story, profile, SETTLES_WITHIN_MS);
    expect(broken.map(({ invariant }) => invariant)).toEqual(['I6']);
  });

  it('does not cover a command that was sent again before the settle time was over', () => {
    const profile = { ...PROFILES.all_kept, executesOnce: false };
    const stage = new Stage(profile, 'postpaid');
    stage.send('register');
    stage.send('charge', lateBy(SETTLES_WITHIN_MS + 5000));
    stage.inquire('charge');
    stage.send('charge');
    succeed(stage);
    stage.later(SETTLES_WITHIN_MS + 5000);
    const story = { form: 'postpaid', outcome: 'succeeded' } as Story; // all that the verdict reads of it
    expect(verdictOn(stage, story, profile, SETTLES_WITHIN_MS).broken).toHaveLength(1);
  });
});
