/** The index follows within seconds, so what came a little earlier may be listed later. */
const OVERLAP_MS = 60_000;

/** What is new in a list, the latest first, since it was last looked at. Goes by the list's own times, not by a clock here. */
export class Arrivals<Item extends { id: string }> {
  readonly #known = new Set<string>();
  /** Of the latest item, milliseconds; undefined before the first look. */
  #latest: number | undefined;

  constructor(private readonly momentOf: (item: Item) => string) {}

  /** Gives each item once; at the first look none, since what is there already is not new. */
  async *since(latestFirst: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
    const before = this.#latest;
    let latest = before ?? -Infinity;
    for await (const item of latestFirst) {
      const moment = Date.parse(this.momentOf(item));
      if (moment < (before ?? latest) - OVERLAP_MS) break;
      latest = Math.max(latest, moment);
      if (this.#known.has(item.id)) continue;
      this.#known.add(item.id);
      if (before !== undefined) yield item;
    }
    this.#latest = latest;
  }

  /** It is new once more at the next look, if it is not too old for that. */
  forget({ id }: Item): void {
    this.#known.delete(id);
  }
}
