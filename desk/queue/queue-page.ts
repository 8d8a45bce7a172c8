import { BREAK_KINDS } from '../../domain/reconciliation/breaks';
import { isOutcome } from '../../domain/purchase/states';
import {
  isWanted,
  reasonKey,
  type Queue,
  type QueueFilter,
  type QueueItem,
  type Unlisted,
} from '../../operators/queue-item';
import { html, type Html, type Piece } from '../html';
import { formatLocalTime } from '../../domain/local-time';
import { amount, cardsTable, page, type Row } from '../layout';
import { troubleOf } from '../trouble';
import type { SignedIn } from '../visit';
import { ageInWords } from '../words/age';
import { caseInPlainWords, foundInPlainWords } from '../cases/found';
import { addressOf, nameOf } from './queue-links';
import { waitingFor, type QueueNow } from './queue-watch';
import { scopeInPlainWords } from '../day/scope-words';

/**
 * What needs attention, the oldest first, with counts by reason.
 * @param found what was read for the filter
 * @param channels that can be chosen, besides those of what was read
 */
export function queuePage(
  visit: SignedIn,
  now: QueueNow,
  filter: QueueFilter,
  { found = now.queue, channels = [] }: { found?: Queue; channels?: readonly string[] } = {},
): string {
  const { words } = visit;
  const { items } = now.queue;
  const shown = found.items.filter((item) => isWanted(item, filter));
  const people = shown.filter(({ waitsFor }) => waitsFor === 'person');
  const machines = shown.filter(({ waitsFor }) => waitsFor === 'machine');
  const waiting = waitingFor(now.queue);
  const forMachines = items.filter(({ waitsFor }) => waitsFor === 'machine').length;
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return page(visit, {
    title: words.queue.title,
    path: '/',
    waiting,
    trouble: troubleOf(words, now),
    main: html`<h1>${words.queue.title}</h1>
      <div id="queue" data-digest="${now.digest}">
        <p class="count" role="status">
          ${words.queue.heading(waiting)}${forMachines > 0 && ` ${words.queue.alsoWaiting(forMachines)}`}
        </p>
        ${notes(visit, now)} ${waiting > 0 && counts(visit, now.queue)}
        ${(items.length > 0 || isFiltered) && filterForm(visit, items, filter, channels)}
        ${shown.some(({ kind }) => kind === 'purchase') && html`<p><a href="/batch?${new URLSearchParams({ reason: filter.reason, channel: filter.channel }).toString()}">${words.queue.batch}</a></p>`}
        ${people.length > 0 && table(visit, people)} ${unlisted(visit, found)}
        ${people.length + found.unlisted.length === 0 && html`<p class="empty">${isFiltered ? words.queue.emptyFiltered : words.queue.empty}</p>`}
        ${
          machines.length > 0 &&
          html`<section id="machines">
            <h2>${words.queue.machines}</h2>
            ${table(visit, machines)}
          </section>`
        }
      </div>`,
  });
}

/** What is not listed one by one, and where it is. */
function unlisted(visit: SignedIn, { unlisted: left }: Queue): Piece {
  if (left.length === 0) return null;
  const { queue } = visit.words;
  return html`<section id="unlisted">
    <h2>${queue.unlisted}</h2>
    <ul>
      ${left.map(
        (one) =>
          html`<li>
            <a href="/?${addressOfUnlisted(one)}"
              >${queue.unlistedLine(one.count, unlistedInWords(visit, one), one.channel)}</a
            >
          </li>`,
      )}
    </ul>
  </section>`;
}

function addressOfUnlisted({ kind, reason, channel }: Unlisted): string {
  return new URLSearchParams({
    kind,
    ...(reason === null ? {} : { reason }),
    ...(channel === null ? {} : { channel }),
  }).toString();
}

function unlistedInWords({ words, say }: SignedIn, { kind, reason }: Unlisted): string {
  if (reason !== null) return say.attention(reason);
  return kind === 'case' ? words.queue.kinds.case : `${words.queue.kinds[kind]}. ${words.queue.noticeReason}`;
}

function notes({ words }: SignedIn, { queue, pauses }: QueueNow): Html[] {
  const paused = pauses.map(
    ({ scope, by, why }) =>
      html`<p class="trouble">
        <a href="/day#pauses">${words.queue.paused(scopeInPlainWords(words, scope))}</a>, ${by}: ${why}
      </p>`,
  );
  const sentences = [
    ...(queue.batchesNotLookedAt > 0 ? [words.queue.batchesNotLookedAt(queue.batchesNotLookedAt)] : []),
    ...(queue.unreadable.length > 0 ? [words.queue.unreadable(queue.unreadable.join(', '))] : []),
    ...(queue.unreadDays.length > 0 ? [words.queue.unreadDays(queue.unreadDays.join(', '))] : []),
  ];
  return [...paused, ...sentences.map((sentence) => html`<p class="trouble">${sentence}</p>`)];
}

