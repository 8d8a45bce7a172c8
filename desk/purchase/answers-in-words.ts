import type { MobifoneAnswers } from '../../domain/case/closed-evidence';
import { formatLocalTime } from '../../domain/local-time';
import { html, type Html } from '../html';
import { facts } from '../layout';
import type { SignedIn } from '../visit';

/** What MobiFone says, for the purchase and for an act. */
export function answersInWords({ words, say }: SignedIn, answers: MobifoneAnswers): Html {
  const { at, registration, charge } = answers;
  return html`<p>${words.purchase.says(formatLocalTime(new Date(at)))}</p>
    ${facts([
      ...(registration === undefined
        ? []
        : [[words.purchase.registration, say.transactionState(registration)] as const]),
      ...(charge === undefined ? [] : [[words.purchase.charge, say.transactionState(charge)] as const]),
    ])}`;
}

/** The same on one line, for whoever has just asked. */
export function answerInASentence(
  { words, say }: SignedIn,
  { at, registration, charge }: MobifoneAnswers,
): string {
  const told = [
    ...(registration === undefined
      ? []
      : [`${words.purchase.registration}: ${say.transactionState(registration)}`]),
    ...(charge === undefined ? [] : [`${words.purchase.charge}: ${say.transactionState(charge)}`]),
  ];
  return `${words.purchase.says(formatLocalTime(new Date(at)))}. ${told.join('. ')}.`;
}
