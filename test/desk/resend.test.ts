import { resendAndLook } from '../../desk/resend';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import type { NoticeAttempt, NoticeLog } from '../../domain/notice/notice';
import { acceptedPurchase } from '../../domain/purchase/purchase';
import { PurchaseWords } from '../../operators/purchase-words';
import { ORDER, wholeOf } from './states-of-pages';

const visit: SignedIn = {
  language: 'en',
  words: WORDS.en,
  say: new PurchaseWords('en'),
  session: { id: '1', csrf: '1', person: { name: 'linh', role: 'act' } },
};
const FIRST: NoticeAttempt = {
  at: '2026-11-24T03:05:00.000Z',
  status: 503,
  durationMs: 9,
  detail: 'the webhook answered 503',
};
const NEXT = '2026-11-24T09:54:00.000Z';
const LATER = '2026-11-24T09:21:00.000Z';

/** A notice that was tried once, and what its log holds once it is tried again. */
async function resent(after: Partial<NoticeLog>, limitMs?: number) {
  const [log] = wholeOf(acceptedPurchase(ORDER)).notices;
  if (!log) throw new Error('no notice');
  const before: NoticeLog = { ...log, standing: 'delivering', attempts: [FIRST], nextAttemptAt: NEXT };
  let looks = 0;
  const look = () => Promise.resolve((looks += 1) < 3 ? before : { ...before, ...after });
  return resendAndLook(visit, look, () => Promise.resolve({ kind: 'delivering' } as const), limitMs);
}

describe('a notice that is delivered at once', () => {
  it('is not called delivered where its webhook refuses it, and says when it is tried next', async () => {
    const attempts = [FIRST, { ...FIRST, at: LATER }];
    expect(await resent({ attempts })).toEqual({
      faults: ['Tried at 16:21:00: the webhook answered HTTP 503; not taken. Next attempt 16:54 24/11/2026.'],
    });
  });

  it('says that the webhook gave no answer, and that it is given up', async () => {
    const attempts = [FIRST, { at: LATER, durationMs: 9, detail: 'ECONNREFUSED' }];
    expect(await resent({ attempts, standing: 'undelivered', nextAttemptAt: null })).toEqual({
      faults: ['Tried at 16:21:00: the webhook gives no answer; not taken.'],
    });
  });

  it('is taken where the webhook takes it', async () => {
    const attempts = [FIRST, { ...FIRST, at: LATER, status: 204 }];
    expect(await resent({ attempts, standing: 'delivered', nextAttemptAt: null })).toEqual({
      done: ['The channel has taken the notice, at 16:21:00.'],
    });
  });

  it('is not called taken where the webhook refuses it this time, though the channel has taken it before', async () => {
    const attempts = [FIRST, { ...FIRST, at: LATER, status: 500, detail: 'the webhook answered 500' }];
    expect(await resent({ attempts, standing: 'delivered' })).toEqual({
      faults: ['Tried at 16:21:00: the webhook answered HTTP 500; not taken. Next attempt 16:54 24/11/2026.'],
    });
  });

  it('is under way where the webhook has not answered yet', async () => {
    expect(await resent({}, 0)).toEqual({ noted: [WORDS.en.purchase.resent] });
  });

  it('is refused where there is no such notice', async () => {
    const none = () => Promise.resolve(undefined);
    const told = await resendAndLook(visit, none, () => Promise.resolve({ kind: 'not_found' } as const));
    expect(told).toEqual({ faults: ['The notice cannot be delivered again.'] });
  });

  it('is refused where it was delivered too often of late', async () => {
    const look = () => Promise.resolve(undefined);
    const told = await resendAndLook(visit, look, () => Promise.resolve({ kind: 'too_often' } as const));
    expect(told).toEqual({ faults: [WORDS.en.purchase.resentTooOften] });
  });
});
