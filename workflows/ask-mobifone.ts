import { TimeoutType } from '@temporalio/common';
import { ActivityFailure, patched, TimeoutFailure } from '@temporalio/workflow';
import type { Inquirable } from '../activities/gateway-activities';
import type { TransactionState } from '../domain/gateway-verdict';
import type { ActivityProxies } from './activity-proxies';

/** Attempts before a decision is refused because MobiFone could not be asked. */
const MAX_ATTEMPTS = 3;

/**
 * Asks MobiFone once for somebody who waits. Its silence is a result, `no_answer`. That the activity failed is none, since
 * whoever can write to Temporal can have it fail: it is made again, and counts as not asked in the end. Histories of before took
 * a failure for silence.
 */
export async function askMobifone(
  activities: ActivityProxies,
  ...question: Parameters<ActivityProxies['transactionState']>
): Promise<TransactionState | 'not_asked'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await activities.transactionState(...question);
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours: the workflow task must not go on
      if (!patched('failed-inquiries-are-no-silence')) return 'no_answer';
      if (attempt === MAX_ATTEMPTS || isOutOfTime(failure)) return 'not_asked';
    }
  }
}

/** As where no worker takes it: whoever waits has waited long enough. */
function isOutOfTime({ cause }: ActivityFailure): boolean {
  return cause instanceof TimeoutFailure && cause.timeoutType !== TimeoutType.HEARTBEAT;
}

/** Why nothing was decided. */
export function notAsked(transaction: Inquirable): string {
  return `MobiFone could not be asked about the ${transaction}; try again`;
}
