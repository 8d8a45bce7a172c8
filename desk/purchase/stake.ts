import { transactionId, type TransactionId } from '../../domain/identifiers';
import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { TransactionState } from '../../domain/gateway-verdict';
import type { Attention } from '../../domain/purchase/attention';
import type { Purchase } from '../../domain/purchase/purchase';
import { statedStep, type PurchaseStep } from '../../domain/purchase/steps';
import type { Timeline } from '../../operators/timeline';
import { html, type Html } from '../html';
import { amount } from '../layout';
import type { SignedIn } from '../visit';

/** What a stuck step puts at stake, where to begin, and what MobiFone is asked about by phone. */
export function stake(
  visit: SignedIn,
  { purchase, lastRollback }: Pick<Timeline, 'purchase' | 'lastRollback'>,
  attention: Attention,
  { answers, hasCase }: { answers: MobifoneAnswers | undefined; hasCase: boolean },
): Html {
  const { words } = visit;
  const { atStake, advice } =
    attention.reason === 'workflow_closed'
      ? closed(visit, purchase, hasCase)
      : sentences(visit, purchase, attention, answers);
  const quoted = quotedTo(purchase, attention.step, lastRollback);
  return html`<p id="at-stake"><b>${words.stakes.title}</b> ${atStake}</p>
    <p id="advice"><b>${words.stakes.begin}</b> ${advice}</p>
    ${quoted.length > 0 && html`<p id="quote"><b>${words.stakes.quote}</b> ${quoted.map((id) => html`<code>${id}</code> `)}</p>`}`;
}

function closed(visit: SignedIn, { order }: Purchase, hasCase: boolean): { atStake: string; advice: string } {
  const { closed: words } = visit.words.stakes;
  return {
    atStake: words.atStake(amount(visit, order.faceValue)),
    advice: hasCase ? words.settled : words.advice,
  };
}

function sentences(
  visit: SignedIn,
  purchase: Purchase,
  { step, reason }: Attention,
  answers: MobifoneAnswers | undefined,
): { atStake: string; advice: string } {
  const { stakes } = visit.words;
  const { order, steps } = purchase;
  const price = amount(visit, order.faceValue);
  const known = knownOf(step, answers);
  if (step === 'rollback') {
    const isRefused = reason === 'rollback_refused' || reason === 'late_effect';
    const wasThere =
      reason === 'late_effect' || steps.some((one) => one.step === 'register' && one.status === 'done');
    const state = known ?? (isRefused && wasThere ? 'made' : 'unknown');
    const advice = state === 'unmade' ? 'undone' : isRefused ? 'refused' : 'unknown';
    const charges = steps.filter((one) => one.step === 'charge');
    const isUncharged =
      order.paymentForm === 'postpaid' && charges.every(({ status }) => status === 'refused');
    const atStake = [stakes.rollback.atStake[state], ...(isUncharged ? [stakes.rollback.uncharged] : [])];
    return { atStake: atStake.join(' '), advice: stakes.rollback.advice[advice] };
  }
  const of = stakes[order.paymentForm === 'prepaid' && step === 'register' ? 'registerPrepaid' : step];
  if (known === undefined) return { atStake: of.atStake(price), advice: of.advice };
  const answered = stakes.answered[step === 'charge' ? 'charge' : 'registration'];
  return { atStake: answered[known](price), advice: stakes.answered.advice };
}

/** What MobiFone has answered about the step that is stuck; undefined where that settles nothing. */
function knownOf(step: PurchaseStep, answers: MobifoneAnswers | undefined): 'made' | 'unmade' | undefined {
  if (step === 'charge') return madeOf(answers?.charge);
  return step === 'register' || step === 'rollback' ? madeOf(answers?.registration) : undefined;
}

function madeOf(state: TransactionState | undefined): 'made' | 'unmade' | undefined {
  if (state === 'done') return 'made';
  return state === 'refused' || state === 'rolled_back' ? 'unmade' : undefined; // never received is no proof
}

/** The transactions that MobiFone is asked about by phone, the one that matters first. */
function quotedTo(
  { order, steps }: Purchase,
  step: PurchaseStep,
  lastRollback: TransactionId | null,
): TransactionId[] {
  const id = (transaction: 'registration' | 'charge') => transactionId(order.purchaseId, transaction);
  const sent = (name: PurchaseStep) => steps.some((one) => one.step === name);
  switch (step) {
    case 'register':
      return [id('registration')];
    case 'charge':
      return [id('charge')];
    case 'rollback':
      return [...(lastRollback ? [lastRollback] : []), id('registration')];
    case 'decision_check':
      return statedStep(steps) === 'charge'
        ? [id('charge')]
        : [...(lastRollback ? [lastRollback] : []), id('registration')];
    case 'late_effect_check':
      return [...(sent('register') ? [id('registration')] : []), ...(sent('charge') ? [id('charge')] : [])];
    default:
      return [];
  }
}
