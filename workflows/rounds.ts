import type { PurchasePolicy } from '../domain/purchase/purchase';

/** Patience and pauses double, or grow, up to this round. */
const MAX_DOUBLINGS = 5;
/** Pauses after an answer that settles nothing grow by this factor: the first is short, since most such faults pass. */
const PAUSE_GROWTH = 8;
/**
 * However fast a round failed, the next begins 1, 2, 4, … seconds later, up to the maximum. How long the round took is
 * not looked at: a workflow that is first loaded for a query may see another time, and must not go another way.
 */
const MIN_PAUSE_MS = 1_000;
/** No pause is longer unless MobiFone asked for it: what waits is over minutes after a fault is. */
export const MAX_PAUSE_MS = 300_000;

/** So many rounds of a case pause as those of a purchase, a day of them; then each pauses longer by this share. */
const ROUNDS_OF_A_DAY = 288;

/**
 * The longest pause of a case after this round, milliseconds: about a 288th of the time for which it has asked.
 * A case never continues as new; so its history stays below Temporal's limit for decades.
 */
export function longestPauseMs(round: number): number {
  const more = Math.max(round - ROUNDS_OF_A_DAY, 0) / ROUNDS_OF_A_DAY;
  return Math.round(MAX_PAUSE_MS * Math.exp(more));
}

/** How long a round may take, retries included, milliseconds. */
export function patienceMs(policy: Pick<PurchasePolicy, 'patience'>, round: number): number {
  return policy.patience * 2 ** Math.min(round, MAX_DOUBLINGS);
}

/** The pause after an answer that settled nothing, milliseconds, without any limit. */
export function grownPauseMs(policy: Pick<PurchasePolicy, 'retryInitialInterval'>, round: number): number {
  return policy.retryInitialInterval * PAUSE_GROWTH ** Math.min(round, MAX_DOUBLINGS);
}

/**
 * The pause after a round of a purchase that settled nothing, milliseconds. Older purchases pause after an answer only.
 * @param isAnswer whether MobiFone answered, with something that settles nothing
 * @param askedMs how long MobiFone asked to wait
 */
export function pauseMs(
  policy: PurchasePolicy,
  round: number,
  { isAnswer, askedMs }: { isAnswer: boolean; askedMs: number },
): number {
  const grown = isAnswer ? grownPauseMs(policy, round) : 0;
  if (!policy.gateway) return Math.min(grown, patienceMs(policy, round));
  const least = MIN_PAUSE_MS * 2 ** Math.min(round, 30);
  const longest = Math.max(MAX_PAUSE_MS, policy.retryInitialInterval);
  return Math.max(Math.min(Math.max(grown, least), longest), askedMs);
}
