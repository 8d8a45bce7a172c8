import type { ProblemDocument } from './types';

/** The API said no. `problem` is all that it said; branch on `code`. */
export class DatacodeProblem extends Error {
  override readonly name = 'DatacodeProblem';
  readonly code: ProblemDocument['code'];
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  /** @param retryAfterMs how long the API asks to be left alone, if it does */
  constructor(
    readonly problem: ProblemDocument,
    readonly retryAfterMs?: number,
  ) {
    super(`${problem.title}: ${problem.detail} (${problem.code}, request ${problem.requestId})`);
    this.code = problem.code;
    this.status = problem.status;
    this.retryable = problem.retryable;
  }
}

/**
 * No answer of the API came: the network failed, time was up, or something in between answered for it. What became of
 * the request is not known; sending the same purchase again is safe, it is sold once.
 */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    message: string,
    options?: ErrorOptions,
    readonly retryAfterMs?: number,
  ) {
    super(message, options);
  }
}

/** Whether the same request, sent again, may fare better. */
export function mayFareBetter(fault: unknown): boolean {
  return fault instanceof NoAnswer || (fault instanceof DatacodeProblem && fault.retryable);
}
