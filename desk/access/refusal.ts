import type { Words } from '../words/words';

/** A request that the desk refuses; the page says why in the reader's language. */
export class DeskRefusal extends Error {
  override readonly name = 'DeskRefusal';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 502,
    readonly words: (words: Words) => string,
  ) {
    super(`refused with ${status}`);
  }
}
