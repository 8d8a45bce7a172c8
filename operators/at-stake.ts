import type { Client } from '@temporalio/client';
import { fairly, keywordOf, leftOut, type FairList, type FairShare, type LeftOut } from '../client/fair-list';
import { ownOrder } from '../client/own-order';
import { countRuns, type RawExecution } from '../client/visibility-pages';
import { anyOf, equals, noneOf } from '../client/visibility-query';
import { ATTENTION_REASONS, type AttentionReason } from '../domain/purchase/attention';
import type { PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';

/** Purchases that need a person and that a list does not show. */
export interface PurchasesLeftOut extends LeftOut {
  reason: AttentionReason;
}

const { purchaseState: STATE, attentionReason: REASON } = SEARCH_ATTRIBUTES;
const CHARGED = ['charging', 'rolling_back'] as const satisfies readonly PurchaseState[];
const UNSETTLED = [...CHARGED, 'registering'] as const satisfies readonly PurchaseState[];
const UNDOING = ['rollback_refused', 'late_effect'] as const satisfies readonly AttentionReason[];
const OWN_TROUBLE = 'channel_unreachable' satisfies AttentionReason;

/** Conditions that share out all purchases, by what is at stake: the first is read first. */
const STAKES = {
  charged: `(${anyOf(STATE, CHARGED)} OR ${anyOf(REASON, UNDOING)})`,
  registered: equals(STATE, 'registering'),
  others: `${noneOf(STATE, [...UNSETTLED, 'succeeded'])} AND ${noneOf(REASON, [...UNDOING, OWN_TROUBLE])}`,
  /** Nothing is registered or charged; the channel's own webhook does not take its notice. */
  ownTrouble: `${noneOf(STATE, UNSETTLED)} AND ${equals(REASON, OWN_TROUBLE)}`,
  /** A message to the subscriber: MobiFone's answer ends it. */
  succeeded: `${equals(STATE, 'succeeded')} AND ${noneOf(REASON, [...UNDOING, OWN_TROUBLE])}`,
} as const;

/**
 * Runs of the purchases that a query finds, what is most at stake first, and no channel before others with more than a fifth.
 * @param ownTrouble how many of those are wanted whose channel's webhook only does not answer; as many as fit unless given
 * @throws TemporalUnavailable
 */
export async function readByStake(
  client: Client,
  query: string,
  most: number,
  ownTrouble?: FairShare,
): Promise<FairList> {
  const ours = new Map<string, RawExecution>();
  const unreadable = new Map<string, RawExecution>();
  for (const [stake, condition] of Object.entries(STAKES)) {
    const left = most - ours.size;
    if (left <= 0) break;
    const whole = { most: left, perChannel: Math.ceil(most / 5), isFilled: true };
    const share =
      stake === 'ownTrouble' && ownTrouble ? { ...ownTrouble, most: Math.min(left, ownTrouble.most) } : whole;
    const found = await fairly(client, `${query} AND ${condition}`, share, ownOrder);
    for (const run of found.ours) ours.set(run.execution?.runId ?? '', run);
    for (const run of found.unreadable) unreadable.set(run.execution?.runId ?? '', run);
  }
  return { ours: [...ours.values()], unreadable: [...unreadable.values()] };
}

/**
 * The purchases of a query that are not among those that were read, by reason and channel.
 * @throws TemporalUnavailable
 */
export async function purchasesLeftOut(
  client: Client,
  query: string,
  read: readonly RawExecution[],
): Promise<PurchasesLeftOut[]> {
  if ((await countRuns(client, query)) <= read.length) return [];
  const all = await Promise.all(
    REASONS.map(async (reason) => {
      const own = read.filter((run) => keywordOf(run, REASON) === reason);
      const left = await leftOut(client, `${query} AND ${equals(REASON, reason)}`, own);
      return left.map((one) => ({ reason, ...one }));
    }),
  );
  return all.flat();
}

const REASONS = Object.keys(ATTENTION_REASONS) as AttentionReason[]; // the literal's keys
