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
  const { words, say } = visit;
  const { at, registration, charge } = answers;
  if (!isUsable(answers)) return html`<p>${answerInASentence(visit, answers)}</p>`;
  return html`<p>${words.purchase.says(formatLocalTime(new Date(at)))}</p>
    ${facts([
      ...(registration === undefined
        ? []
        : [[words.purchase.registration, say.transactionState(registration)] as const]),
      ...(charge === undefined ? [] : [[words.purchase.charge, say.transactionState(charge)] as const]),
    ])}`;
}

/** The same on one line, for whoever has just asked. */
export function answerInASentence({ words, say }: SignedIn, answers: MobifoneAnswers): string {
  const { at, registration, charge } = answers;
  if (!isUsable(answers))
    return words.purchase.askedInVain(formatLocalTime(new Date(at)), say.transactionState('no_answer'));
  const told = [
    ...(registration === undefined
      ? []
      : [`${words.purchase.registration}: ${say.transactionState(registration)}`]),
    ...(charge === undefined ? [] : [`${words.purchase.charge}: ${say.transactionState(charge)}`]),
  ];
  return `${words.purchase.says(formatLocalTime(new Date(at)))}. ${told.join('. ')}.`;
}
