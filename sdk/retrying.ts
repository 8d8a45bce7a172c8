import { setTimeout as pause } from 'node:timers/promises';
import { DatacodeProblem, mayFareBetter, NoAnswer } from './faults';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface RetryTerms {
  /** Whether the request may be sent twice at all. */
  repeatable: boolean;
  /** For all tries and the pauses between them. */
  deadlineMs: number;
  /** The caller's wish to stop; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * Tries until there is an answer, as long as trying again is allowed, sensible and in time.
 * @throws the last fault, or the signal's reason
 */
export async function persist<T>(work: (signal: AbortSignal) => Promise<T>, terms: RetryTerms): Promise<T> {
  const until = performance.now() + terms.deadlineMs;
  const deadline = AbortSignal.timeout(terms.deadlineMs);
  const either = terms.signal ? AbortSignal.any([terms.signal, deadline]) : deadline;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(either);
    } catch (fault) {
      terms.signal?.throwIfAborted();
      if (!terms.repeatable || !mayFareBetter(fault)) throw fault;
      const rest = pauseAfter(tries, fault);
      if (performance.now() + rest >= until) throw fault;
      await restFor(rest, terms.signal);
    }
  }
}

/** How long to wait after so many failures in a row: doubling, jittered, and never shorter than the API asks. */
export function pauseAfter(failures: number, fault: unknown, random: () => number = Math.random): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  const jittered = longest * (0.5 + random() / 2);
  const asked =
    fault instanceof DatacodeProblem || fault instanceof NoAnswer ? fault.retryAfterMs : undefined;
  return asked === undefined ? jittered : asked + jittered;
}

/** @throws the signal's reason */
export async function restFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
  signal?.throwIfAborted();
}
