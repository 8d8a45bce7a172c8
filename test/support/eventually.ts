import { setTimeout } from 'node:timers/promises';

/** Between two looks at a condition. */
const LOOK_EVERY_MS = 20;

/**
 * Looks until there is what was waited for.
 * @param what in words, for the message when it never comes
 * @param look answers undefined while it is not there
 * @throws Error when the generous limit is over
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  limitMs = 180_000,
): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > until) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`);
    await setTimeout(LOOK_EVERY_MS);
  }
}
