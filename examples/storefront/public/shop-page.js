import { byId, element } from './elements.js';
import { ask, Refused } from './shop-server.js';
import { gigabytes, money, words } from './words.js';

const HINTS = [
  ['0900000001', 'succeeds'],
  ['0900000402', 'charge'],
  ['0900000101', 'notMobifone'],
  ['0900000601', 'slow'],
];
const FIRST_CHOICE = 'D90';

/** The order form: package, number, payment. */
export class ShopPage {
  #packages = [];
  /** The current order; a repeated attempt uses the same id. */
  #tried = null;
  #sending = false;
  #onOrdered;

  /** @param onOrdered called with the order's id once it is accepted */
  constructor(onOrdered) {
    this.#onOrdered = onOrdered;
    const form = byId('order-form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#order();
    });
    form.addEventListener('change', () => this.#priceTag());
    byId('hints').append(...HINTS.map(([number, kind]) => this.#hint(number, kind)));
  }

  async show() {
    byId('shop').hidden = false;
    this.render();
    while (this.#packages.length === 0) {
      try {
        this.#packages = (await ask('/packages')).packages;
        say('package', '');
      } catch {
        say('package', words().shopUnavailable);
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    }
    this.render();
  }

  /** Redraws the texts in the current language. */
  render() {
    for (const note of document.querySelectorAll('#hints small')) {
      note.textContent = words().hints[note.dataset.kind];
    }
    if (this.#packages.length === 0) return;
    const chosen = chosenPackage() ?? FIRST_CHOICE;
    byId('packages').replaceChildren(...this.#packages.map((offer) => card(offer, chosen)));
    this.#priceTag();
  }

  #hint(number, kind) {
    const button = element('button', { type: 'button' }, element('b', {}, number));
    button.append(element('small', { 'data-kind': kind }));
    button.addEventListener('click', () => {
      byId('msisdn').value = number;
      say('msisdn', '');
      byId('pay').focus();
    });
    return element('li', {}, button);
  }

  #priceTag() {
    const offer = this.#packages.find(({ code }) => code === chosenPackage());
    byId('pay').textContent = this.#sending ? words().paying : words().pay(offer ? money(offer.price) : '');
    byId('pay').setAttribute('aria-disabled', String(this.#sending));
  }

  async #order() {
    const order = { package: chosenPackage(), msisdn: byId('msisdn').value.trim() };
    if (this.#sending || !complete(order)) return;
    const same = this.#tried?.package === order.package && this.#tried.msisdn === order.msisdn;
    this.#tried = same ? this.#tried : { ...order, orderId: newOrderId() };
    this.#sending = true;
    this.#priceTag();
    try {
      const { orderId } = await ask('/orders', this.#tried);
      this.#tried = null;
      this.#onOrdered(orderId);
    } catch (fault) {
      tell(fault);
    } finally {
      this.#sending = false;
      this.#priceTag();
    }
  }
}

function complete({ package: code, msisdn }) {
  say('form', '');
  say('package', code ? '' : words().chooseFirst);
  say('msisdn', msisdn ? '' : words().numberFirst);
  if (!code) document.querySelector('input[name=package]')?.focus();
  else if (!msisdn) byId('msisdn').focus();
  return Boolean(code && msisdn);
}

/** Shows each error at its field, and all others above the button. */
function tell(fault) {
  if (!(fault instanceof Refused) || fault.problem.code === 'no_answer') return say('form', words().noAnswer);
  const { errors = [], detail } = fault.problem;
  const of = (pointer) => errors.find((error) => error.pointer === pointer)?.detail;
  say('msisdn', of('/msisdn') ?? '');
  say('package', of('/package') ?? '');
  say('form', errors.length > 0 ? words().refused : `${words().refused} ${detail ?? ''}`);
  if (of('/msisdn')) byId('msisdn').focus();
}

function say(place, text) {
  byId(`${place}-fault`).textContent = text;
  if (place === 'msisdn') byId('msisdn').setAttribute('aria-invalid', String(text !== ''));
}

const chosenPackage = () => document.querySelector('input[name=package]:checked')?.value;

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

function newOrderId() {
  const letters = 'abcdefghijklmnopqrstuvwxyz012345';
  const random = crypto.getRandomValues(new Uint8Array(24));
  return `shop-${[...random].map((byte) => letters[byte % letters.length]).join('')}`;
}
