import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ValueError } from '@temporalio/common';
import { status } from '@grpc/grpc-js';
import { deadlineIn } from '../runtime/deadline';
import { NO_KEY, PayloadUnreadable } from '../encryption/payload-unreadable';
import type { ChannelName } from '../domain/identifiers';
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

/** Codes that mean that the server cannot respond now; every other code is our own mistake. */
const SILENCE: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.FAILED_PRECONDITION, // of an update, after several workers died during the purchase's workflow task
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

/** Whether an error, or its cause, has this gRPC code. */
export function hasCode(error: unknown, code: status): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === code;
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
  const silent =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error) ||
    isSilence(error) ||
    (error instanceof Error && isSilence(error.cause));
  return silent ? new TemporalUnavailable('Temporal did not respond', { cause: error }) : error;
}

/** Whether Temporal does not know the workflow (any more); some calls throw a class, others the gRPC code. */
export function isUnknownWorkflow(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || hasCode(error, status.NOT_FOUND);
}
