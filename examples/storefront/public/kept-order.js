import { hasTexts, read, readList, write } from './browser-storage.js';

/**
 * The order that this tab is about, kept before anything is sent: reload, back and a lost reply lead to the same order,
 * which is sold once. Orders of all tabs are listed for some days, with masked numbers.
 */
const ORDER = 'datacode-order';
const RECENT = 'datacode-recent-orders';
const MAX_RECENT = 5;

/** @returns `{ orderId, package, number, isSent }`, or null */
export const keptOrder = () => read('sessionStorage', ORDER);
export const keepOrder = (order) => write('sessionStorage', ORDER, order);

/** @returns `{ orderId, package, number, at }`, latest first; numbers are masked */
export const recentOrders = () =>
  readList('localStorage', RECENT, (order) => hasTexts(order, 'orderId', 'package', 'number'));

export function rememberOrder({ orderId, package: code, number }) {
  const others = recentOrders().filter((recent) => recent.orderId !== orderId);
  const order = { orderId, package: code, number: masked(number), at: new Date().toISOString() };
  write('localStorage', RECENT, [order, ...others].slice(0, MAX_RECENT));
}

/** What was refused is no order. */
export function forgetOrder(orderId) {
  write(
    'localStorage',
    RECENT,
    recentOrders().filter((recent) => recent.orderId !== orderId),
  );
  if (keptOrder()?.orderId === orderId) write('sessionStorage', ORDER, null);
}

/** A number as it is dialled at home, however it was spelt: `+84 90 123 45 67` is `0901234567`. */
export function atHome(number) {
  const digits = number.replace(/\D/g, '');
  return digits.replace(/^(?:00)?840?(?=\d{9}$)/, '0');
}

/** `090****567`: what others may see of a number, as on the order's page. */
export const masked = (number) => number.replace(/^(\d{3})\d+(\d{3})$/, '$1****$2');

export function newOrderId() {
  const letters = 'abcdefghijklmnopqrstuvwxyz012345';
  const random = crypto.getRandomValues(new Uint8Array(24));
  return `shop-${[...random].map((byte) => letters[byte % letters.length]).join('')}`;
}