/** Counts by reason; each is a link that filters. */
function counts(visit: SignedIn, { items, unlisted: left }: Queue): Html {
  const byReason = new Map<string, { words: string; count: number }>();
  const add = (key: string, inWords: string, count: number) => {
    const known = byReason.get(key) ?? { words: inWords, count: 0 };
    byReason.set(key, { ...known, count: known.count + count });
  };
  for (const item of items.filter(({ waitsFor }) => waitsFor === 'person'))
    add(reasonKey(item), reasonInWords(visit, item), 1);
  for (const one of left)
    if (one.kind !== 'case') add(one.reason ?? one.kind, unlistedInWords(visit, one), one.count);
  const rows = [...byReason].sort(([, one], [, other]) => other.count - one.count);
  return html`<h2>${visit.words.queue.counts}</h2>
    <ul class="counts">
      ${rows.map(
        ([key, { words, count }]) =>
          html`<li>
            <a id="reason-${key}" href="/?reason=${encodeURIComponent(key)}"><b>${count}</b> ${words}</a>
          </li>`,
      )}
    </ul>`;
}

function filterForm(
  { words }: SignedIn,
  items: readonly QueueItem[],
  filter: QueueFilter,
  channels: readonly string[],
): Html {
  const named = (values: readonly (string | null)[]) =>
    [...new Set(values)].filter((value) => value !== null).sort();
  const options = (values: readonly string[], chosen: string, inWords = (value: string) => value) => [
    html`<option value="">${words.queue.all}</option>`,
    ...values.map(
      (value) =>
        html`<option value="${value}" ${value === chosen && html` selected`}>${inWords(value)}</option>`,
    ),
  ];
  const kinds = named(items.map(({ kind }) => kind));
  const kindInWords = (kind: string) =>
    Object.entries(words.queue.kinds).find(([key]) => key === kind)?.[1] ?? kind;
  return html`<form method="get" action="/" class="filters" aria-label="${words.queue.filters}">
    <label
      >${words.queue.kind}
      <select name="kind">
        ${options(kinds, filter.kind, kindInWords)}
      </select></label
    >
    <label
      >${words.queue.channel}
      <select name="channel">
        ${options(named([...channels, ...items.map(({ channel }) => channel)]), filter.channel)}
      </select></label
    >
    <label
      >${words.queue.package}
      <select name="package">
        ${options(named(items.map((item) => item.package)), filter.package)}
      </select></label
    >
    ${filter.reason !== '' && html`<input type="hidden" name="reason" value="${filter.reason}" />`}
    <button>${words.queue.apply}</button>
    ${Object.values(filter).some((value) => value !== '') && html`<a href="/">${words.queue.all}</a>`}
  </form>`;
}

function table(visit: SignedIn, items: readonly QueueItem[]): Html {
  const { queue } = visit.words;
  const heads = [
    queue.what,
    queue.reason,
    queue.step,
    queue.atStake,
    queue.age,
    queue.channel,
    queue.package,
  ];
  return cardsTable(
    queue.title,
    heads,
    items.map((item) => row(visit, item)),
  );
}

function row(visit: SignedIn, item: QueueItem): Row {
  const { words } = visit;
  const cells = [
    reasonInWords(visit, item),
    stepInWords(visit, item),
    amount(visit, item.atStake),
    html`<span title="${formatLocalTime(new Date(item.since))}"
      >${ageInWords(words, item.since, new Date())}</span
    >`,
    item.channel ?? '–',
    item.package ?? '–',
  ];
  const heading = html`<a href="${addressOf(item)}">${words.queue.kinds[item.kind]} ${nameOf(item)}</a>`;
  return { heading, cells };
}

/** The index has no step; after the outcome it is read from the purchase, some at a time. */
function stepInWords({ words, say }: SignedIn, item: QueueItem): string {
  if (item.kind !== 'purchase') return '–';
  if (item.step) return say.step(item.step, item.stated);
  return isOutcome(item.state) && item.reason !== 'workflow_closed'
    ? words.queue.afterOutcome(say.state(item.state))
    : '–';
}

function reasonInWords(visit: SignedIn, item: QueueItem): string {
  const { words, language, say } = visit;
  switch (item.kind) {
    case 'purchase':
      return say.attention(item.reason);
    case 'case': {
      const found = `${caseInPlainWords(visit, item.card)} (${foundInPlainWords(visit, item.card.evidence)})`;
      return item.cutOff ? `${words.cases.cutOff} ${found}` : found;
    }
    case 'notice':
    case 'batch_notice':
      return `${say.notice(item.notice)}: ${words.queue.noticeReason}`;
    case 'break':
      return words.queue.breakReason(BREAK_KINDS[item.found.kind][language]);
  }
}
