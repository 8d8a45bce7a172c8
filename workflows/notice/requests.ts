import { ApplicationFailure } from '@temporalio/workflow';
import { ASKED_TOO_OFTEN, MAX_RESENDS, RESENDS_PERIOD_MS } from '../../domain/notice/protocol';

/** Requests to deliver a notice at once. */
export class DeliveryRequests {
  /** Requests that this run has taken; each adds to its history. */
  taken = 0;
  /** When the latest were taken, milliseconds. */
  readonly askedAt: number[];

  constructor(askedAt: readonly number[] = []) {
    this.askedAt = [...askedAt];
  }

  /**
   * For the validator: what it refuses leaves no event.
   * @throws ApplicationFailure `AskedTooOften`
   */
  requireFew(): void {
    const [first] = this.askedAt;
    if (first === undefined || this.askedAt.length < MAX_RESENDS) return;
    const retryAfterMs = first + RESENDS_PERIOD_MS - Date.now();
    if (retryAfterMs <= 0) return;
    throw ApplicationFailure.create({
      type: ASKED_TOO_OFTEN,
      message: `the notice was asked for ${MAX_RESENDS} times within a minute; ask again in ${Math.ceil(retryAfterMs / 1_000)} s`,
      nonRetryable: true,
      details: [retryAfterMs],
    });
  }

  /** Also of a signal, which cannot be refused. */
  take(): void {
    this.taken += 1;
    this.askedAt.push(Date.now());
    if (this.askedAt.length > MAX_RESENDS) this.askedAt.shift();
  }
}
