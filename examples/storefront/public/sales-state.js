import { byId } from './elements.js';
import { ask } from './shop-server.js';
import { words } from './words.js';

/** An unchanged status costs the gateway next to nothing. */
const POLL_MS = 15_000;

/** Whether the shop can sell now: one sentence, and only where it cannot sell as usual. */
export class SalesState {
  #sentence = '';
  #onChanged;

  /** @param onChanged called when it can sell again, or cannot any more */
  constructor(onChanged) {
    this.#onChanged = onChanged;
  }

  /** Whether an order would be refused now. */
  get isClosed() {
    return this.#sentence === 'paused' || this.#sentence === 'unavailable';
  }

  /** Follows it for as long as the page is open; a page that is not seen asks nothing. */
  async follow() {
    for (;;) {
      if (document.visibilityState === 'visible') await this.#look();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  render() {
    const sentence = words().salesStates[this.#sentence] ?? '';
    const place = byId('sales-state');
    if (place.textContent !== sentence) place.textContent = sentence;
  }

  async #look() {
    const wasClosed = this.isClosed;
    try {
      const { sales, mobifone } = await ask('/status');
      this.#sentence = sales === 'open' && mobifone === 'unavailable' ? 'mobifone' : sales;
    } catch {
      this.#sentence = ''; // the list of packages says that the shop cannot be reached
    }
    this.render();
    if (this.isClosed !== wasClosed) this.#onChanged();
  }
}
