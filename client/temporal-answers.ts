import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import { deadlineIn } from '../runtime/deadline';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { PurchaseUnreadable, TemporalUnavailable } from './purchases';
import { TemporalBreaker } from './temporal-breaker';

/** How long a call to Temporal may take that waits for nothing but Temporal. */
export const CALL_DEADLINE_MS = 5_000;

/** How each client has fared with its server: what one question learns, spares the next. */
const breakers = new WeakMap<object, TemporalBreaker>();

/**
 * Asks Temporal, within a time.
 * @throws TemporalUnavailable when it is silent, or TemporalOverloaded at once when it has been so to several before;
 *   PurchaseUnreadable when the answer's key is not at hand; whatever it did answer otherwise
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

function breakerOf(client: object): TemporalBreaker {
  const known = breakers.get(client);
  if (known) return known;
  const breaker = new TemporalBreaker();
  breakers.set(client, breaker);
  return breaker;
}

/** Codes with which a server, or the way to it, says that it cannot answer now; all others are our own mistake. */
const SILENCE: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.FAILED_PRECONDITION, // an update, when worker after worker died with the purchase's workflow task in hand
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
  status.INTERNAL,
  status.UNAVAILABLE,
]);

function isSilence(error: unknown): boolean {
  return isGrpcServiceError(error) && SILENCE.has(error.code);
}

/** Whether Temporal's answer, or what the client made of it, has this code. */
export function hasCode(error: unknown, code: status): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === code;
}

/** Temporal's silence, and what cannot be decrypted, as errors of their own; any other answer stays what it is. */
export function unavailable(error: unknown): unknown {
  if (error instanceof PayloadUnreadable)
    return new PurchaseUnreadable(error.reason === 'key_shredded', { cause: error });
  if (error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError)
    return error;
  const silent =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error) ||
    isSilence(error) ||
    (error instanceof Error && isSilence(error.cause));
  return silent ? new TemporalUnavailable('Temporal did not answer', { cause: error }) : error;
}

/** Whether Temporal does not know the workflow (any more): some calls say so by a class, others by the bare code. */
export function isUnknownWorkflow(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || hasCode(error, status.NOT_FOUND);
}
