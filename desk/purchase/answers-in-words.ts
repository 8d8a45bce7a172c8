import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { formatLocalTime } from '../../domain/local-time';
import { html, type Html } from '../html';
import { facts } from '../layout';
import type { SignedIn } from '../visit';

/** Whether anything was answered that says what is at MobiFone. */
export function isUsable({ registration, charge }: MobifoneAnswers): boolean {
  return [registration, charge].some((state) => state !== undefined && state !== 'no_answer');
}

/** What MobiFone says, for the purchase and for an act. */
export function answersInWords(visit: SignedIn, answers: MobifoneAnswers): Html {
  if (!isUsable(answers)) return html`<p>${answerInASentence(visit, answers)}</p>`;
  return html`<p>${visit.words.purchase.says(formatLocalTime(new Date(answers.at)))}</p>
    ${facts(toldOfEach(visit, answers))}`;
}

/** The same on one line, for whoever has just asked. */
export function answerInASentence(visit: SignedIn, answers: MobifoneAnswers): string {
  const { words, say } = visit;
  const { at } = answers;
  if (!isUsable(answers))
    return words.purchase.askedInVain(formatLocalTime(new Date(at)), say.transactionState('no_answer'));
  const told = toldOfEach(visit, answers).map(([about, state]) => `${about}: ${state}`);
  return `${words.purchase.says(formatLocalTime(new Date(at)))}. ${told.join('. ')}.`;
}

/** Each command that MobiFone was asked about, and its state. */
export function toldOfEach(
  { words, say }: SignedIn,
  { registration, charge }: Pick<MobifoneAnswers, 'registration' | 'charge'>,
): (readonly [about: string, state: string])[] {
  return [
    ...(registration ? [[words.purchase.registration, say.transactionState(registration)] as const] : []),
    ...(charge ? [[words.purchase.charge, say.transactionState(charge)] as const] : []),
  ];
}
