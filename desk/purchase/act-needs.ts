import { runningSteps } from '../../domain/purchase/attention';
import { isKeptAsWritten } from '../../domain/persons-words';
import type { OperatorAct } from '../../domain/purchase/operator-acts';
import type { Purchase } from '../../domain/purchase/purchase';
import { isContradicted, restsOnThePerson } from '../../operators/inquiry';
import type { SignedIn } from '../visit';
import type { ActFaults, ActForm } from './act-page';
import type { WholePurchase } from './whole-purchase';

/** Whether an act states something about what is at MobiFone. Giving up undoes what is there, but for a charge. */
export function asksMobifone(act: OperatorAct, { steps }: Purchase): boolean {
  if (act === 'give-up') return runningSteps(steps).includes('charge');
  return act === 'charge-done' || act === 'charge-not-done' || act === 'rollback-done';
}

/** What decides nothing needs no reason, and a statement rests on MobiFone's case number; each may have one. */
export function reasonGiven({ words }: SignedIn, { act, rests: isAlone, given }: ActForm): string {
  if (given.why !== '') return given.why;
  return act === 'retry' ? words.acts.retryWhy : isAlone ? words.acts.confirmedWhy : '';
}

/** Whether money rests on the person alone. */
export function rests({ act, answers }: Pick<ActForm, 'act' | 'answers'>): boolean {
  return restsOnThePerson(act, answers);
}

/** Whether MobiFone states the opposite. */
export function contradicted(
  { act, answers }: Pick<ActForm, 'act' | 'answers'>,
  { timeline }: WholePurchase,
): boolean {
  return isContradicted(act, answers, runningSteps(timeline.purchase.steps).includes('charge'));
}

/** What is missing or wrong in a form that was sent. */
export function faultsOf(visit: SignedIn, form: ActForm): ActFaults {
  const { words } = visit;
  const { rests: isAlone, given } = form;
  return {
    ...(reasonGiven(visit, form) === '' ? { why: words.acts.whyMissing } : {}),
    ...(isAlone && given.ticket === '' ? { ticket: words.acts.ticketMissing } : {}),
    ...(isKeptAsWritten(given.ticket) ? {} : { ticket: words.acts.ticketMasked }),
    ...(isAlone && !given.isConfirmed ? { confirmed: words.acts.confirmMissing } : {}),
  };
}

/** Whether somebody must look at it again. */
export function whatIsLeft({ words }: SignedIn, { outcome, attention }: Purchase): string {
  return outcome !== null && attention === null ? words.acts.nothingLeft : words.acts.goesOn;
}
