import {
  caseDecisionsAt,
  isCaseOver,
  mayBeOpenedAgain,
  type Case,
  type CaseDecision,
} from '../../domain/case/case';
import type { CaseId } from '../../domain/identifiers';
import { formatLocalTime } from '../../domain/local-time';
import type { FoundCase } from '../../client/cases';
import { html, type Html } from '../html';
import { amount, facts, field, notice, page, technical, time, tokenField } from '../layout';
import type { QueueItem } from '../../operators/queue-item';
import { caseAddress, nextInQueue } from '../queue/queue-links';
import { toldOfEach } from '../purchase/answers-in-words';
import { purchaseLink } from '../purchase/purchase-link';
import type { Told } from '../told-once';
import type { SignedIn } from '../visit';
import { ageInWords } from '../words/age';
import { adviceOf, quotedAbout } from './advice';
import { confirmationOf } from './confirmed-decisions';
import { foundInPlainWords } from './found';

interface Around extends Told {
  waiting?: number | undefined;
  next?: QueueItem | undefined;
  /** Whether its purchase still has a page: a case may outlive it. */
  hasPurchase?: boolean;
}

/** A case: what was found, decided and done, and what may be decided now. */
export function casePage(
  visit: SignedIn,
  found: FoundCase,
  { done, faults, waiting, next, hasPurchase = true }: Around = {},
): string {
  const { words, say, session } = visit;
  const { card, state, attention, log, atMobifone } = found;
  const { sentence, first } = adviceOf(visit, found);
  const isDecided = session.person.role !== 'act' || found.cutOff === true;
  const open = isDecided ? [] : caseDecisionsAt(card.subject.kind, state);
  const decisions = open.toSorted((one, other) => Number(other === first) - Number(one === first));
  const quoted = isCaseOver(state) ? [] : quotedAbout(found);
  return page(visit, {
    title: words.cases.title('').trim(),
    path: caseAddress(card.id),
    waiting,
    main: html`<h1>${words.cases.heading(card.externalId)}</h1>
      <p class="hint"><code>${card.id}</code></p>
      ${done && notice('done', done)}${faults && notice('fault', faults)} ${done && nextInQueue(visit, next)}
      <p class="state" data-state="${state}"><b>${say.caseState(state)}</b></p>
      ${sentence !== undefined && html`<p id="advice">${sentence}</p>`}
      ${
        attention &&
        html`<section class="card attention">
          <h2>${words.purchase.attention(ageInWords(words, attention.since, new Date()))}</h2>
          ${attention.reason !== 'case_open' && html`<p>${say.cause(attention.detail) ?? say.attention(attention.reason)}</p>`}
        </section>`
      }
      ${facts([
        [
          words.cases.purchase,
          html`${purchaseLink(visit, card.purchaseId, card.externalId, hasPurchase)} – ${card.channel}`,
        ],
        [words.purchase.package, `${card.package}, ${amount(visit, card.amount)}`],
        [
          words.cases.found,
          html`${foundInPlainWords(visit, card.evidence)} ${technical(words, card.evidence.detail)}`,
        ],
        [words.queue.atStake, amount(visit, card.evidence.atStake)],
        ...(quoted.length > 0
          ? [[words.cases.quote, html`${quoted.map((id) => html`<code>${id}</code> `)}`] as const]
          : []),
      ])}
      <p>${words.cases.opened(formatLocalTime(new Date(card.openedAt)), card.by, say.why(card.why))}</p>
      ${
        atMobifone &&
        html`<section class="card">
          <h2>${words.purchase.says(formatLocalTime(new Date(atMobifone.at)))}</h2>
          ${facts(toldOfEach(visit, atMobifone))}
        </section>`
      }
      ${
        decisions.length > 0 &&
        html`<section class="card">
          <h2>${words.purchase.acts}</h2>
          ${decisions.map((decision) => decisionForm(visit, found, decision))}
        </section>`
      }
      ${session.person.role === 'act' && (found.cutOff || mayBeOpenedAgain(state)) && reopening(visit, card.id)}
      <section class="card">
        <h2>${words.cases.log}</h2>
        <ol class="timeline">
          ${log.map(({ at, what, by }) => html`<li>${time(at)} ${say.logged(what)}${by !== undefined && `, ${by}`}</li>`)}
        </ol>
      </section>`,
  });
}

/** For what a person closed and MobiFone shows to be wrong later. */
function reopening({ words, session }: SignedIn, id: CaseId): Html {
  return html`<section class="card">
    <h2>${words.cases.reopen}</h2>
    <form method="post" action="${caseAddress(id)}/reopen">
      ${tokenField(session.csrf)} ${field(words.acts.why, 'why', { required: true })}
      <button>${words.cases.reopen}</button>
    </form>
  </section>`;
}

/** Each decision with what it does, folded until somebody wants it. */
function decisionForm(visit: SignedIn, { card }: Case, decision: CaseDecision): Html {
  const { words, say, session } = visit;
  const id = (name: string) => `${decision}-${name}`;
  const name = words.cases.names[decision];
  const confirmation = confirmationOf(words, decision);
  return html`<details class="decision" id="${id('form')}">
    <summary>${name}</summary>
    <p>${say.caseDecision(decision)}</p>
    <form method="post" action="${caseAddress(card.id)}">
      ${tokenField(session.csrf)}<input type="hidden" name="decision" value="${decision}" />
      <p class="field">
        <label for="${id('why')}">${words.acts.why}</label
        ><input id="${id('why')}" name="why" required maxlength="300" autocomplete="off" />
      </p>
      ${decision === 'close' && html`<p class="field"><label for="${id('how')}">${words.cases.how}</label><input id="${id('how')}" name="how" required maxlength="300" autocomplete="off" /></p>`}
      ${
        confirmation !== undefined &&
        html`<p>
          <label><input type="checkbox" name="confirmed" value="yes" required /> ${confirmation}</label>
        </p>`
      }
      <button class="do">${words.acts.do}: ${name}</button>
    </form>
  </details>`;
}
