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
    expect(tried.of(visit, ordered)).toEqual({
      kind: 'open',
      sentences: ['Tried again. Waiting for the answer …'],
    });
    passed = 61_000;
    expect(tried.of(visit, ordered)).toEqual({
      kind: 'fault',
      sentences: ['There is no answer yet.', 'It goes on by itself.'],
    });
  });

  it('says why it was in vain, and when the next try is', () => {
    const tries = { ordered: 4, cameBack: [1, 2, 3, 4], nextAt: '2026-11-24T03:10:00.000Z' };
    expect(tried.of(visit, { ...stuck, tries })?.sentences).toEqual([
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
    expect(tried.of(visit, { ...stuck, pending, tries })?.sentences[0]).toBe(
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
    expect(tried.of(visit, { ...stuck, purchase: { ...over, attention: null } })).toEqual({
      kind: 'done',
      sentences: [
        '(6.1) Roll the registration back at MobiFone: done.',
        'The purchase is now: rolled back.',
        'Nothing more to do.',
      ],
    });
    expect(tried.of(visit, { ...stuck, purchase: over })?.sentences).not.toContain('Nothing more to do.');
  });

  it('is told to whoever did it, and not for ever', () => {
    const colleague = { ...visit, session: { ...session, id: 'two' } };
    expect(tried.of(colleague, stuck)).toBeUndefined();
    passed = 601_000;
    expect(tried.of(visit, stuck)).toBeUndefined();
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
