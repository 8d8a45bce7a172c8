import type { Client } from '@temporalio/client';
import { LatestEntries } from '../runtime/latest-entries';

/** As many are remembered, for each client. */
const MAX_REMEMBERED = 10_000;

/** What never changes at Temporal once it is known, by workflow or run: the latest of it is not asked for again. */
export class Remembered<Value> {
  readonly #known = new WeakMap<Client, LatestEntries<string, Value>>();

  get(client: Client, id: string): Value | undefined {
    return this.#known.get(client)?.get(id);
  }

  set(client: Client, id: string, value: Value): void {
    const known = this.#known.get(client) ?? new LatestEntries<string, Value>(MAX_REMEMBERED);
    this.#known.set(client, known.set(id, value));
  }

  /** @param find asks Temporal; nothing is remembered of what is not there */
  async recall<Found extends Value | undefined>(
    client: Client,
    id: string,
    find: () => Promise<Found>,
  ): Promise<Value | Found> {
    const before = this.get(client, id);
    if (before !== undefined) return before;
    const found = await find();
    if (found !== undefined) this.set(client, id, found);
    return found;
  }
}
