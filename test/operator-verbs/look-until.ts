import { setTimeout as pause } from 'node:timers/promises';
import { TemporalUnavailable } from '../../client/purchases';

/** Between two looks: dozens of purchases look at one small server at the same time. */
const LOOK_EVERY_MS = 300;
/** Far above what anything here takes, so that a busy machine is no fault. */
const LIMIT_MS = 90_000;

/**
 * Looks until there is what was waited for.
 * @param what in words, for the message when it never comes
 * @throws Error when the limit is over
 */
export async function lookUntil<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > until) throw new Error(`waited ${LIMIT_MS / 1000} s in vain for ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Asks the product's client again when it gave up a server that was slow to answer. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const { answer } = await lookUntil('Temporal to answer', async () => {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (error instanceof TemporalUnavailable) return undefined;
      throw error;
    }
  });
  return answer;
}
