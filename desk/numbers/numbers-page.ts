import { MAX_TEXT_LENGTH } from '../../domain/act-of-request';
import type { Block, BlocksState } from '../../domain/blocks';
import { maskMsisdn } from '../../domain/msisdn';
import type { PurchaseId } from '../../domain/identifiers';
import { html, type Html, type Piece } from '../html';
import { amount, field, notice, page, time, tokenField } from '../layout';
import type { LimitsOfNumbers } from '../registry';
import type { SignedIn } from '../visit';

export interface Numbers {
  state: BlocksState;
  limits: LimitsOfNumbers;
  waiting: number | undefined;
  /** The purchase whose number may be blocked: the form then needs no number. */
  of?: { purchaseId: PurchaseId; externalId: string; masked: string } | undefined;
}

/** The blocked numbers, masked, with who and why; the forms that block and unblock; and the limits of a number. */
export function numbersPage(
  visit: SignedIn,
  numbers: Numbers,
  { done, faults }: { done?: readonly string[]; faults?: readonly string[] } = {},
): string {
  const { words, session } = visit;
  const { state, waiting } = numbers;
  const may = session.person.role === 'act';
  return page(visit, {
    title: words.numbers.title,
    path: '/numbers',
    waiting,
    main: html`<h1>${words.numbers.title}</h1>
      ${done && notice('done', done)}${faults && notice('fault', faults)}
      <section class="card" id="blocks">
        <h2>${words.numbers.blocked(state.blocks.length)}</h2>
        <p class="hint">${words.numbers.meaning}</p>
        ${state.blocks.map((block) => standing(visit, block))} ${may && blockForm(visit, numbers)}
        ${latest(visit, state)}
      </section>
      ${limits(visit, numbers.limits)}`,
  });
}

/** A blocked number and the form that sells to it again; the page knows it masked only, so its moment names it. */
function standing({ words, session }: SignedIn, { msisdn, since, by, why }: Block): Html {
  const masked = maskMsisdn(msisdn);
  const id = `why-${since.replaceAll(/\D/g, '')}-${masked.slice(-3)}`;
  return html`<form method="post" action="/numbers/unblock" class="switch">
    ${tokenField(session.csrf)}<input type="hidden" name="since" value="${since}" />
    <input type="hidden" name="masked" value="${masked}" />
    <p><b>${masked}</b>, ${words.numbers.since} ${time(since)}, ${by}: ${why}</p>
    ${
      session.person.role === 'act' &&
      html`<p class="field">
          <label for="${id}">${words.acts.why}</label
          ><input id="${id}" name="why" required maxlength="${String(MAX_TEXT_LENGTH)}" autocomplete="off" />
        </p>
        <button>${words.numbers.unblock}: ${masked}</button>`
    }
  </form>`;
}

function blockForm({ words, session }: SignedIn, { of }: Numbers): Html {
  return html`<form method="post" action="/numbers/block">
    ${tokenField(session.csrf)}
    ${
      of
        ? html`<input type="hidden" name="purchase" value="${of.purchaseId}" />
            <p>${words.numbers.ofPurchase(of.masked, of.externalId)}</p>`
        : field(words.purchase.number, 'number', { required: true, hint: words.numbers.numberHint })
    }
    ${field(words.acts.why, 'why', { required: true, maxLength: MAX_TEXT_LENGTH })}
    <button class="do">${words.numbers.block}</button>
    ${of && html`<a href="/purchases/${of.purchaseId}">${words.acts.leave}</a>`}
  </form>`;
}

function latest({ words }: SignedIn, { trail }: BlocksState): Piece {
  if (trail.length === 0) return null;
  return html`<h3>${words.day.latest}</h3>
    <ol class="timeline">
      ${trail
        .toReversed()
        .map(
          ({ act, msisdn, by, why, at }) =>
            html`<li>${time(at)} ${words.numbers.changes[act]} ${maskMsisdn(msisdn)}, ${by}: ${why}</li>`,
        )}
    </ol>`;
}

/** They are set in the channel registry, so the desk shows them only. */
function limits(visit: SignedIn, all: LimitsOfNumbers): Html {
  const { words } = visit;
  return html`<section class="card" id="limits">
    <h2>${words.numbers.limits}</h2>
    ${all.length === 0 && html`<p>${words.numbers.noLimits}</p>`}
    ${
      all.length > 0 &&
      html`<ul>
        ${all.map(({ channel, limits: { salesPerNumberPerDay: sales, amountPerNumberPerDay: sum } }) => {
          const texts = [
            ...(sales === undefined ? [] : [words.numbers.orders(sales)]),
            ...(sum === undefined ? [] : [amount(visit, sum)]),
          ];
          return html`<li>${channel ?? words.numbers.allChannels}: ${texts.join(', ')}</li>`;
        })}
      </ul>`
    }
    <p class="hint">${words.numbers.limitsHint}</p>
  </section>`;
}
