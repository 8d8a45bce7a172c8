import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { TransactionState } from '../../domain/gateway-verdict';
import { transactionId, type TransactionId } from '../../domain/identifiers';
import type { Attention } from '../../domain/purchase/attention';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import type { Purchase } from '../../domain/purchase/purchase';
import { statedStep, type PurchaseStep } from '../../domain/purchase/steps';
import type { Timeline } from '../../operators/timeline';
import { amount } from '../layout';
import type { SignedIn } from '../visit';

/** What a stuck step puts at stake, which acts are right, and what MobiFone is asked about by phone. */
export interface Stake {
  atStake: string;
  advice: string;
  /** The acts that may be right, the best first; all others are folded. */
  right: readonly OperatorAct[];
  /** The transactions to quote, the one that matters first. */
  quote: readonly TransactionId[];
  /** Whether the advice is to call MobiFone, so that it needs the first of them at hand. */
  isCall: boolean;
}

export function stakeOf(
  visit: SignedIn,
  { purchase, lastRollback }: Pick<Timeline, 'purchase' | 'lastRollback'>,
  attention: Attention,
  answers: MobifoneAnswers | undefined,
): Stake {
  const quote = quotedTo(purchase, attention.step, lastRollback);
  if (attention.step === 'rollback') return { ...ofRollback(visit, purchase, attention, answers), quote };
  const { stakes } = visit.words;
  const { order } = purchase;
  const { step } = attention;
  const price = amount(visit, order.faceValue);
  const known = knownOf(step, answers);
  if (known !== undefined) {
    const answered = stakes.answered[step === 'charge' ? 'charge' : 'registration'];
    const { advice } = stakes.answered;
    return { atStake: answered[known](price), advice, right: ['retry'], quote, isCall: false };
  }
  const { atStake, advice } =
    stakes[order.paymentForm === 'prepaid' && step === 'register' ? 'registerPrepaid' : step];
  return {
    atStake: atStake(price),
    advice,
    right: RIGHT[step] ?? ['retry'],
    quote,
    isCall: step === 'charge',
  };
}

/** Where neither MobiFone's answer nor a refusal says what is right; trying again harms nowhere. */
const RIGHT: Partial<Record<PurchaseStep, readonly OperatorAct[]>> = {
  check: ['cancel', 'retry'],
  register: ['give-up', 'retry'],
  charge: ['charge-done', 'charge-not-done'],
};

function ofRollback(
  { words }: SignedIn,
  { order, steps }: Purchase,
  { reason }: Attention,
  answers: MobifoneAnswers | undefined,
): Omit<Stake, 'quote'> {
  const { rollback } = words.stakes;
  const isUncharged = order.paymentForm === 'postpaid' && isKnownUncharged(steps, answers);
  const isRefused = reason === 'rollback_refused' || reason === 'late_effect';
  const wasThere =
    reason === 'late_effect' || steps.some((one) => one.step === 'register' && one.status === 'done');
  const state = knownOf('rollback', answers) ?? (isRefused && wasThere ? 'made' : 'unknown');
  const advice = state === 'unmade' ? 'undone' : isRefused ? 'refused' : 'unknown';
  return {
    atStake: [rollback.atStake[state], ...(isUncharged ? [rollback.uncharged] : [])].join(' '),
    advice: rollback.advice[advice],
    right: advice === 'unknown' ? ['rollback-done', 'retry'] : ['retry'],
    isCall: advice !== 'undone',
  };
}

/** Whether MobiFone itself refused every charge, and answers nothing against it: what a person stated is no fact yet. */
function isKnownUncharged(steps: Purchase['steps'], answers: MobifoneAnswers | undefined): boolean {
  const charges = steps.filter((one) => one.step === 'charge');
  return (
    charges.every(({ status, settledBy }) => status === 'refused' && settledBy !== 'operator') &&
    answers?.charge !== 'done' &&
    answers?.charge !== 'processing'
  );
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
