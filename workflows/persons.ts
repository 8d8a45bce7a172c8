import { ApplicationFailure } from '@temporalio/workflow';
import { UPDATE_REFUSALS } from '../domain/purchase-protocol';

/**
 * Who and why are what an auditor reads years later.
 * @throws ApplicationFailure `RequestInvalid` when either is missing
 */
export function requirePerson(request: { by: string; why: string }): void {
  for (const field of ['by', 'why'] as const) {
    if (typeof request[field] !== 'string' || request[field].trim() === '') {
      throw ApplicationFailure.nonRetryable(`"${field}" must be given`, UPDATE_REFUSALS.requestInvalid);
    }
  }
}
