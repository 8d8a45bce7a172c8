import { ApplicationFailure } from '@temporalio/common';
import {
  GATEWAY_FAILURES,
  LOST_ATTEMPT,
  type AttemptResult,
  type CommandResult,
  type FailureDetail,
} from '../domain/command-result';
import { TimeLimit } from '../runtime/deadline';
import { isAttemptLost, type Attempt } from './attempt';
import type { SendOptions } from './settle';

/**
 * Makes a call once; its failure is a result as well. Nothing is repeated here, since only the workflow may decide what
 * follows a call in doubt.
 * @param limitMs after which the call is left, unsettled; milliseconds. Unset: the gateway's own time limit applies
 * @throws what is no failure of the gateway: a cancellation, a defect
 */
export async function attemptOnce(
  attempt: Pick<Attempt, 'isFirst'>,
  { askFirst }: Pick<SendOptions, 'askFirst'>,
  limitMs: number | undefined,
  call: (limit: AbortSignal | undefined) => Promise<CommandResult>,
): Promise<AttemptResult> {
  const limit = limitMs === undefined ? undefined : new TimeLimit(limitMs);
  const signal = limit?.signal;
  try {
    return { ...(await call(signal)), at: new Date().toISOString() };
  } catch (failure) {
    if (signal?.aborted && failure === signal.reason) return LOST_ATTEMPT;
    if (!(failure instanceof ApplicationFailure)) throw failure;
    // Temporal's activity reset, or what is asked about first: an attempt before this one may have sent it.
    const isFresh = attempt.isFirst && !askFirst;
    if (isAttemptLost(failure)) return { ...LOST_ATTEMPT, ...(isFresh ? { neverSent: true } : {}) };
    const [detail = {}] = (failure.details ?? []) as FailureDetail[]; // written by `gatewayFailure`
    const { retryAfterMs = 0, triedMs: _, quiet: _quiet, ...known } = detail; // nothing is known of other activities' sendings
    switch (failure.type) {
      case GATEWAY_FAILURES.brokenContract:
        return { kind: 'broken_contract', detail: failure.message, ...known };
      case GATEWAY_FAILURES.retryLater:
      case GATEWAY_FAILURES.outcomeUnknown:
      case GATEWAY_FAILURES.toBeSent:
        return { kind: 'unsettled', askedToWaitMs: retryAfterMs, ...known };
      default:
        throw failure;
    }
  } finally {
    limit?.end();
  }
}
