import { TriedAgain } from '../../desk/purchase/tried-again';
import { isRetryId, retryId } from '../../desk/purchase/retry-id';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import type { Session } from '../../desk/access/sessions';
import { acceptedPurchase } from '../../domain/purchase/purchase';
import { PurchaseWords } from '../../operators/purchase-words';
import type { Timeline } from '../../operators/timeline';
import { ORDER, wholeOf } from './states-of-pages';

const AT = '2026-11-24T03:05:33.000Z';
const session = { id: 'one', csrf: '1', person: { name: 'lan', role: 'act' } } as const satisfies Session;
const visit: SignedIn = { language: 'en', words: WORDS.en, say: new PurchaseWords('en'), session };

const attention = {
  step: 'rollback',
  reason: 'rollback_refused',
  since: AT,
  detail: 'subscriber_suspended',
} as const;
const stuck: Timeline = {
  ...wholeOf({ ...acceptedPurchase(ORDER), state: 'rolling_back', attention }).timeline,
  pending: [],
  tries: { ordered: 3, cameBack: [1, 2, 3], nextAt: null },
};

/** Of which no case is known. */
const now = (timeline: Timeline) => ({ timeline, cases: [] });

describe('trying again', () => {
  let passed = 0;
  let tried: TriedAgain;
  beforeEach(() => {
    passed = 0;
    tried = new TriedAgain(() => passed);
    tried.keep(session, ORDER.purchaseId, stuck);
  });

  it('waits for an answer, and stops waiting after a minute', () => {
    const ordered = { ...stuck, tries: { ...stuck.tries, ordered: 4 } };
    expect(tried.of(visit, now(ordered))).toEqual({
      kind: 'open',
      sentences: ['Tried again. Waiting for the answer …'],
    });
    passed = 61_000;
    expect(tried.of(visit, now(ordered))).toEqual({
      kind: 'fault',
      sentences: ['There is no answer yet.', 'It goes on by itself.'],
    });
  });

  it('says why it was in vain, and when the next try is', () => {
    const tries = { ordered: 4, cameBack: [1, 2, 3, 4], nextAt: '2026-11-24T03:10:00.000Z' };
    expect(tried.of(visit, now({ ...stuck, tries }))?.sentences).toEqual([
      'Tried again, in vain: MobiFone refuses the rollback (The subscriber is barred or suspended).',
      'The next try is at 10:10:00, by itself.',
    ]);
    const pending = [
      {
        id: '4',
        call: 'noticeRefund',
        attempt: 2,
        lastFailure: 'the webhook answered 503',
        nextAttemptAt: AT,
      },
    ];
    expect(tried.of(visit, now({ ...stuck, pending, tries }))?.sentences[0]).toContain(
      'MobiFone refuses the rollback', // the notice goes out at the same time
    );
    const ofNotice = { step: 'refund_notice', reason: 'channel_unreachable', since: AT, detail: '' } as const;
    const purchase = { ...stuck.purchase, attention: ofNotice };
    expect(tried.of(visit, now({ ...stuck, purchase, pending, tries }))?.sentences[0]).toBe(
      'Tried again, in vain: the webhook answers with HTTP 503.',
    );
  });

  it('says the state that came, and whether anything is left to do', () => {
    const { purchase } = stuck;
    const event = {
      sequence: purchase.events.length + 1,
      at: AT,
      kind: 'step',
      step: 'rollback',
      status: 'done',
    } as const;
    const steps = [{ step: 'rollback', status: 'done', startedAt: AT, endedAt: AT }] as const;
    const over = {
      ...purchase,
      state: 'rolled_back' as const,
      events: [...purchase.events, event],
      steps: [...steps],
    };
    expect(tried.of(visit, now({ ...stuck, purchase: { ...over, attention: null } }))).toEqual({
      kind: 'done',
      sentences: [
        '(6.1) Roll the registration back at MobiFone: done.',
        'The purchase is now: rolled back.',
        'Nothing more to do.',
      ],
    });
    expect(tried.of(visit, now({ ...stuck, purchase: over }))?.sentences).not.toContain(
      'Nothing more to do.',
    );
  });

  it('is said on one page, and not again on a later one', () => {
    const ordered = now({ ...stuck, tries: { ...stuck.tries, ordered: 4 } });
    expect(tried.open(visit, ordered)?.kind).toBe('open');
    const inVain = now({ ...stuck, tries: { ordered: 4, cameBack: [1, 2, 3, 4], nextAt: null } });
    expect(tried.open(visit, inVain)?.kind).toBe('fault');
    expect(tried.shown(visit, inVain)?.kind).toBe('fault'); // the page that stays open
    expect(tried.open(visit, inVain)).toBeUndefined();
    expect(tried.shown(visit, inVain)).toBeUndefined();

    const { purchase } = stuck;
    const sequence = purchase.events.length + 1;
    const event = { sequence, at: AT, kind: 'step', step: 'rollback', status: 'done' } as const;
    const steps = [{ step: 'rollback', status: 'done', startedAt: AT, endedAt: AT }] as const;
    const over = { ...purchase, events: [...purchase.events, event], steps: [...steps], attention: null };
    const cameSince = now({ ...stuck, purchase: over });
    expect(tried.open(visit, cameSince)?.kind).toBe('done'); // no page has said that yet
    expect(tried.shown(visit, cameSince)?.kind).toBe('done');
    expect(tried.open(visit, cameSince)).toBeUndefined();
  });

  it('is a denial, and no success, where MobiFone denies what the operator stated', () => {
    const { purchase } = stuck;
    const steps = [
      { step: 'charge', status: 'done', settledBy: 'operator', startedAt: AT, endedAt: AT },
      { step: 'decision_check', status: 'done', settledBy: 'inquiry', startedAt: AT, endedAt: AT },
    ] as const;
    const events = steps.map(({ step, status }, at) => ({
      sequence: purchase.events.length + at + 1,
      at: AT,
      kind: 'step' as const,
      step,
      status,
    }));
    const stated = { at: AT, what: 'charge_was_done', why: '', reference: null, notApplied: null };
    const timeline: Timeline = {
      ...stuck,
      purchase: {
        ...purchase,
        state: 'succeeded',
        attention: null,
        events: [...purchase.events, ...events],
        steps: [...steps],
      },
      acts: [{ ...stated, by: 'lan' }],
      isDenied: true,
    };
    tried.keep(session, ORDER.purchaseId, {
      ...stuck,
      purchase: { ...purchase, events: [...purchase.events, ...events.slice(0, 1)] },
    });
    expect(tried.of(visit, now(timeline))).toEqual({
      kind: 'fault',
      sentences: ['MobiFone denies the charge that you stated.', 'A case is open: decide there.'],
    });
    const others = { ...timeline, acts: [{ ...stated, by: 'hoa' }] };
    expect(tried.of(visit, now(others))?.sentences[0]).toBe(
      'MobiFone denies the charge that an operator stated.',
    );
    expect(tried.of(visit, now({ ...timeline, isDenied: false }))?.kind).toBe('done');
  });

  it('is told to whoever did it, and not for ever', () => {
    const colleague = { ...visit, session: { ...session, id: 'two' } };
    expect(tried.of(colleague, now(stuck))).toBeUndefined();
    passed = 601_000;
    expect(tried.of(visit, now(stuck))).toBeUndefined();
  });

  it('is done once by a button that is pressed twice, and again after something has happened', () => {
    const id = retryId({ person: session.person }, stuck);
    expect(retryId({ person: session.person }, stuck)).toBe(id);
    expect(isRetryId({ person: session.person }, id)).toBe(true);
    expect(retryId({ person: session.person }, { ...stuck, acts: [] })).not.toBe(id);
    const colleague = { person: { name: 'hoa', role: 'act' } } as const;
    expect(retryId(colleague, stuck)).not.toBe(id);
    expect(isRetryId(colleague, id)).toBe(false);
  });
});
