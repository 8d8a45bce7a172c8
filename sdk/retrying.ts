import { setTimeout as pause } from 'node:timers/promises';
import { DatacodeProblem, isRetryable, NoAnswer } from './faults';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

export interface RetryTerms {
  /** Whether the request may be sent more than once. */
  repeatable: boolean;
  /** Limit of all attempts and the pauses between them. */
  deadlineMs: number;
  /** The caller's signal; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * Repeats the work until it succeeds, the failure is not retryable, or the deadline would pass.
 * @throws the last failure, or the signal's reason
 */
export async function withRetries<T>(
  work: (signal: AbortSignal) => Promise<T>,
  terms: RetryTerms,
): Promise<T> {
  const until = performance.now() + terms.deadlineMs;
  const deadline = AbortSignal.timeout(terms.deadlineMs);
  // oxlint-disable-next-line no-restricted-properties -- the deadline aborts it
  const either = terms.signal ? AbortSignal.any([terms.signal, deadline]) : deadline;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(either);
    } catch (fault) {
      terms.signal?.throwIfAborted();
      if (!terms.repeatable || !isRetryable(fault)) throw fault;
      const wait = pauseAfter(tries, fault);
      if (performance.now() + wait >= until) throw fault;
      await waitFor(wait, terms.signal);
    }
  }
}

/** The pause after this many failures in a row: exponential, with jitter, and never shorter than `Retry-After`. */
export function pauseAfter(failures: number, fault: unknown, random: () => number = Math.random): number {
  const upperBound = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
  const jittered = upperBound * (0.5 + random() / 2);
  const asked =
    fault instanceof DatacodeProblem || fault instanceof NoAnswer ? fault.retryAfterMs : undefined;
  return asked === undefined ? jittered : asked + jittered;
}

/** @throws the signal's reason */
export async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
  signal?.throwIfAborted();
}
