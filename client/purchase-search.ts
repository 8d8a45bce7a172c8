import type { Client } from '@temporalio/client';
import type { AttentionReason } from '../domain/purchase/attention';
import type { ChannelName, PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode } from '../domain/catalogue/packages';
import type { PurchaseOrder } from '../domain/purchase/purchase';
import {
  isOutcome,
  PURCHASE_OUTCOMES,
  type PurchaseOutcome,
  type PurchaseState,
} from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { ListCursors } from './list-cursor';
import { purchasesAmong, runsOfPurchase } from './purchase-runs';
import { isCutOff, NOT_CUT_OFF_QUERY } from './run-status';
import { listedOrder } from './searchable-order';
import { searchableReason, searchableState } from './searchable-state';
import { unavailable } from './temporal-answers';
import { countRuns, listPage, type RawExecution, type RunInfo, type UnreadableRun } from './visibility-pages';
import {
  anyOf,
  atLeast,
  atMost,
  equals,
  NEEDS_ATTENTION,
  NEEDS_NOBODY,
  purchasesOf,
} from './visibility-query';

/** Filters, combined with AND. */
export interface PurchaseFilters {
  state?: PurchaseState | undefined;
  outcome?: PurchaseOutcome | undefined;
  package?: PackageCode | undefined;
  /** Day of acceptance in Vietnam. */
  day?: LocalDay | undefined;
  /** First and last day of acceptance in Vietnam. */
  from?: LocalDay | undefined;
  to?: LocalDay | undefined;
  msisdn?: Msisdn | undefined;
  needsAttention?: boolean | undefined;
}

/** The wanted page of a list. */
export interface PageWish {
  limit: number;
  /** From the previous page; omit it for the first page. */
  cursor?: string | undefined;
}

/** A purchase as Temporal's index has it: needs no worker; a change appears after a moment. */
export interface FoundPurchase {
  order: PurchaseOrder;
  state: PurchaseState;
  outcome: PurchaseOutcome | null;
  needsAttention: boolean;
  /** Null if no attention is needed. For operators; not shown to channels. */
  attentionReason?: AttentionReason | null;
  /** Since when; null if it is not known: on older purchases, and where none is needed. For operators. */
  attentionSince?: Date | null;
}

export type PurchaseListing =
  | {
      kind: 'page';
      purchases: readonly FoundPurchase[];
      /** Number of further purchases of the page that cannot be read. */
      unreadable?: number;
      nextCursor: string | null;
    }
  /** The cursor is damaged, or of a list with other filters or of another channel. */
  | { kind: 'foreign_cursor' }
  /** Purchases are not encrypted, so they have no hash by which a number could be found. */
  | { kind: 'no_numbers' };

/** Purchases by outcome; `open` have none yet. */
export type PurchaseTotals = Record<PurchaseOutcome | 'open', number>;

/** Finds a channel's purchases, and never another's (I9); every method throws `TemporalUnavailable`. */
export interface PurchaseSearch {
  /**
   * One page: running purchases first, then closed ones, latest end first. A purchase that ends while the list is read
   * may appear twice; none is left out.
   */
  list(channel: ChannelName, filters: PurchaseFilters, page: PageWish): Promise<PurchaseListing>;
  /**
   * How many purchases there are of each outcome. A purchase that was reset after its end counts once for each completed run.
   */
  totals(channel: ChannelName, filters: PurchaseFilters): Promise<PurchaseTotals | { kind: 'no_numbers' }>;
  /** The channel's purchase with our id. */
  findById(channel: ChannelName, id: PurchaseId): Promise<FoundPurchase | undefined>;
}

/** Searches Temporal's visibility index. */
export class TemporalPurchaseSearch implements PurchaseSearch {
  constructor(
    private readonly client: Client,
    private readonly cursors: ListCursors,
    /** The possible hashes of a number, one for each key; none without encryption. */
    private readonly subscriberHashes: (number: Msisdn) => readonly string[],
  ) {}

  async list(channel: ChannelName, filters: PurchaseFilters, page: PageWish): Promise<PurchaseListing> {
    const query = this.queryOf(channel, filters);
    if (query === undefined) return { kind: 'no_numbers' };
    const token = page.cursor === undefined ? undefined : await this.cursors.open(query, page.cursor);
    if (page.cursor !== undefined && !token) return { kind: 'foreign_cursor' };
    const { purchases, unreadable, nextToken } = await readPage(this.client, query, page.limit, token);
    const nextCursor = nextToken.length > 0 ? await this.cursors.seal(query, nextToken) : null;
    return { kind: 'page', purchases, unreadable: unreadable.length, nextCursor };
  }

