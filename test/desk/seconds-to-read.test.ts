import { actPage } from '../../desk/purchase/act-page';
import { purchasePage } from '../../desk/purchase/purchase-page';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import type { Language } from '../../domain/bilingual';
import type { AttentionReason } from '../../domain/purchase/attention';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import { acceptedPurchase, type Purchase } from '../../domain/purchase/purchase';
import type { PurchaseState } from '../../domain/purchase/states';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import { restsOnThePerson } from '../../operators/inquiry';
import { PurchaseWords } from '../../operators/purchase-words';
import { openActs } from '../../operators/timeline';
import { ORDER, wholeOf } from './states-of-pages';

const AT = '2026-11-24T03:05:33.000Z';
/** What an operator reads before an act is done, at four words a second: half of a minute is left for everything else. */
const MOST_WORDS = 130;

const visitIn = (language: Language): SignedIn => ({
  language,
  words: WORDS[language],
  say: new PurchaseWords(language),
  session: { id: '1', csrf: '1', person: { name: 'lan@agent.example', role: 'act' } },
});

type Practice = readonly [
  state: PurchaseState,
  done: readonly PurchaseStep[],
  stuck: PurchaseStep,
  reason: AttentionReason,
  detail: string,
  act: OperatorAct,
];
const UNREADABLE = 'MobiFone broke the contract (HTTP 200 whose reply has faults in resultCode)';
const BUSY = 'not taken by MobiFone, will be sent again (HTTP 429: too many requests)';
const REFUSED = 'subscriber_suspended';

/** The practice purchases of `docs/operations.md`, each with the act that clears it. */
const PRACTICE: Readonly<Record<string, Practice>> = {
  '01': ['checking', [], 'check', 'broken_contract', UNREADABLE, 'cancel'],
  '02': ['checking', [], 'check', 'no_answer', BUSY, 'cancel'],
  '03': ['registering', ['check'], 'register', 'broken_contract', UNREADABLE, 'give-up'],
  '04': ['charging', ['check', 'register'], 'charge', 'broken_contract', UNREADABLE, 'charge-done'],
  '05': ['charging', ['check', 'register'], 'charge', 'no_answer', BUSY, 'charge-not-done'],
  '06': ['rolling_back', ['check', 'register'], 'rollback', 'rollback_refused', REFUSED, 'retry'],
  '07': ['rolling_back', ['check', 'register'], 'rollback', 'broken_contract', UNREADABLE, 'rollback-done'],
  '08': [
    'rolled_back',
    ['register', 'rollback'],
    'refund_notice',
    'channel_unreachable',
    'the webhook answered 503',
    'retry',
  ],
  '09': ['rejected', ['check'], 'rollback', 'late_effect', REFUSED, 'retry'],
  '10': ['succeeded', ['register', 'charge'], 'success_message', 'broken_contract', UNREADABLE, 'retry'],
};

function purchaseOf([state, done, stuck, reason, detail]: Practice): Purchase {
  const steps: StepRecord[] = [
    ...done.map((step) => ({ step, status: 'done' as const, startedAt: AT, endedAt: AT })),
    { step: stuck, status: 'running', startedAt: AT },
  ];
  return { ...acceptedPurchase(ORDER), state, steps, attention: { step: stuck, reason, since: AT, detail } };
}

/** What is in view of the page's own part, up to and with a piece of markup. */
function inView(page: string, until?: RegExp): string {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(page)?.[1] ?? '';
  const unfolded = main.replaceAll(/<details[^>]*>.*?<\/details>/gs, ' ');
  const end = until ? unfolded.search(until) : unfolded.length;
  if (end < 0) throw new Error('the act is not in view');
  const rest = unfolded.slice(end);
  return (unfolded.slice(0, end) + rest.slice(0, until ? rest.search(/<\/(?:a|button)>/) : 0)).replaceAll(
    /<[^>]+>?/g,
    ' ',
  );
}

const wordsIn = (text: string) => (text.match(/\S*[\p{L}\p{N}]\S*/gu) ?? []).length;

describe.each(['en', 'vi'] as const)('a new operator, in %s', (language) => {
  const visit = visitIn(language);

  it.each(Object.entries(PRACTICE))('reads little before clearing practice purchase %s', (_, practice) => {
    const [, , , , , act] = practice;
    const purchase = purchaseOf(practice);
    const whole = wholeOf(purchase);
    const settled = {
      ...whole,
      cases: [],
      notices: [],
      timeline: { ...whole.timeline, open: openActs(purchase), acts: [], pending: [], isFailing: false },
    };
    const before = inView(purchasePage(visit, settled, {}), new RegExp(`id="act-${act}"`));
    const answers = { at: AT, registration: 'no_answer', charge: 'no_answer' } as const;
    const form = {
      act,
      updateId: '1',
      answers,
      rests: restsOnThePerson(act, answers),
      isContradicted: false,
      given: { why: '', ticket: '', isConfirmed: false },
    };
    const asked = act === 'retry' ? '' : inView(actPage(visit, settled, form));
    expect(wordsIn(before) + wordsIn(asked)).toBeLessThanOrEqual(MOST_WORDS);
  });
});
