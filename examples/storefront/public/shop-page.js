import { byId, element } from './elements.js';
import {
  atHome,
  forgetOrder,
  keepOrder,
  keptOrder,
  masked,
  newOrderId,
  recentOrders,
  rememberOrder,
} from './kept-order.js';
import { SalesState } from './sales-state.js';
import { ask, isRefusal } from './shop-server.js';
import { clock, dayAndClock, gigabytes, language, money, words } from './words.js';

const HINTS = [
  ['0900000001', 'succeeds'],
  ['0900000402', 'charge'],
  ['0900000101', 'notMobifone'],
  ['0900000601', 'slow'],
];
const FIRST_CHOICE = 'D90';
const RETRY_MS = 2000;
/** Whoever waits longer for the packages is told so. */
const SLOW_MS = 1500;
/** A purchase of the same package for the same number within this time may be a mistake. */
const AGAIN_MS = 10 * 60_000;

/** The order form: package and number, then a confirmation, then the payment. */
export class ShopPage {
  #packages = [];
  /** `choosing`, `checking`, `confirming`, or `paying`, which ends only with an answer. */
  #stage = 'choosing';
  /** What is to be confirmed. */
  #offer = null;
  #onOrdered;
  #salesState = new SalesState(() => this.#showStage());

  /** @param onOrdered called with the order's id once it is accepted */
  constructor(onOrdered) {
    this.#onOrdered = onOrdered;
    on('order-form', 'submit', () => void this.#check());
    on('pay', 'click', () => void this.#pay());
    on('change', 'click', () => this.#backToChoice());
    byId('hints').append(...HINTS.map(([number, kind]) => this.#hint(number, kind)));
    // Back from the order page, the browser may show this page as it was left.
    window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  }

  async show() {
    byId('shop').hidden = false;
    this.render();
    void this.#salesState.follow();
    await Promise.all([this.#loadPackages(), this.#resume()]);
  }

  /** Redraws the texts in the current language. */
  render() {
    for (const note of document.querySelectorAll('#hints small')) {
      note.textContent = words().hints[note.dataset.kind];
    }
    this.#salesState.render();
    renderNotes();
    this.#showStage();
    showRecent();
    if (this.#packages.length === 0) return;
    const chosen = chosenPackage() ?? keptOrder()?.package;
    const first = this.#packages.some(({ code }) => code === chosen) ? chosen : FIRST_CHOICE;
    byId('packages').replaceChildren(...this.#packages.map((offer) => card(offer, first)));
  }

  async #loadPackages() {
    const slow = setTimeout(() => say('package', () => words().slow), SLOW_MS);
    for (;;) {
      try {
        this.#packages = (await ask('/packages')).packages;
        break;
      } catch {
        say('package', () => words().shopUnavailable);
        byId('packages').replaceChildren(); // what is loading says that it is not
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    clearTimeout(slow);
    say('package', this.#packages.length > 0 ? null : () => words().nothingOnSale);
    if (this.#packages.length === 0) byId('packages').replaceChildren();
    this.render();
  }

  /** An order that was sent, and whose answer this page did not live to see. */
  async #resume() {
    const kept = keptOrder();
    if (!kept?.isSent) return;
    byId('msisdn').value = kept.number;
    this.#stage = 'paying';
    this.#showStage();
    try {
      await ask(`/orders/${kept.orderId}`);
      this.#ordered(kept);
    } catch {
      this.#backToChoice(); // paid again, it is the same order
      say('form', () => words().notYetKnown);
    }
  }

  async #check() {
    const order = { package: chosenPackage(), msisdn: byId('msisdn').value.trim() };
    if (this.#stage !== 'choosing' || this.#salesState.isClosed || !complete(order)) return;
    this.#stage = 'checking';
    this.#showStage();
    try {
      const { refusal, isKnown } = await ask('/checks', order);
      if (refusal) return this.#backToChoice(() => refusedWords(refusal));
      const offer = this.#packages.find(({ code }) => code === order.package);
      this.#offer = { ...offer, number: atHome(order.msisdn), isKnown };
      this.#stage = 'confirming';
      this.#showStage();
      byId('confirm-title').focus();
    } catch (fault) {
      this.#backToChoice();
      this.#tell(fault, () => words().noCheck);
    }
  }

  async #pay() {
    if (this.#stage !== 'confirming') return; // a second tap
    this.#stage = 'paying';
    this.#showStage();
    const order = this.#keep();
    rememberOrder(order); // other tabs ask before they buy the same
    try {
      const { orderId, package: code, number: msisdn, wantedTwice } = order;
      await ask('/orders', { orderId, package: code, msisdn, wantedTwice });
      this.#ordered(order); // and stays so: the next page may be slow
    } catch (fault) {
      if (isRefusal(fault) && fault.problem.code === 'possible_duplicate') {
        forgetOrder(order.orderId);
        this.#askTwice();
        return;
      }
      if (isRefusal(fault)) {
        forgetOrder(order.orderId);
        this.#backToChoice();
      } else {
        this.#stage = 'confirming';
        this.#showStage();
      }
      this.#tell(fault, () => words().noAnswer);
    }
  }

  /** The order under an id that is fixed before it is sent: the same one again until it is answered. */
  #keep() {
    const { code, number } = this.#offer;
    const kept = keptOrder();
    const isSame = kept?.package === code && kept.number === number;
    const orderId = isSame ? kept.orderId : newOrderId();
    const wantedTwice = Boolean(this.#offer.wantedTwice);
    const order = { orderId, package: code, number, wantedTwice, isSent: true };
    keepOrder(order);
    return order;
  }

  /** Somebody has just bought the same for this number: perhaps this customer, on another phone. Pay again means twice. */
  #askTwice() {
    this.#offer.wantedTwice = true;
    this.#offer.isBoughtElsewhere = true;
    this.#stage = 'confirming';
    this.#showStage();
    byId('confirm-title').focus();
  }

  #ordered(order) {
    keepOrder(null);
    this.#onOrdered(order.orderId);
  }

  #backToChoice(why = null) {
    this.#stage = 'choosing';
    this.#showStage();
    say('form', why);
    if (why) byId('form-fault').focus();
  }

  #showStage() {
    const isConfirming = this.#stage === 'confirming' || this.#stage === 'paying';
    byId('order-form').hidden = isConfirming && this.#offer !== null;
    byId('confirm').hidden = !isConfirming || this.#offer === null;
    byId('go-on').textContent = words().goOnLabels[this.#stage] ?? words().goOn;
    busy('go-on', this.#stage !== 'choosing' || this.#salesState.isClosed);
    busy('pay', this.#stage === 'paying');
    byId('change').disabled = this.#stage === 'paying';
    if (!this.#offer) return;
    const { code, dataMegabytes, validityDays, number, price, isKnown } = this.#offer;
    if (showSame(this.#offer)) this.#offer.wantedTwice = true; // the customer who goes on has read it
    const pay = this.#offer.wantedTwice ? words().payAgain : words().pay;
    byId('pay').textContent = this.#stage === 'paying' ? words().paying : pay(money(price));
    byId('confirm-facts').replaceChildren(
      ...fact(
        words().package,
        [code, '–', `${gigabytes(dataMegabytes)},`, words().days(validityDays)].join(' '),
      ),
      ...fact(words().number, number.replace(/^(\d{4})(\d{3})(\d+)$/, '$1 $2 $3')),
      ...fact(words().price, money(price)),
    );
    byId('confirm-note').textContent = isKnown ? '' : words().notChecked;
  }

  #hint(number, kind) {
    const button = element('button', { type: 'button' }, element('b', {}, number));
    button.append(element('small', { 'data-kind': kind }));
    button.addEventListener('click', () => {
      byId('msisdn').value = number;
      say('msisdn', null);
      byId('go-on').focus();
    });
    return element('li', {}, button);
  }

  /** Shows each error at its field in the shop's own words, and all others above the button. */
  #tell(fault, unanswered) {
    const place = this.#stage === 'confirming' ? 'confirm' : 'form';
    if (!isRefusal(fault)) return say(place, unanswered);
    const { code, errors = [] } = fault.problem;
    const of = (pointer) => errors.find((error) => error.pointer === pointer)?.code;
    const number = of('/msisdn');
    if (number) say('msisdn', () => words().faults[number] ?? words().faults.not_a_number);
    if (of('/package')) say('package', () => words().faults.package);
    if (code === 'package_not_available' || code === 'sales_paused') void this.#loadPackages();
    if (!number || words().problems[code]) say('form', () => words().problems[code] ?? words().refused);
    if (number) byId('msisdn').focus();
    return undefined;
  }
}

function on(id, event, act) {
  byId(id).addEventListener(event, (happened) => {
    happened.preventDefault();
    act();
  });
}

function complete({ package: code, msisdn }) {
  say('form', null);
  say('package', code ? null : () => words().chooseFirst);
  say('msisdn', msisdn ? null : () => words().numberFirst);
  if (!code) document.querySelector('input[name=package]')?.focus();
  else if (!msisdn) byId('msisdn').focus();
  return Boolean(code && msisdn);
}

/** A disabled button would lose the focus. */
function busy(id, isBusy) {
  byId(id).setAttribute('aria-disabled', String(isBusy));
}

/** What is said at each place, so that it is said anew in another language. */
const notes = new Map();

/** @param {(() => string) | null} note in the language of the moment */
function say(place, note) {
  notes.set(place, note);
  renderNotes();
}

function renderNotes() {
  for (const [place, note] of notes) {
    const text = note?.() ?? '';
    const line = byId(`${place}-fault`);
    if (line.textContent !== text) line.textContent = text;
    if (place === 'msisdn') byId('msisdn').setAttribute('aria-invalid', String(text !== ''));
  }
}

/** Why MobiFone would refuse it, what to do, and that nothing is paid. */
function refusedWords({ code, message }) {
  return [message[language()], words().nextSteps[code], words().notPaid].filter(Boolean).join(' ');
}

/**
 * Tells whether the same was bought a moment ago, by this tab or another: a customer who wants it twice may go on.
 * @returns whether it was
 */
function showSame({ code, number, price, isBoughtElsewhere }) {
  const kept = keptOrder()?.orderId;
  const same = recentOrders().find(
    (recent) =>
      recent.orderId !== kept &&
      recent.package === code &&
      recent.number === masked(number) &&
      Date.now() - Date.parse(recent.at) < AGAIN_MS,
  );
  byId('confirm-same').replaceChildren(
    ...(same
      ? [
          `${words().sameAgain(clock(same.at), code, money(price))} `,
          element('a', { href: `/orders/${same.orderId}` }, words().seeOrder),
        ]
      : [isBoughtElsewhere ? words().boughtElsewhere : '']),
  );
  return same !== undefined;
}

function showRecent() {
  const orders = recentOrders();
  byId('recent').hidden = orders.length === 0;
  byId('recent-orders').replaceChildren(
    ...orders.map(({ orderId, package: code, number, at }) =>
      element(
        'li',
        {},
        element('a', { href: `/orders/${orderId}` }, `${code} · ${number} · ${dayAndClock(at)}`),
      ),
    ),
  );
}

const chosenPackage = () => document.querySelector('input[name=package]:checked')?.value;
const fact = (name, value) => [element('dt', {}, name), element('dd', {}, value)];

function card({ code, dataMegabytes, validityDays, price }, chosen) {
  const input = element('input', { type: 'radio', name: 'package', value: code });
  input.checked = code === chosen;
  const face = element(
    'span',
    { class: 'package-face' },
    element('span', { class: 'package-code' }, code),
    element('span', { class: 'package-data' }, gigabytes(dataMegabytes)),
    element('span', {}, words().days(validityDays)),
    element('span', { class: 'package-price' }, money(price)),
  );
  return element('label', { class: 'package' }, input, face);
}
