import type { Attention } from '../../domain/purchase/attention';
import { runningSteps } from '../../domain/purchase/attention';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { PendingCall, Timeline } from '../../operators/timeline';
import type { SignedIn } from '../visit';

type Known = Pick<Timeline, 'pending' | 'purchase'>;

/** Why the last try was in vain, a sentence: that of the call that is tried now, or else of the round before it. */
export function lastCause(visit: SignedIn, { pending, purchase }: Known): string | undefined {
  const { attention, steps } = purchase;
  if (attention) return reasonInWords(visit, attention, pending);
  const running = runningSteps(steps).at(-1);
  return running && ofCalls(visit, running, pending);
}

/** What came last, where that says more than the reason; beside the reason where it says something else. */
export function reasonInWords(
  visit: SignedIn,
  { reason, detail, step }: Attention,
  pending: readonly PendingCall[],
): string {
  const { say } = visit;
  const isOfSilence =
    reason === 'no_answer' || reason === 'broken_contract' || reason === 'channel_unreachable';
  const now = isOfSilence ? ofCalls(visit, step, pending) : undefined;
  if (now !== undefined) return now;
  const cause = say.cause(detail);
  if (cause === undefined || reason === 'broken_contract' || reason === 'workflow_closed')
    return say.attention(reason);
  if (isOfSilence) return `${cause}.`;
  return `${say.attention(reason).replace(/\.$/, '')} (${cause.replace(/\.$/, '')}).`;
}

function ofCalls({ say }: SignedIn, step: PurchaseStep, pending: readonly PendingCall[]): string | undefined {
  const failed = pending.findLast(({ call, lastFailure }) => lastFailure !== null && isOf(step, call));
  const cause = failed?.lastFailure ? say.cause(failed.lastFailure) : undefined;
  return cause === undefined ? undefined : `${cause.replace(/\.$/, '')}.`;
}

/** A refund notice and messages go out while a rollback is tried: what one meets says nothing about the other. */
function isOf(step: PurchaseStep, call: string): boolean {
  const about = call === 'noticeRefund' ? 'notice' : call.startsWith('sendMessage') ? 'message' : 'mobifone';
  if (step === 'refund_notice') return about === 'notice';
  return about === (step.endsWith('_message') ? 'message' : 'mobifone');
}
