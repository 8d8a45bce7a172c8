import { byId } from './elements.js';
import { OrderPage } from './order-page.js';
import { ShopPage } from './shop-page.js';
import { onLanguage, showWords } from './page-head.js';
import { words } from './words.js';

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
  showWords(words()); // an order page adds to the title
  page?.render();
}

onLanguage(translate);
translate();
go();
byId('main').dataset.ready = 'true';
