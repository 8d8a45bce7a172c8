import { isCaseOver } from '../../domain/case/case';
import type { Attention } from '../../domain/purchase/attention';
import { closingOf } from '../cases/closing';
import { html, type Html } from '../html';
import { amount, technical } from '../layout';
import type { SignedIn } from '../visit';
import { ageInWords } from '../words/age';
import type { WholePurchase } from './whole-purchase';

/** Of a purchase whose workflow was ended from outside: nothing is done here, and whether anything is left to decide. */
export function endedCard(visit: SignedIn, whole: WholePurchase, { since, detail }: Attention): Html {
  const { words } = visit;
  const { ended } = words.purchase;
  const about = whole.cases.filter(({ card }) => card.subject.kind === 'workflow_closed');
  const isOver = about.length > 0 && about.every(({ state }) => isCaseOver(state));
  const closing = whole.closedCase && closingOf(visit, whole.closedCase);
  const price = amount(visit, whole.timeline.purchase.order.faceValue);
  return html`<section class="card${isOver ? '' : ' attention'}" id="ended">
    <h2>${ended.title(ageInWords(words, since, new Date()))}</h2>
    ${!isOver && html`<p id="at-stake">${ended.atStake(price)}</p>`}
    <p id="advice">
      ${about.length === 0 ? ended.noCase : !isOver ? ended.openCase : closing ? ended.closed(closing.how, closing.by) : ended.closedSomehow}
    </p>
    ${technical(words, detail)}
  </section>`;
}
