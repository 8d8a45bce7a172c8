import { byId } from './elements.js';
import { OrderPage } from './order-page.js';
import { ShopPage } from './shop-page.js';
import { language, speak, words } from './words.js';

let page = null;

function go() {
  const [, orderId] = /^\/orders\/([^/]+)$/.exec(location.pathname) ?? [];
  if (orderId) {
    page = new OrderPage(decodeURIComponent(orderId));
    page.show();
  } else {
    page = new ShopPage((ordered) => location.assign(`/orders/${ordered}`));
    void page.show();
  }
}

function translate() {
  document.documentElement.lang = language();
  document.title = words().pageTitle; // an order page adds its own
  for (const place of document.querySelectorAll('[data-words]')) {
    place.textContent = words()[place.dataset.words];
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language()));
  }
  page?.render();
}

document.querySelector('.languages').addEventListener('click', ({ target }) => {
  if (!target.dataset.language) return;
  speak(target.dataset.language);
  translate();
});
translate();
go();
byId('main').dataset.ready = 'true';
