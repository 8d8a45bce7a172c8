import { byId, element } from './elements.js';
import { keptLists, listOfFile } from './kept-lists.js';
import { dayAndClock, gigabytes, language, money, words } from './words.js';

export const isOver = (state) => state === 'completed' || state === 'cancelled';

/** Replaces what an element shows where that has changed: a link that has the focus keeps it. */
function redraw(id, ...nodes) {
  const place = byId(id);
  const fresh = element('div', {}, ...nodes);
  if (place.innerHTML !== fresh.innerHTML) place.replaceChildren(...fresh.childNodes);
}

const addressOf = (listId) => `/list.html?list=${listId}`;

/** What a file must have, and the packages with their prices. */
export function renderChoice(said, packages) {
  redraw(
    'columns',
    ...Object.entries(said.columns).map(([name, meaning]) =>
      element('li', {}, element('b', {}, name), `: ${meaning}`),
    ),
  );
  const lines = packages?.map(({ code, dataMegabytes, validityDays, price }) =>
    element(
      'li',
      {},
      element('b', {}, code),
      `: ${money(price)}, ${gigabytes(dataMegabytes)}, ${words().days(validityDays)}`,
    ),
  );
  const isKnown = lines && lines.length > 0;
  redraw('prices', ...(isKnown ? lines : [element('li', {}, said.noPackages)]));
}

/** The errors of a file, or its price and what to know before it is paid. */
export function renderCheck(said, { check, file, isClosed }) {
  const { rows, errorCount, errors, price, pausedPackages, isBoughtBefore } = check;
  const isInOrder = errorCount === 0;
  byId('summary').textContent = isInOrder
    ? said.inOrder(file.name, rows, money(price))
    : said.notInOrder(file.name, errorCount, rows, errors.length);
  redraw('errors', ...(isInOrder ? [] : errors).map((error) => element('li', {}, said.error(error))));
  const earlier = isInOrder ? listOfFile(file.digest, file.listId) : undefined;
  redraw(
    'same-file',
    ...(earlier
      ? [
          `${said.sameFile(dayAndClock(earlier.at), money(price))} `,
          element('a', { href: addressOf(earlier.listId) }, said.seeList),
        ]
      : isInOrder && isBoughtBefore
        ? [said.boughtBefore(money(price))]
        : []),
  );
  byId('paused').textContent =
    isInOrder && !isClosed && pausedPackages.length > 0 ? said.paused(pausedPackages.join(', ')) : '';
  byId('buy').hidden = !isInOrder;
  byId('buy').textContent = earlier || isBoughtBefore ? said.buyAgain(money(price)) : said.buy(money(price));
  byId('buy').setAttribute('aria-disabled', String(isClosed));
  byId('pay-hint').textContent = !isInOrder ? '' : isClosed ? said.notNow : said.payHint;
}

/**
 * How far a list is.
 * @param paid what this browser paid for it; undefined where another one did
 * @param unsold the first rows that were not bought, once it is over
 */
export function renderProgress(said, { listId, progress, paid, unsold }) {
  const { state, waitingFor, rows, results, sold, startedAt } = progress;
  byId('state').textContent = waitingFor ? said.waitingFor[waitingFor] : said.states[state];
  byId('bar').max = rows;
  byId('bar').value = rows - results.not_begun - results.open;
  const due = paid === undefined ? undefined : Math.max(0, paid - sold);
  const facts = [
    ['list', said.listId, listId],
    ['begun', said.begun, dayAndClock(startedAt)],
    ...Object.entries(said.results)
      .filter(([result]) => results[result] > 0)
      .map(([result, title]) => [result, title, String(results[result])]),
    ...(paid === undefined ? [] : [['paid', said.paid, money(paid)]]),
    ['sold', said.sold, money(sold)],
    ...(isOver(state) && due !== undefined ? [['refunded', said.refunded, money(due)]] : []),
  ];
  redraw(
    'results',
    ...facts.flatMap(([name, title, value]) => [
      element('dt', {}, title),
      element('dd', { 'data-result': name }, value),
    ]),
  );
  redraw('refund', refundWords(said, { progress, paid, due }));
  const reasons = (unsold?.rows ?? []).map((row) => element('li', {}, said.unsoldRow(row)));
  redraw('unsold', ...reasons, ...(unsold?.more ? [element('li', {}, said.moreUnsold)] : []));
  byId('file-of-results').href = `/api/lists/${listId}/results.csv?language=${language()}`;
  byId('cancel').hidden = !['running', 'waiting'].includes(state) || results.not_begun === 0;
}

/** What is paid back, and for which rows: everything that was paid and not sold. */
function refundWords(said, { progress, paid, due }) {
  const { state, results } = progress;
  const unsold = Object.entries(said.unsold).filter(([result]) => results[result] > 0);
  if (!isOver(state)) return said.refundLater;
  if (unsold.length === 0) return '';
  const which = unsold.map(([result, rowsOf]) => rowsOf(results[result])).join(', ');
  const refund = paid === undefined ? said.refundElsewhere(which) : said.refund(money(due), which);
  return results.not_begun > 0 ? `${refund} ${said.buyTheRest}` : refund;
}

/** The lists of this browser, without the one that is shown. */
export function renderKept(said, shown) {
  const lists = keptLists().filter(({ listId }) => listId !== shown);
  byId('kept').hidden = lists.length === 0;
  redraw(
    'kept-lists',
    ...lists.map(({ listId, name, at, rows, state }) => {
      const text = said.keptList(
        dayAndClock(at),
        name,
        rows,
        said.states[state] ?? said.sent,
        listId.slice(-4),
      );
      return element('li', {}, element('a', { href: addressOf(listId) }, text));
    }),
  );
}
