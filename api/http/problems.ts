import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { BatchUnreadable } from '../../client/batches';
import { PurchaseUnreadable, TemporalOverloaded, TemporalUnavailable } from '../../client/purchases';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import type { BilingualText, Language } from '../../domain/bilingual';
import { FIELD_FAULTS, type FieldFault } from '../../domain/field-faults';
import { MSISDN_FAULTS } from '../../domain/msisdn-parsing';
import { PROBLEM_CODES, problemType, type ProblemCode, type ProblemKind } from '../../domain/problem-codes';
import { SaleRefused } from '../../selling/sale-refused';
import { requestIdOf } from './trace';
import { BATCH_UNREADABLE_BECAUSE, PURCHASE_UNREADABLE_BECAUSE } from './unreadable';
import type { FieldFaultResource, ProblemResource } from './problem-schema';

/** A fault of one field; in both languages where it has words of its own. */
export interface FieldFaultInWords extends Omit<FieldFaultResource, 'detail'> {
  detail: string | BilingualText;
}

/** What a problem document says beyond what its code says. */
interface ProblemExtras extends Pick<ProblemResource, 'differing' | 'duplicateOf' | 'state' | 'errorCount'> {
  errors?: readonly FieldFaultInWords[] | undefined;
}

/** A request that ends in a problem document; thrown by whoever finds out. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param detail what happened, in this case; what the code's `whatToDo` says unless given, as it does in
   *   Vietnamese when the detail is given in English only
   * @param headers of the answer, besides the usual
   */
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string | BilingualText,
    readonly extras: ProblemExtras = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(inLanguage('en', detail, PROBLEM_CODES[code].whatToDo));
  }
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
/** Seconds after which a request that Temporal did not answer is worth sending again. */
const RETRY_AFTER = 2;
/** Seconds after which somebody may have brought a missing key back. */
const RETRY_UNREADABLE_AFTER = 60;

/** The problem as RFC 9457 writes it. */
export function problemDocument(
  problem: Problem,
  requestId: string,
  language: Language = 'en',
): ProblemResource {
  const { status, title, whatToDo, retryable }: ProblemKind = PROBLEM_CODES[problem.code];
  const { errors, ...extras } = problem.extras;
  return {
    type: problemType(problem.code),
    title: title[language],
    status,
    detail: inLanguage(language, problem.detail, whatToDo),
    code: problem.code,
    retryable,
    requestId,
    ...extras,
    ...(errors && {
      errors: errors.map((fault) => fieldFaultResource(fault, language)),
    }),
  };
}

/** A fault of a field in the words of one language. */
export function fieldFaultResource(fault: FieldFaultInWords, language: Language): FieldFaultResource {
  const { code, detail } = fault;
  const general = isFieldFault(code) ? FIELD_FAULTS[code] : MSISDN_FAULTS[code];
  return { ...fault, detail: inLanguage(language, detail, general) };
}

/** Words that are there in English only are replaced by the general ones, rather than mixed into Vietnamese. */
function inLanguage(
  language: Language,
  words: string | BilingualText | undefined,
  general: BilingualText,
): string {
  if (typeof words === 'string') return language === 'en' ? words : general[language];
  return (words ?? general)[language];
}

function isFieldFault(code: FieldFaultResource['code']): code is FieldFault {
  return Object.hasOwn(FIELD_FAULTS, code);
}

/** The language that the reader of an answer prefers; English when none of ours will do. */
export function preferredLanguage(request: Request): Language {
  return request.acceptsLanguages('en', 'vi') === 'vi' ? 'vi' : 'en';
}

/** Answers 404 to whatever no route took. */
export const routeNotFound: RequestHandler = () => {
  throw new Problem('route_not_found');
};

/**
 * The one place where a failed request is answered.
 * @param onProblem told of each
 */
