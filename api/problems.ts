import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { TemporalUnavailable } from '../client/purchases';
import { PROBLEM_CODES, problemType, type ProblemCode, type ProblemKind } from '../domain/problem-codes';
import { requestIdOf } from './logging';
import { isRequestFault } from './request-faults';
import type { ProblemResource } from './schemas';

/** What a problem document says beyond what its code says. */
type ProblemExtras = Pick<ProblemResource, 'errors' | 'differing' | 'state'>;

/** A request that ends in a problem document; thrown by whoever finds out. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param detail what happened, in this case; what the code's `whatToDo` says unless given
   * @param headers of the answer, besides the usual
   */
  constructor(
    readonly code: ProblemCode,
    detail?: string,
    readonly extras: ProblemExtras = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail ?? PROBLEM_CODES[code].whatToDo.en);
  }
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
/** Seconds after which a request that Temporal did not answer is worth sending again. */
const RETRY_AFTER = 2;

/** The problem as RFC 9457 writes it. */
export function problemDocument(problem: Problem, requestId: string): ProblemResource {
  const { status, title, retryable }: ProblemKind = PROBLEM_CODES[problem.code];
  return {
    type: problemType(problem.code),
    title: title.en,
    status,
    detail: problem.message,
    code: problem.code,
    retryable,
    requestId,
    ...problem.extras,
  };
}

/** Answers 404 to whatever no route took. */
export const routeNotFound: RequestHandler = () => {
  throw new Problem('route_not_found');
};

/** Answers 405 to the methods that a route does not have. */
export function onlyMethods(...methods: readonly string[]): RequestHandler {
  const allow = methods.join(', ');
  return () => {
    throw new Problem('method_not_allowed', `Allowed here: ${allow}.`, {}, { Allow: allow });
  };
}

/** The one place where a failed request is answered. */
export function answerProblems(logger: Logger): ErrorRequestHandler {
  return (fault: unknown, _request, response, next) => {
    const problem = problemOf(fault);
    if (problem.code === 'internal_error') {
      logger.error({ err: fault, requestId: requestIdOf(response) }, 'a request failed by a defect of ours');
    } else if (fault instanceof TemporalUnavailable) {
      logger.error({ requestId: requestIdOf(response), cause: String(fault.cause) }, fault.message);
    }
    if (response.headersSent) return next(fault); // too late for an answer: the connection is cut
    send(response, problem, requestIdOf(response));
  };
}

function send(response: Response, problem: Problem, requestId: string): void {
  const document = problemDocument(problem, requestId);
  response
    .status(document.status)
    .set(problem.headers)
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(document));
}

function problemOf(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  if (fault instanceof TemporalUnavailable) {
    return new Problem('temporarily_unavailable', undefined, {}, { 'Retry-After': String(RETRY_AFTER) });
  }
  if (isRequestFault(fault)) return requestProblem(fault.status);
  return new Problem('internal_error');
}

function requestProblem(status: number): Problem {
  if (status === 413) return new Problem('payload_too_large');
  if (status === 415) return new Problem('unsupported_media_type');
  return new Problem('malformed_request');
}
