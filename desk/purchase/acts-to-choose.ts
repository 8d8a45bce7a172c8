import type { OperatorAct } from '../../domain/purchase/operator-acts';
import type { Timeline } from '../../operators/timeline';
import { html, type Html, type Piece } from '../html';
import { tokenField } from '../layout';
import type { SignedIn } from '../visit';
import { retryId } from './retry-id';

/** The acts that are open: those that may be right in view, the others folded, each with what it does. */
export function actsToChoose(visit: SignedIn, timeline: Timeline, right: readonly OperatorAct[]): Piece {
  const { words, say, session } = visit;
  const { open, purchase } = timeline;
  if (open.length === 0) return null;
  if (session.person.role !== 'act') return html`<p>${words.purchase.lookOnly}</p>`;
  const inView = right.filter((act) => open.includes(act));
  // A sale that can no longer be cancelled can be given up, which comes to the same for the customer.
  const shown =
    right.includes('cancel') && !open.includes('cancel') && open.includes('give-up')
      ? (['give-up', ...inView] as const)
      : inView;
  const others = open.filter((act) => !shown.includes(act));
  return html`<ul class="acts" aria-label="${words.purchase.acts}">
      ${shown.map((act) => html`<li>${button(visit, timeline, act)} ${act === 'retry' && html`<span>${say.act(act, purchase)}</span>`}</li>`)}
    </ul>
    ${
      others.length > 0 &&
      html`<details id="other-acts">
        <summary>${shown.length > 0 ? words.acts.others : words.purchase.acts}</summary>
        <ul class="acts">
          ${others.map((act) => html`<li>${button(visit, timeline, act)} <span>${say.act(act, purchase)}</span></li>`)}
        </ul>
      </details>`
    }`;
}

/** Trying again decides nothing and asks for nothing, so that one press does it; any other act has its page. */
function button({ words, session }: SignedIn, timeline: Timeline, act: OperatorAct): Html {
  const address = `/purchases/${timeline.purchase.order.purchaseId}/acts/${act}`;
  const name = words.acts.names[act];
  if (act !== 'retry') return html`<a class="button" id="act-${act}" href="${address}">${name}</a>`;
  return html`<form method="post" action="${address}">
    ${tokenField(session.csrf)}<input
      type="hidden"
      name="update"
      value="${retryId(session, timeline)}"
    /><button id="act-retry">${name}</button>
  </form>`;
}
