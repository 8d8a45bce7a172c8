import { ApplicationFailure, condition, setDefaultUpdateHandler } from '@temporalio/workflow';

/** Whoever takes the place of a workflow at Temporal: every update is refused, in the words of ours. */
async function rejecting(): Promise<void> {
  setDefaultUpdateHandler(() => {
    throw ApplicationFailure.nonRetryable('too late to cancel: the purchase is charging', 'TooLateToCancel');
  });
  await condition(() => false);
}

export {
  rejecting as blocks,
  rejecting as case,
  rejecting as control,
  rejecting as dayBreaks,
  rejecting as purchase,
};
