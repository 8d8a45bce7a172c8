import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { rethrowKnownErrorTypes } from '@temporalio/client/lib/helpers';
import { NamespaceNotFoundError, ValueError } from '@temporalio/common';
import { status } from '@grpc/grpc-js';
import { deadlineIn } from '../runtime/deadline';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { ChannelName } from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { currentAsker } from './asker';
import { PurchaseUnreadable, TemporalUnavailable } from './purchases';
import { TemporalBreaker } from './temporal-breaker';

/** Deadline of a call that waits for Temporal only, ms. */
export const CALL_DEADLINE_MS = 5_000;

/** The circuit breakers of each client: one per channel, and one for work of our own. */
const breakers = new WeakMap<object, Map<ChannelName | undefined, TemporalBreaker>>();

/**
 * Calls Temporal with a deadline, through the circuit breaker of the channel that asks. No channel opens another's.
 * @throws TemporalUnavailable if it does not respond; TemporalOverloaded, without a call, after several such failures;
 *   PurchaseUnreadable if the response cannot be decrypted; any other error of Temporal as it is
 */
export async function answerOf<T>(
  client: Pick<Client, 'withDeadline'>,
  deadlineMs: number,
  call: () => Promise<T>,
): Promise<T> {
  return breakerOf(client).guard(async () => {
    try {
      return await client.withDeadline(deadlineIn(deadlineMs), call);
    } catch (error) {
      throw unavailable(error);
    }
  });
}

/** Whether Temporal has lately responded: while the breaker is open, nothing else than its trial call is worth a try. */
export function isAnswering(client: object): boolean {
  return !breakerOf(client).isBehind;
}

function breakerOf(client: object): TemporalBreaker {
  const ofClient = breakers.get(client) ?? new Map<ChannelName | undefined, TemporalBreaker>();
  breakers.set(client, ofClient);
  const asker = currentAsker();
  const breaker = ofClient.get(asker) ?? new TemporalBreaker();
  ofClient.set(asker, breaker);
  return breaker;
}

/**
 * Codes that are about the request itself: another try changes nothing. Every other one, known or not, is no answer to the
 * request, which may be sent again; so no request ends as a defect because Temporal or what lies before it is unwell.
 */
const ABOUT_THE_REQUEST: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.UNIMPLEMENTED,
]);

/** Of the SDK's own error as well, which wraps the server's, or one of the connection without a code. */
function isSilence(error: unknown): boolean {
  if (error instanceof ServiceError) return error.cause === undefined || !isAboutTheRequest(error.cause);
  return isGrpcServiceError(error) && !isAboutTheRequest(error);
}

/** An overloaded server says this of a namespace that exists; only some of the SDK's calls throw the class. */
function isNamespaceMissed(error: unknown): boolean {
  if (!isGrpcServiceError(error)) return error instanceof NamespaceNotFoundError;
  try {
    rethrowKnownErrorTypes(error);
    return false;
  } catch (known) {
    return known instanceof NamespaceNotFoundError;
  }
}

function isAboutTheRequest(error: Error): boolean {
  return isGrpcServiceError(error) && ABOUT_THE_REQUEST.has(error.code);
}

/** Whether an error, or whatever caused it, has this gRPC code. */
export function hasCode(error: unknown, code: status): boolean {
  if (isGrpcServiceError(error)) return error.code === code;
  return error instanceof Error && hasCode(error.cause, code);
}

/** An attribute of ours that somebody has removed is missed by its name, in a start or in a query. */
const MISSED_ATTRIBUTE =
  /(?:no mapping defined for|invalid) search attribute:? "?(\w+)|search attribute "?(\w+)"? is not defined/i;
const ATTRIBUTES: ReadonlySet<unknown> = new Set(Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name));

/** What the server said where it answered, and not about the request: the state of its namespace refuses each such one. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!isGrpcServiceError(error)) return refusal(error.cause);
  if (error.code === status.FAILED_PRECONDITION) return error.details;
  const [, inStart, inQuery] = MISSED_ATTRIBUTE.exec(error.details) ?? [];
  const isMissed = error.code === status.INVALID_ARGUMENT && ATTRIBUTES.has(inStart ?? inQuery);
  return isMissed ? error.details : undefined;
}

/** Converts a missing response and a decryption failure into our own errors; any other error stays as it is. */
export function unavailable(error: unknown): unknown {
  if (error instanceof SyntaxError || error instanceof ValueError)
    // of the SDK's own converters
    return new PurchaseUnreadable(false, { cause: new PayloadUnreadable('not_decodable', NO_KEY) });
  if (error instanceof PayloadUnreadable)
    return new PurchaseUnreadable(error.reason === 'key_shredded', { cause: error });
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError)
    return error;
  const refused = refusal(error);
  if (refused !== undefined)
    return new TemporalUnavailable(`Temporal refused the request: ${refused}`, { cause: error });
  const silent =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error) ||
    isNamespaceMissed(error) ||
    isSilence(error) ||
    (error instanceof Error && isSilence(error.cause));
  return silent ? new TemporalUnavailable('Temporal did not respond', { cause: error }) : error;
}

/** Whether Temporal does not know the workflow (any more); some calls throw a class, others the gRPC code. */
export function isUnknownWorkflow(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || hasCode(error, status.NOT_FOUND);
}

/** Nothing where Temporal does not know the workflow. @throws whatever else it is */
export function nothingIfForgotten(fault: unknown): undefined {
  if (!isUnknownWorkflow(fault)) throw fault;
}

/** Nothing where Temporal does not answer. @throws whatever else it is */
export function nothingIfUnavailable(fault: unknown): undefined {
  if (!(fault instanceof TemporalUnavailable)) throw fault;
}