  async totals(
    channel: ChannelName,
    filters: PurchaseFilters,
  ): Promise<PurchaseTotals | { kind: 'no_numbers' }> {
    const query = this.queryOf(channel, filters);
    if (query === undefined) return { kind: 'no_numbers' };
    const { purchaseOutcome } = SEARCH_ATTRIBUTES;
    const count = (condition: string) => countRuns(this.client, `${query} AND ${condition}`);
    const [open, ...counts] = await Promise.all([
      count(`${purchaseOutcome.name} IS NULL AND ${NOT_CUT_OFF_QUERY}`),
      ...PURCHASE_OUTCOMES.map((outcome) => count(equals(purchaseOutcome, outcome))),
    ]);
    const byOutcome = PURCHASE_OUTCOMES.map((outcome, at) => [outcome, counts[at] ?? 0]);
    return { open, ...Object.fromEntries(byOutcome) } as PurchaseTotals; // every outcome was counted
  }

  async findById(channel: ChannelName, id: PurchaseId): Promise<FoundPurchase | undefined> {
    const query = purchasesOf(channel, equals(SEARCH_ATTRIBUTES.purchaseId, id));
    return purchaseWithId(this.client, query, id);
  }

  /** Nothing where a number is looked for that cannot be found by a hash. */
  private queryOf(channel: ChannelName, { msisdn, ...filters }: PurchaseFilters): string | undefined {
    if (msisdn === undefined) return purchasesOf(channel, ...conditionsOf(filters));
    const hashes = this.subscriberHashes(msisdn);
    if (hashes.length === 0) return undefined;
    return purchasesOf(channel, ...conditionsOf(filters), anyOf(SEARCH_ATTRIBUTES.subscriber, hashes));
  }
}

function conditionsOf(filters: Omit<PurchaseFilters, 'msisdn'>): string[] {
  const { purchaseState, purchaseOutcome, packageCode, purchaseDay } = SEARCH_ATTRIBUTES;
  return [
    ...(filters.state === undefined ? [] : [equals(purchaseState, filters.state)]),
    ...(filters.outcome === undefined ? [] : [equals(purchaseOutcome, filters.outcome)]),
    ...(filters.package === undefined ? [] : [equals(packageCode, filters.package)]),
    ...(filters.day === undefined ? [] : [equals(purchaseDay, filters.day)]),
    ...(filters.from === undefined ? [] : [atLeast(purchaseDay, filters.from)]),
    ...(filters.to === undefined ? [] : [atMost(purchaseDay, filters.to)]),
    ...(filters.needsAttention === undefined
      ? []
      : [filters.needsAttention ? NEEDS_ATTENTION : NEEDS_NOBODY]),
  ];
}

/** One page of the purchases that a query finds. */
export interface PurchasePage {
  purchases: FoundPurchase[];
  /** Each further run of the page, which cannot be read. */
  unreadable: readonly UnreadableRun[];
  /** Token of the next page; empty at the end. */
  nextToken: Uint8Array;
}

/**
 * Reads one page of purchases. Runs that a reset has replaced are left out, so a page may hold fewer than `pageSize`.
 * @param token of the page; none begins the list
 * @throws TemporalUnavailable
 */
export async function readPage(
  client: Client,
  query: string,
  pageSize: number,
  token?: Uint8Array,
): Promise<PurchasePage> {
  const { executions, nextToken } = await listPage(client, query, { pageSize, token });
  return { ...(await purchasesOfRuns(client, executions)), nextToken };
}

/**
 * The purchases of runs, in their order; without runs that a reset has replaced.
 * @throws TemporalUnavailable
 */
export async function purchasesOfRuns(
  client: Client,
  runs: readonly RawExecution[],
): Promise<Pick<PurchasePage, 'purchases' | 'unreadable'>> {
  const { read, unreadable } = await purchasesAmong(client, runs, foundPurchase);
  return { purchases: read, unreadable };
}

/**
 * The purchase of a query that has our id. The id is derived from the workflow's, so no other workflow that claims it in
 * its search attributes stands in the way.
 * @throws TemporalUnavailable, PurchaseUnreadable
 */
export async function purchaseWithId(
  client: Client,
  query: string,
  id: PurchaseId,
): Promise<FoundPurchase | undefined> {
  const own = await runsOfPurchase(client, query, id);
  const { read, unreadable } = await purchasesAmong(client, own, foundPurchase);
  if (unreadable[0]) throw unavailable(unreadable[0].fault);
  return read[0];
}

function foundPurchase(info: RunInfo): FoundPurchase {
  const { typedSearchAttributes } = info;
  const state = searchableState(info);
  const cutOff = isCutOff(info);
  return {
    order: listedOrder(info),
    state,
    outcome: isOutcome(state) ? state : null,
    needsAttention: typedSearchAttributes.get(SEARCH_ATTRIBUTES.needsAttention) === true || cutOff,
    attentionReason: cutOff ? 'workflow_closed' : searchableReason(info),
    attentionSince: cutOff
      ? (info.closeTime ?? null)
      : (typedSearchAttributes.get(SEARCH_ATTRIBUTES.attentionSince) ?? null),
  };
}
