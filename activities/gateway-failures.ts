import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { GATEWAY_FAILURES, type FailureDetail } from '../domain/command-result';
import type { GatewayVerdict, InquiryVerdict, Unsettled } from '../domain/gateway-verdict';
import { withoutNumbers } from '../domain/telephone-numbers';

export function isUnsettled(verdict: GatewayVerdict | InquiryVerdict): verdict is Unsettled {
  return verdict.kind === 'retry_later' || verdict.kind === 'unknown' || verdict.kind === 'broken_contract';
}

/** What a failure carries in addition to its verdict. */
interface FailureSettings {
  /** What the workflow goes on from. */
  detail?: FailureDetail;
  /** Temporal retries a broken contract too: a person knows of it. */
  persistent?: boolean | undefined;
  /** When the next attempt is due, milliseconds, where MobiFone asked for nothing. */
  nextRetryDelay?: number | undefined;
}

/**
 * What to throw for a verdict that settles nothing. Temporal retries the first two with back-off, and the next
 * attempt asks MobiFone before it sends anything; a broken contract goes to the workflow, which calls a person.
 * @param subject the command in words, for the Web UI
 */
export function gatewayFailure(
  subject: string,
  verdict: Unsettled,
  { detail = {}, persistent = false, nextRetryDelay }: FailureSettings = {},
): ApplicationFailure {
  const pauseMs = 'retryAfterMs' in verdict ? (verdict.retryAfterMs ?? nextRetryDelay) : nextRetryDelay;
  return ApplicationFailure.create({
    type: TYPES[verdict.kind],
    message: `${subject}: ${WORDS[verdict.kind]} (${withoutNumbers(verdict.detail)})`,
    nonRetryable: verdict.kind === 'broken_contract' && !persistent,
    ...(verdict.kind === 'broken_contract' ? {} : { category: ApplicationFailureCategory.BENIGN }),
    details: [{ ...detail, ...askedToWait(verdict) } satisfies FailureDetail],
    ...(pauseMs === undefined ? {} : { nextRetryDelay: pauseMs }),
  });
}

/**
 * What to throw where a command has to be sent and this attempt may not: the workflow orders the next activity at once.
 * @param subject the command in words, for the Web UI
 */
export function toBeSent(subject: string, detail: FailureDetail): ApplicationFailure {
  return ApplicationFailure.create({
    type: GATEWAY_FAILURES.toBeSent,
    message: `${subject}: MobiFone does not have it, the next activity sends it`,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    details: [detail],
  });
}

const TYPES = {
  retry_later: GATEWAY_FAILURES.retryLater,
  unknown: GATEWAY_FAILURES.outcomeUnknown,
  broken_contract: GATEWAY_FAILURES.brokenContract,
} as const satisfies Record<Unsettled['kind'], string>;

const WORDS = {
  retry_later: 'not taken by MobiFone, will be sent again',
  unknown: 'outcome unknown, MobiFone will be asked before anything is sent again',
  broken_contract: 'MobiFone broke the contract',
} as const satisfies Record<Unsettled['kind'], string>;

/**
 * How long MobiFone asked to wait. What our own circuit held back may go on at once: as a normal activity it is held
 * back again, where everybody sees that it waits.
 */
function askedToWait(verdict: Unsettled): FailureDetail {
  if (verdict.kind === 'broken_contract' || verdict.retryAfterMs === undefined) return {};
  if (verdict.kind === 'retry_later' && verdict.outage) return {};
  return { retryAfterMs: verdict.retryAfterMs };
}
