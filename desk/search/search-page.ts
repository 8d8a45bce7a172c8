import { maskMsisdn } from '../../domain/msisdn';
import type { Found, Wanted } from '../../operators/search';
import { html, type Html } from '../html';
import { amount, cardsTable, field, notice, page, time, tokenField } from '../layout';
import { batchAddress, breakAddress, caseAddress } from '../queue/queue-links';
import type { SignedIn } from '../visit';

interface Search {
  wanted?: Wanted;
  found?: Found;
  fault?: string;
  /** Encryption is off, so that numbers are not searchable. */
  isClear?: boolean;
  waiting?: number | undefined;
}

/** The form, and what was found; what was typed is not repeated in the title. */
export function searchPage(visit: SignedIn, { wanted, found, fault, isClear, waiting }: Search): string {
  const { words, session } = visit;
  return page(visit, {
    title: words.search.title,
    path: '/search',
    waiting,
    main: html`<h1>${words.search.title}</h1>
      ${fault !== undefined && notice('fault', [fault])}
      <form method="post" action="/search" class="card" role="search">
        ${tokenField(session.csrf)}
        ${field(words.search.what, 'what', { hint: words.search.whatHint, value: wanted?.text ?? '' })}
        ${field(words.search.channel, 'channel', { value: wanted?.channel ?? '' })}
        ${field(words.search.day, 'day', { value: wanted?.day ?? '', type: 'date' })}
        <button class="do">${words.search.go}</button>
      </form>
      ${isClear && html`<p class="hint">${words.search.clear}</p>`}
      <div role="status">${found && results(visit, found)}</div>`,
  });
}

function results(visit: SignedIn, found: Found): Html {
  const { words } = visit;
  const { purchases, batches, cases, breaks, more } = found;
  if (purchases.length + batches.length + cases.length + breaks.length === 0)
    return html`<p class="empty">${words.search.none}</p>`;
  return html`${purchases.length > 0 && table(visit, purchases)} ${more && html`<p>${words.search.more}</p>`}
  ${
    batches.length > 0 &&
    html`<ul>
      ${batches.map(({ channel, batchId }) => html`<li><a href="${batchAddress(channel, batchId)}">${words.channelBatch.title} ${batchId}</a>, ${channel}</li>`)}
    </ul>`
  }
  ${
    cases.length > 0 &&
    html`<ul>
      ${cases.map(({ card, state, cutOff }) => html`<li><a href="${caseAddress(card.id)}">${words.cases.heading(card.externalId)}</a>: ${cutOff ? words.cases.cutOff : visit.say.caseState(state)}</li>`)}
    </ul>`
  }
  ${
    breaks.length > 0 &&
    html`<ul>
      ${breaks.map((one) => html`<li><a href="${breakAddress(one)}">${words.queue.kinds.break} ${one.id}</a>, ${one.day}</li>`)}
    </ul>`
  }`;
}

function table(visit: SignedIn, purchases: Found['purchases']): Html {
  const { words, say } = visit;
  const heads = [
    words.search.order,
    words.search.accepted,
    words.queue.channel,
    words.purchase.number,
    words.queue.package,
    words.purchase.price,
    words.search.state,
  ];
  const rows = purchases.map(({ order, state, needsAttention }) => ({
    heading: html`<a href="/purchases/${order.purchaseId}">${order.externalId}</a>`,
    cells: [
      time(order.acceptedAt),
      order.channel,
      maskMsisdn(order.msisdn),
      order.package.code,
      amount(visit, order.faceValue),
      html`${say.state(state)}${needsAttention && html` <b>${words.search.needs}</b>`}`,
    ],
  }));
  return html`<p class="count">${words.search.found(purchases.length)}</p>
    ${cardsTable(words.search.title, heads, rows)}`;
}
