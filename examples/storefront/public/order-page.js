import { byId, element } from './elements.js';
import { follow } from './shop-server.js';
import { clock, language, money, words } from './words.js';

const MARKS = { done: '✓', refused: '✕', running: '…', abandoned: '–' };

/** Whoever waits longer for the outcome is told that they need not, ms. */
const LONG_MS = 8000;

/** The order page: live steps, the refund, and the subscriber's phone. */
export class OrderPage {
  #orderId;
  #view = null;
  #isUnknown = false;
  #connection = null;
  #isLong = false;

  constructor(orderId) {
    this.#orderId = orderId;
    setTimeout(() => {
      this.#isLong = true;
      this.render();
    }, LONG_MS);
    for (const change of ['online', 'offline']) window.addEventListener(change, () => this.#showConnection());
  }

  /** @returns stops following */
  show() {
    byId('order').hidden = false;
    this.render();
    byId('order-title').focus();
    return follow(this.#orderId, {
      onView: (view) => {
        this.#view = view;
        this.render();
      },
      onUnknown: () => {
        this.#isUnknown = true;
        this.render();
      },
      onConnection: (connection) => {
        this.#connection = connection;
        this.#showConnection();
      },
    });
  }

  render() {
    this.#showConnection();
    const view = this.#view;
    const untold = this.#isUnknown ? words().unknownOrder : words().loading;
    byId('order-title').textContent = view ? words().orderTitle(view.package.code) : untold;
    document.title = `${byId('order-title').textContent} – ${words().pageTitle}`;
    for (const part of document.querySelectorAll('#order .phone, #order .card'))
      part.hidden = this.#isUnknown;
    sayOnce(byId('order-wait'), this.#isUnknown ? words().unknownOrderThen : waitWords(view, this.#isLong));
    byId('again').hidden = view?.outcome === null; // it could be taken for another try
    if (!view) return;
    const tone = toneOf(view);
    byId('order-status').dataset.tone = tone;
    sayOnce(byId('order-status'), statusOf(view));
    showRefund(view);
    const paid = { step: 'paid', status: 'done' };
    byId('steps').replaceChildren(...[paid, ...view.steps].map(stepLine));
    byId('facts').replaceChildren(
      ...packageFact(view.package),
      ...fact(words().number, view.msisdn.replace(/^84/, '0')),
      ...fact(words().paid, money(view.price)),
      ...fact(words().order, view.orderId),
      ...fact(words().transaction, view.purchaseId),
    );
    showMessages(view.messages);
  }

  #showConnection() {
    const place = byId('connection');
    const connection = navigator.onLine ? this.#connection : 'offline';
    place.dataset.connection = connection ?? '';
    sayOnce(place, connection ? words()[connection] : '');
  }
}

function waitWords(view, isLong) {
  if (!isLong || !view || view.outcome !== null) return '';
  return isRefunded(view) ? words().waitCancelled : words().wait(money(view.price));
}

/** The sale has failed: the refund is certain although the registration may still be there. */
const isRefunded = ({ state, outcome }) =>
  state === 'rolling_back' || (outcome !== null && outcome !== 'succeeded');

function toneOf(view) {
  const { outcome, needsAttention } = view;
  if (outcome === 'succeeded') return 'good';
  if (isRefunded(view)) return 'bad';
  return needsAttention ? 'care' : 'busy';
}

function statusOf({ state, outcome, reason, needsAttention }) {
  if (outcome === null && needsAttention) return words().attention;
  const isChargeRefused = state === 'rolling_back' || outcome === 'rolled_back';
  return [
    words().states[state],
    reason?.message[language()],
    isChargeRefused ? words().notCharged : undefined,
  ]
    .filter(Boolean)
    .join(' ');
}

function showRefund(view) {
  const place = byId('refund');
  if (!isRefunded(view)) return place.replaceChildren();
  const { refund, price } = view;
  const shown = `${refund?.noticeId} ${language()}`;
  if (place.dataset.shown === shown) return undefined;
  place.dataset.shown = shown;
  place.replaceChildren(
    element('strong', {}, words().refundDue(money(refund?.amount ?? price))),
    ...(refund ? [`${words().refundWhy} `, element('code', {}, refund.noticeId)] : [words().refundPending]),
  );
  return undefined;
}

function stepLine({ step, status }) {
  return element(
    'li',
    { class: 'step', 'data-step': step, 'data-status': status },
    element('span', { class: 'step-mark', 'aria-hidden': 'true' }, MARKS[status] ?? '•'),
    element('span', {}, words().steps[step] ?? step),
    element('span', { class: 'step-status' }, words().statuses[statusWord(step, status)] ?? status),
  );
}

/** A refund that was asked for is not paid yet, and a message is not read. */
const statusWord = (step, status) => (status === 'done' && /_(notice|message)$/.test(step) ? 'sent' : status);

/** Adds only new messages, so that a screen reader reads each one once. */
function showMessages(messages) {
  const list = byId('messages');
  for (const { at, text } of messages.slice(list.children.length)) {
    list.append(
      element(
        'li',
        { class: 'message' },
        element('time', { datetime: at }, clock(at)),
        element('p', { lang: 'vi' }, text),
      ),
    );
  }
  byId('no-messages').hidden = messages.length > 0;
}

const fact = (name, value) => [element('dt', {}, name), element('dd', {}, value)];

/** The name as it is on the receipt is Vietnamese. */
const packageFact = ({ code, name }) =>
  fact(words().package, language() === 'vi' ? name : `Datacode ${code}`);

/** Writes only changed text: a screen reader reads a live region on every write. */
function sayOnce(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
