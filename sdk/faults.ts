import type { ProblemDocument } from './types';

/** The API refused the request. `problem` is the whole problem document; branch on `code`. */
export class DatacodeProblem extends Error {
  override readonly name = 'DatacodeProblem';
  readonly code: ProblemDocument['code'];
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  /** @param retryAfterMs the `Retry-After` of the response, in milliseconds */
  constructor(
    readonly problem: ProblemDocument,
    readonly retryAfterMs?: number,
  ) {
    super(inWords(problem, retryAfterMs));
    this.code = problem.code;
    this.status = problem.status;
    this.retryable = problem.retryable;
  }
}

/**
 * No response of the API arrived: the network failed, the time was up, or a proxy answered in its place. It is unknown
 * whether the request was processed. Sending the same order again is safe: it is sold once.
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

/** The address sends elsewhere, as from http:// to https://. Nothing follows it, since the key would go there. */
export class Redirected extends NoAnswer {}

/** Whether the same request may succeed when it is sent again. */
export function isRetryable(fault: unknown): boolean {
  if (fault instanceof Redirected) return false;
  return fault instanceof NoAnswer || (fault instanceof DatacodeProblem && fault.retryable);
}

/** What happened, each faulty field, and what to do. */
function inWords(problem: ProblemDocument, retryAfterMs: number | undefined): string {
  const { title, detail, code, requestId, errors = [], retryable, type } = problem;
  const wait = retryAfterMs === undefined ? '' : ` after ${Math.ceil(retryAfterMs / 1000)} seconds`;
  return [
    `${title}: ${detail} (${code}, request ${requestId})`,
    ...errors.map((fault) => `  ${fault.pointer}: ${fault.detail}`),
    retryable ? `Send the same request again${wait}.` : `What to do is explained at ${type} of the API.`,
  ].join('\n');
}
