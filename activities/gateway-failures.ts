import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { GATEWAY_FAILURES, type GatewayVerdict, type RetryLaterDetail } from '../domain/gateway-verdict';

type Unsettled = Extract<GatewayVerdict, { kind: 'retry_later' | 'unknown' | 'broken_contract' }>;

/**
 * What to throw for a verdict that settles nothing. Temporal retries the first two with back-off, and the next
 * attempt asks MobiFone before it sends anything; a broken contract goes to the workflow, which calls a person.
 * @param subject the command in words, for the Web UI
 */
export function gatewayFailure(subject: string, verdict: Unsettled): ApplicationFailure {
  switch (verdict.kind) {
    case 'retry_later':
      return ApplicationFailure.create({
        type: GATEWAY_FAILURES.retryLater,
        message: `${subject}: not taken by MobiFone, will be sent again (${verdict.detail})`,
        category: ApplicationFailureCategory.BENIGN,
        ...(verdict.retryAfterMs === undefined ? {} : { nextRetryDelay: verdict.retryAfterMs }),
        ...askedToWait(verdict),
      });
    case 'unknown':
      return ApplicationFailure.create({
        type: GATEWAY_FAILURES.outcomeUnknown,
        message: `${subject}: outcome unknown, MobiFone will be asked before anything is sent again (${verdict.detail})`,
        category: ApplicationFailureCategory.BENIGN,
      });
    case 'broken_contract':
      return ApplicationFailure.create({
        type: GATEWAY_FAILURES.brokenContract,
        message: `${subject}: MobiFone broke the contract (${verdict.detail})`,
        nonRetryable: true,
      });
  }
}

/**
 * Tells the workflow, which goes on from a local try by itself, how long MobiFone asked to wait. What our own circuit
 * held back may go on at once: as a normal activity it is held back again, where everybody sees that it waits.
 */
function askedToWait({ retryAfterMs, outage }: Extract<GatewayVerdict, { kind: 'retry_later' }>) {
  if (retryAfterMs === undefined || outage) return {};
  const detail: RetryLaterDetail = { retryAfterMs };
  return { details: [detail] };
}
