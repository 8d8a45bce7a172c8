import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import type { RefusalSeal } from '../encryption/failure-converter';
import { PurchaseUnreadable, TemporalUnavailable } from './purchases';

/** What the server itself says of an update that was accepted when its run ended, as by a reset: it may be done by the next run. */
const RUN_ENDED = 'AcceptedUpdateCompletedWorkflow';
const NOT_OURS =
  'it was refused in words that our workers did not seal, so somebody else may have answered; ' +
  'workers of an earlier version seal none: ask again when all run this one';

/** The failure type of a rejected update, whoever rejected it; undefined when the error is something else. */
export function rejectionType(error: unknown): string | undefined {
  return rejectionIn(error)?.type ?? undefined;
}

/**
 * Why the workflow rejected an update; nothing when the error is something else. Whoever takes the workflow's tasks can reject it
 * in words of their own, or in ours. A worker of an earlier version seals none: who asks it while both run asks
 * again later, since its words are known to everybody.
 * @throws PurchaseUnreadable while encryption is on, for a refusal that is not sealed as our workers seal it; TemporalUnavailable
 *   where the run ended meanwhile
 */
export function updateRejection(client: Client, error: unknown): ApplicationFailure | undefined {
  const rejection = rejectionIn(error);
  if (!isEncrypted(client) || (rejection && isSealed(rejection))) return rejection;
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  if (rejection?.type === RUN_ENDED)
    throw new TemporalUnavailable('the run ended meanwhile; look what it came to');
  throw new PurchaseUnreadable(false, { cause: new Error(NOT_OURS) });
}

function rejectionIn(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure ? cause : undefined;
}

function isEncrypted({ options }: Client): boolean {
  const { failureConverter } = options.loadedDataConverter;
  return (
    failureConverter instanceof DefaultFailureConverter && failureConverter.options.encodeCommonAttributes
  );
}

/** What could not be decrypted did not come this far. */
function isSealed({ type, failure }: ApplicationFailure): boolean {
  if (!failure?.encodedAttributes) return false;
  const seal = defaultPayloadConverter.fromPayload<Partial<RefusalSeal> | null>(failure.encodedAttributes);
  return seal?.type === type;
}
