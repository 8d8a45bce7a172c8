import { formatLocalTime } from '../../domain/local-time';
import type { BreakAct, RegisteredBreak } from '../../domain/reconciliation/break-register';
import { BREAK_KINDS } from '../../domain/reconciliation/breaks';
import { breakClosingOf } from '../cases/closing';
import { html, type Html } from '../html';
import { amount, facts, notice, page, technical, time, tokenField } from '../layout';
import type { QueueItem } from '../../operators/queue-item';
import { breakAddress, nextInQueue } from '../queue/queue-links';
import { purchaseLink } from '../purchase/purchase-link';
import type { Told } from '../told-once';
import type { SignedIn } from '../visit';

export type BreakActName = BreakAct['act'];
export const BREAK_ACTS = ['assign', 'comment', 'close', 'reopen'] as const satisfies readonly BreakActName[];

interface Around extends Told {
  waiting?: number | undefined;
  next?: QueueItem | undefined;
  /** Whether its purchase has a page here. */
  hasPurchase?: boolean;
}

/** A break: what differs, who has it, and what can be done about it. */
export function breakPage(
  visit: SignedIn,
  one: RegisteredBreak,
  { done, faults, waiting, next, hasPurchase = false }: Around = {},
): string {
  const { words, say, language, session } = visit;
  const { kind, purchaseId, closedBy } = one;
  const found = BREAK_KINDS[kind];
  const open: BreakActName[] = closedBy === null ? ['assign', 'comment', 'close'] : ['comment', 'reopen'];
  const closing = breakClosingOf(visit, one);
  const state =
    closedBy === null
      ? words.breaks.openSince(formatLocalTime(new Date(one.foundAt)))
      : words.breaks.closedBy[closedBy];
  return page(visit, {
    title: words.breaks.title(one.id),
    path: breakAddress(one),
    waiting,
    main: html`<h1>${words.breaks.title(one.id)}</h1>
      ${done && notice('done', done)}${faults && notice('fault', faults)} ${done && nextInQueue(visit, next)}
      <p class="state"><b>${found[language]}</b></p>
      <p id="advice">
        ${closing ? words.cases.closedBy(closing.by, closing.how) : language === 'vi' ? found.nextVi : found.next}
      </p>
      ${facts([
        [words.breaks.state, state],
        [words.breaks.day, one.day],
        [words.cases.purchase, purchaseLink(visit, purchaseId, purchaseId, hasPurchase)],
        [words.queue.atStake, amount(visit, one.atStake)],
        [words.breaks.owner, one.owner ?? words.breaks.noOwner],
        [words.cases.found, technical(words, one.detail)],
        [words.breaks.references, one.references.join(', ') || words.none],
      ])}
      ${
        session.person.role === 'act' &&
        html`<section class="card">
          <h2>${words.purchase.acts}</h2>
          ${open.map((act) => actForm(visit, one, act))}
        </section>`
      }
      <section class="card">
        <h2>${words.cases.log}</h2>
        <ol class="timeline">
          ${one.log.map(({ at, what, by, isComment }) => html`<li>${time(at)} ${isComment ? `${words.breaks.comment}: ${what}` : say.logged(what)}${by !== undefined && `, ${by}`}</li>`)}
        </ol>
      </section>`,
  });
}

function actForm({ words, session }: SignedIn, { day, id }: RegisteredBreak, act: BreakActName): Html {
  return html`<form method="post" action="${breakAddress({ day, id })}">
    ${tokenField(session.csrf)}<input type="hidden" name="act" value="${act}" />
    <p class="field">
      <label for="${act}">${words.breaks[act]}</label
      ><input id="${act}" name="text" required maxlength="300" autocomplete="off" />
    </p>
    <button>${words.breaks[`${act}Go`]}</button>
  </form>`;
}
