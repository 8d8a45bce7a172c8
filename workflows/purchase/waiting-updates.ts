import { ApplicationFailure, currentUpdateInfo } from '@temporalio/workflow';
import { UPDATE_REFUSALS } from '../../domain/purchase/protocol';

/** Of a run; ours are at most the one that starts a purchase, and those of earlier versions. */
const MAX_OTHERS = 3;

/**
 * The updates that only wait or ask. All who wait for the same share one update, by its id. Temporal takes ten updates of a
 * workflow at a time and two thousand altogether, and whoever can write to it can send these, which need no input of ours: so
 * few are taken under any other id that a cancellation and an operator's decision always have a place.
 */
export class WaitingUpdates {
  private others = 0;

  /**
   * For a validator.
   * @param shared the id of ours
   * @throws ApplicationFailure `TooManyWaiting`
   */
  require(shared: string): void {
    if (isUnder(shared) || this.others < MAX_OTHERS) return;
    throw ApplicationFailure.nonRetryable(
      `too many updates of this kind were sent under ids of their own; send it under "${shared}"`,
      UPDATE_REFUSALS.tooManyWaiting,
    );
  }

  /** To be called by the handler before it waits. */
  take(shared: string): void {
    if (!isUnder(shared)) this.others += 1;
  }
}

function isUnder(id: string): boolean {
  return currentUpdateInfo()?.id === id;
}
