import {
  isCaseOver,
  isClosedEvidence,
  isContradiction,
  type Case,
  type CaseDecision,
} from '../../domain/case/case';
import { isHalfSold, type ClosedEvidence, type MobifoneAnswers } from '../../domain/case/closed-evidence';
import { isSettledAsNotMade, type TransactionState } from '../../domain/gateway-verdict';
import type { FoundCase } from '../../client/cases';
import { transactionId } from '../../domain/identifiers';
import type { SignedIn } from '../visit';
import { closingOf } from './closing';
import { caseInPlainWords } from './found';

/** What to do about a case, and which decision comes first. */
export interface Advice {
  sentence: string | undefined;
  first: CaseDecision | undefined;
}

export function adviceOf(visit: SignedIn, found: FoundCase): Advice {
  const { words } = visit;
  if (found.cutOff) return { sentence: words.cases.cutOff, first: undefined };
  const { card, state, atMobifone } = found;
  if (isCaseOver(state)) {
    const { how, by } = closingOf(visit, found);
    return { sentence: words.cases.closedBy(by, how), first: undefined };
  }
  if (state !== 'open') return { sentence: undefined, first: undefined }; // it is being carried out
  if (!isClosedEvidence(card.evidence)) return { sentence: caseInPlainWords(visit, card), first: undefined };
  const inEffect = whatStands(card.evidence, atMobifone);
  return { sentence: words.cases.ended[inEffect], first: FIRST[inEffect] };
}

type InEffect = 'unknown' | 'both' | 'registration' | 'half' | 'undone' | 'nothing' | 'refunded' | 'agree';

const FIRST: Readonly<Record<InEffect, CaseDecision>> = {
  unknown: 'ask',
  both: 'close',
  registration: 'close',
  half: 'close',
  undone: 'ask',
  nothing: 'refund',
  refunded: 'reject',
  agree: 'close',
};

/** What is in effect at MobiFone of a purchase that was ended from outside, as far as it has answered. */
function whatStands(evidence: ClosedEvidence, answers: MobifoneAnswers | undefined): InEffect {
  const { steps, reason, refund } = evidence;
  const isRefunded = steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
  const isOrdered = steps.some(({ step }) => step === 'register');
  const { registration, charge } = answers ?? {};
  if (!isOrdered || (isGone(registration) && (charge === undefined || isGone(charge))))
    return isRefunded ? 'refunded' : 'nothing';
  const isUndone = reason !== null || refund !== null || isRefunded; // its channel refunds
  if (answers && isHalfSold(answers)) return isUndone ? 'undone' : 'half';
  const isSold = registration === 'done' && (charge === undefined || charge === 'done');
  if (!isSold) return 'unknown';
  if (isUndone) return 'agree';
  return charge === undefined ? 'registration' : 'both';
}

function isGone(state: TransactionState | undefined): boolean {
  return state !== undefined && isSettledAsNotMade(state);
}

/** What MobiFone is asked about by phone: its own numbers, or the transactions of the purchase. */
export function quotedAbout({ card, atMobifone }: Pick<Case, 'card' | 'atMobifone'>): string[] {
  const { evidence, purchaseId } = card;
  const registration = transactionId(purchaseId, 'registration');
  const charge = transactionId(purchaseId, 'charge');
  if (isContradiction(evidence)) return [charge, registration];
  if (!isClosedEvidence(evidence)) return [...new Set([...evidence.references, registration])];
  const sent = (name: 'register' | 'charge') => evidence.steps.some(({ step }) => step === name);
  return [
    ...(sent('register') ? [registration] : []),
    ...(sent('charge') || atMobifone?.charge !== undefined ? [charge] : []),
  ];
}
