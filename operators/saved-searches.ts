import { NOTICE_WORKFLOW } from '../domain/notice/protocol';
import { PURCHASE_WORKFLOW } from '../domain/purchase/protocol';
import { isOutcome, PURCHASE_STATE_NAMES } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { CUT_OFF_QUERY, PURCHASE_RUNS } from '../client/run-status';
import { anyOf, equals } from '../client/visibility-query';

const PURCHASES = `WorkflowType = '${PURCHASE_WORKFLOW}'`;
const RUNNING = "ExecutionStatus = 'Running'";
const {
  purchaseState,
  purchaseDay,
  channel,
  packageCode: PACKAGE,
  subscriber,
  needsAttention,
  attentionReason,
  noticeDelivered,
} = SEARCH_ATTRIBUTES;
const OPEN_STATES = PURCHASE_STATE_NAMES.filter((state) => !isOutcome(state));

/**
 * What operators search for, as conditions that the Web UI can show and remove one by one. `docs/operations.md` and
 * `datacode purchases list` are made from this table.
 */
export const SAVED_SEARCHES = {
  'needs-attention': {
    title: 'Needs attention',
    meaning: 'Purchases and cases: an operator must decide or help. Retries continue meanwhile.',
    query: and(RUNNING, equals(needsAttention, true)),
  },
  'charge-unknown': {
    title: 'Charge unknown',
    meaning: 'For longer than `PURCHASE_PATIENCE` it is unknown whether the subscriber was charged.',
    query: and(PURCHASES, RUNNING, equals(needsAttention, true), equals(purchaseState, 'charging')),
  },
  outage: {
    title: 'Outage backlog',
    meaning:
      'Accepted, no outcome yet. Normally a few seconds of sales; in an outage, all waiting purchases.',
    query: and(PURCHASES, RUNNING, anyOf(purchaseState, OPEN_STATES)),
  },
  'ended-from-outside': {
    title: 'Ended from outside',
    meaning:
      'Terminated, failed by a defect, or completed though it was not done. Each gets a case, unless a reset has replaced its run.',
    query: and(PURCHASES, CUT_OFF_QUERY),
  },
  'refunds-on-their-way': {
    title: 'Refunds on their way',
    meaning: 'Purchases whose channel has not accepted the refund notice yet.',
    query: and(PURCHASES, RUNNING, equals(noticeDelivered, false)),
  },
  'notices-on-their-way': {
    title: 'Notices on their way',
    meaning: 'State notices that a channel’s webhook has not accepted yet.',
    query: and(`WorkflowType = '${NOTICE_WORKFLOW}'`, RUNNING, equals(noticeDelivered, false)),
  },
} as const satisfies Record<string, { title: string; meaning: string; query: string }>;

export type SavedSearch = keyof typeof SAVED_SEARCHES;
export const SAVED_SEARCH_NAMES = Object.keys(SAVED_SEARCHES) as [SavedSearch, ...SavedSearch[]]; // the literal's keys

/** Conditions that narrow any search for purchases. */
export interface Narrowing {
  channel?: string | undefined;
  packageCode?: string | undefined;
  /** Why they need a person: one of `ATTENTION_REASONS`. */
  reason?: string | undefined;
  /** `YYYY-MM-DD` of the acceptance in Vietnam. */
  day?: string | undefined;
  /** One of `PURCHASE_STATES`. */
  state?: string | undefined;
  /** The hashes that the subscriber's purchases may have, one for each key (`client/encryption.ts`). */
  subscriber?: readonly string[] | undefined;
  /** Accepted before this moment. */
  before?: Date | undefined;
  /** In Temporal's query language; the result holds purchases only. */
  query?: string | undefined;
}

/** The query for the purchases that meet all saved searches and all conditions; cases have a command of their own. */
export function searchFor(saved: readonly SavedSearch[], narrowing: Narrowing): string {
  const { channel: name, packageCode, reason, day, state, subscriber: hashes, before, query } = narrowing;
  return and(
    ...(saved.length > 0 ? saved.map(ofPurchases) : [PURCHASE_RUNS]),
    ...(name === undefined ? [] : [equals(channel, name)]),
    ...(packageCode === undefined ? [] : [equals(PACKAGE, packageCode)]),
    ...(reason === undefined ? [] : [equals(attentionReason, reason)]),
    ...(day === undefined ? [] : [equals(purchaseDay, day)]),
    ...(state === undefined ? [] : [equals(purchaseState, state)]),
    ...(hashes === undefined ? [] : [anyOf(subscriber, hashes)]),
    ...(before === undefined ? [] : [`StartTime < '${before.toISOString()}'`]),
    ...(query === undefined ? [] : [`(${query})`]),
  );
}

function ofPurchases(search: SavedSearch): string {
  const { query } = SAVED_SEARCHES[search];
  return search === 'needs-attention' ? and(PURCHASES, query) : query;
}

function and(...conditions: readonly string[]): string {
  return conditions.join(' AND ');
}
