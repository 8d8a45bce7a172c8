import { WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, DefaultFailureConverter } from '@temporalio/common';
import { PurchaseUnreadable, TemporalUnavailable } from '../../client/purchases';
import { updateRejection } from '../../client/update-rejections';

/** All of a client with encryption that is looked at. */
const client = {
  options: {
    loadedDataConverter: { failureConverter: new DefaultFailureConverter({ encodeCommonAttributes: true }) },
  },
} as unknown as Client;

const failed = (type: string) =>
  new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.nonRetryable('ended', type));

describe('a decision that was accepted when its run ended, as by a reset', () => {
  it('is not known to be taken: whoever made it looks again, and is told of no intruder', () => {
    expect(() => updateRejection(client, failed('AcceptedUpdateCompletedWorkflow'))).toThrow(
      TemporalUnavailable,
    );
    expect(() => updateRejection(client, failed('TooLate'))).toThrow(PurchaseUnreadable);
  });
});
