/** A request that the codec server does not serve; the message tells the way out. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 413 | 415 | 429 | 503,
    message: string,
  ) {
    super(message);
  }
}