export function answerProblems(
  logger: Logger,
  onProblem: (code: ProblemCode, response: Response) => void,
): ErrorRequestHandler {
  return (fault: unknown, request, response, next) => {
    const problem = problemOf(fault);
    onProblem(problem.code, response);
    if (problem.code === 'internal_error') {
      logger.error(
        { err: fault, requestId: requestIdOf(response) },
        'request failed with an unexpected error',
      );
    } else if (fault instanceof TemporalUnavailable && !(fault instanceof TemporalOverloaded)) {
      logger.error({ requestId: requestIdOf(response), cause: causesOf(fault) }, fault.message);
    } else if (fault instanceof StoredDataUnreadable && !fault.erased) {
      const { reason, message } = fault;
      logger.error({ requestId: requestIdOf(response), reason, cause: causesOf(fault) }, message);
    }
    if (response.headersSent) return next(fault); // too late for an answer: the connection is cut
    send(response, problem, preferredLanguage(request));
  };
}

/** What led to a fault, to its beginning: the SDK's own error says only which call failed. */
function causesOf({ cause }: Error): string {
  return cause instanceof Error && cause.cause !== undefined
    ? `${String(cause)}: ${causesOf(cause)}`
    : String(cause);
}

function send(response: Response, problem: Problem, language: Language): void {
  const document = problemDocument(problem, requestIdOf(response), language);
  response
    .status(document.status)
    .set(problem.headers)
    .set('Content-Language', language)
    .vary('Accept-Language')
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(document));
}

/** The status that a fault is answered with. */
export function problemStatus(fault: unknown): number {
  return PROBLEM_CODES[problemOf(fault).code].status;
}

function problemOf(fault: unknown): Problem {
  if (fault instanceof Problem) return fault;
  if (fault instanceof SaleRefused) return refusalProblem(fault);
  if (fault instanceof TemporalUnavailable) {
    const seconds = fault instanceof TemporalOverloaded ? fault.retryAfterSeconds : RETRY_AFTER;
    return new Problem('temporarily_unavailable', undefined, {}, { 'Retry-After': String(seconds) });
  }
  if (fault instanceof StoredDataUnreadable) return unreadableProblem(fault);
  if (isRequestFault(fault)) return requestProblem(fault.status);
  return new Problem('internal_error');
}

/** What operators decided is not the channel's: that it cannot be read is told as any trouble of ours. */
function unreadableProblem(fault: StoredDataUnreadable): Problem {
  const later = { 'Retry-After': String(RETRY_UNREADABLE_AFTER) };
  const isBatch = fault instanceof BatchUnreadable;
  if (!isBatch && !(fault instanceof PurchaseUnreadable))
    return new Problem('temporarily_unavailable', undefined, {}, later);
  if (fault.erased) return new Problem(isBatch ? 'batch_erased' : 'purchase_erased');
  const { reason } = fault;
  const because = isBatch ? BATCH_UNREADABLE_BECAUSE : PURCHASE_UNREADABLE_BECAUSE;
  const detail = reason && reason !== 'key_shredded' ? because[reason] : undefined;
  return new Problem(isBatch ? 'batch_unreadable' : 'purchase_unreadable', detail, {}, later);
}

function refusalProblem({ code, detail, facts }: SaleRefused): Problem {
  const { retryAfterSeconds, ...extras } = facts;
  if (retryAfterSeconds === undefined) return new Problem(code, detail, extras);
  return new Problem(code, detail, extras, { 'Retry-After': String(retryAfterSeconds) });
}

function requestProblem(status: number): Problem {
  if (status === 413) return new Problem('payload_too_large');
  if (status === 415) return new Problem('unsupported_media_type');
  return new Problem('malformed_request');
}

/**
 * Whether an error is express's or its body parser's word on a request that cannot be read, not a defect of ours.
 * Both put the HTTP status on the error; what else they say may quote the body, so no more of it is used.
 */
function isRequestFault(fault: unknown): fault is { status: number } {
  return (
    typeof fault === 'object' &&
    fault !== null &&
    'status' in fault &&
    typeof fault.status === 'number' &&
    fault.status >= 400 &&
    fault.status < 500
  );
}
