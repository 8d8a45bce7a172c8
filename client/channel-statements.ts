import type { Client } from '@temporalio/client';
import {
  caseRefundNoticeId,
  refundNoticeId,
  type ChannelName,
  type ExternalId,
  type NoticeId,
  type PurchaseId,
} from '../domain/identifiers';
import type { PackageCode } from '../domain/catalogue/packages';
import { localDay, type LocalDay } from '../domain/local-time';
import type { NoticeType } from '../domain/notice/notice';
import { noticeWorkflowId } from '../domain/notice/protocol';
import { isOutcome, type PurchaseState } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { noticeDeliveries } from './notice-deliveries';
import { purchasesBehind } from './purchase-runs';
import { isCutOff } from './run-status';
import { listedOrder } from './searchable-order';
import { searchableState } from './searchable-state';
import { retentionMs } from './namespace-state';
import { listPage, workflowIdOf, type RunInfo } from './visibility-pages';
import { batches, equals, purchasesOf, workflowIdBeginsWith, workflowIdIn } from './visibility-query';

/** A purchase in a channel's statement, whole đồng. */
export interface StatedPurchase {
  purchaseId: PurchaseId;
  externalId: ExternalId;
  package: PackageCode;
  /** `open` has no outcome yet. */
  kind: 'sold' | 'refunded' | 'open';
  state: PurchaseState;
  faceValue: number;
  discount: number;
  /** ISO 8601, UTC. */
  acceptedAt: string;
  /** The notice that asked for the refund of what its customer paid; of a sold one only where a case asked for it. */
  refund: StatedRefund | null;
}

export interface StatedRefund {
  noticeId: NoticeId;
  type: Extract<NoticeType, 'purchase.refund_due' | 'purchase.case_refund_due'>;
  /** Whether the channel's webhook accepted the notice. */
  delivered: boolean;
}

export interface StatementPage {
  purchases: readonly StatedPurchase[];
  /** Number of further purchases that cannot be read. */
  unreadable: number;
}

/** Reads what a channel's statements are made of; every method throws `TemporalUnavailable`. */
export interface ChannelStatements {
  /**
   * Every purchase that was accepted on a day, once, page by page, in no particular order. It counts the same purchases
   * by the same rule as our side of a reconciliation does, so that their sums agree.
   */
  purchasesOf(channel: ChannelName, day: LocalDay): AsyncIterable<StatementPage>;
  /** For how long a purchase is kept after its end, milliseconds; undefined if for ever. */
  retentionMs(): Promise<number | undefined>;
}

/** Small enough that decrypting a page delays no other request that can be felt. */
const PAGE_SIZE = 200;
const { purchaseDay, noticeDelivered } = SEARCH_ATTRIBUTES;

/** Statements from Temporal's index: memo and search attributes, no history. */
export class TemporalChannelStatements implements ChannelStatements {
  constructor(private readonly client: Client) {}

  async *purchasesOf(channel: ChannelName, day: LocalDay): AsyncGenerator<StatementPage> {
    const caseRefunds = await this.caseRefunds(channel);
    const query = purchasesOf(channel, equals(purchaseDay, day));
    const seen = new Set<string>(); // of one day only, so that a month needs no more memory
    let token: Uint8Array | undefined;
    do {
      const page = await listPage(this.client, query, { pageSize: PAGE_SIZE, token });
      const latest = page.executions.filter((run) => isNew(workflowIdOf(run), seen)); // a later run is listed first
      const cutOff = new Set<PurchaseId>();
      const { read, unreadable } = await purchasesBehind(this.client, latest, (run) => {
        const purchase = stated(run, caseRefunds);
        if (isCutOff(run)) cutOff.add(purchase.purchaseId);
        return purchase;
      });
      const own = read.filter(({ acceptedAt }) => localDay(new Date(acceptedAt)) === day); // a copy may claim another
      const refunded = await this.withRefundsOfCutOff(channel, own, cutOff);
      yield { purchases: await this.withLaterDeliveries(channel, refunded), unreadable: unreadable.length };
      token = page.nextToken;
    } while (token.length > 0);
  }

  retentionMs(): Promise<number | undefined> {
    return retentionMs(this.client);
  }

  /** The notices of sales that had succeeded and are refunded by a case; few at any time. */
  private caseRefunds(channel: ChannelName): Promise<ReadonlyMap<string, boolean>> {
    const prefix = noticeWorkflowId(caseRefundNoticeId('' as PurchaseId)); // what all these ids begin with
    return noticeDeliveries(this.client, channel, workflowIdBeginsWith(prefix));
  }

  /** One that was ended from outside says no outcome any more; that its channel was to refund says the notice. */
  private async withRefundsOfCutOff(
    channel: ChannelName,
    purchases: readonly StatedPurchase[],
    cutOff: ReadonlySet<PurchaseId>,
  ): Promise<StatedPurchase[]> {
    const isEnded = ({ kind, purchaseId }: StatedPurchase) => kind === 'open' && cutOff.has(purchaseId);
    const notices = purchases.filter(isEnded).map(({ purchaseId }) => noticeOf(purchaseId));
    const told = new Map<string, boolean>();
    for (const ids of batches(notices))
      for (const [id, isDelivered] of await noticeDeliveries(this.client, channel, workflowIdIn(ids)))
        told.set(id, isDelivered);
    return purchases.map((purchase) => {
      const delivered = isEnded(purchase) ? told.get(noticeOf(purchase.purchaseId)) : undefined;
      if (delivered === undefined) return purchase;
      const noticeId = refundNoticeId(purchase.purchaseId);
      return { ...purchase, kind: 'refunded', refund: { noticeId, type: 'purchase.refund_due', delivered } };
    });
  }

  /** A refund notice that its purchase could not deliver may have been delivered by being sent again, or by a case. */
  private async withLaterDeliveries(
    channel: ChannelName,
    purchases: readonly StatedPurchase[],
  ): Promise<StatedPurchase[]> {
    const open = purchases.flatMap(({ refund }) =>
      refund && !refund.delivered ? [noticeWorkflowId(refund.noticeId)] : [],
    );
    const later = new Set<string>();
    for (const ids of batches(open)) {
      const condition = `${equals(noticeDelivered, true)} AND ${workflowIdIn(ids)}`;
      const deliveries = await noticeDeliveries(this.client, channel, condition);
      for (const [workflowId, isDelivered] of deliveries) if (isDelivered) later.add(workflowId);
    }
    return purchases.map((purchase) => {
      const { refund } = purchase;
      if (!refund || !later.has(noticeWorkflowId(refund.noticeId))) return purchase;
      return { ...purchase, refund: { ...refund, delivered: true } };
    });
  }
}

function noticeOf(purchaseId: PurchaseId): string {
  return noticeWorkflowId(refundNoticeId(purchaseId));
}

function isNew(workflowId: string, seen: Set<string>): boolean {
  if (seen.has(workflowId)) return false;
  seen.add(workflowId);
  return true;
}

function stated(run: RunInfo, caseRefunds: ReadonlyMap<string, boolean>): StatedPurchase {
  const order = listedOrder(run);
  const state = searchableState(run);
  const kind = state === 'succeeded' ? 'sold' : isOutcome(state) ? 'refunded' : 'open';
  const common = {
    purchaseId: order.purchaseId,
    externalId: order.externalId,
    package: order.package.code,
    kind,
    state,
    faceValue: order.faceValue,
    discount: order.discount.amount,
    acceptedAt: order.acceptedAt,
  } as const;
  if (kind === 'refunded') {
    const delivered = run.typedSearchAttributes.get(noticeDelivered) === true;
    const noticeId = refundNoticeId(order.purchaseId);
    return { ...common, refund: { noticeId, type: 'purchase.refund_due', delivered } };
  }
  const noticeId = caseRefundNoticeId(order.purchaseId);
  const byCase = kind === 'sold' ? caseRefunds.get(noticeWorkflowId(noticeId)) : undefined;
  if (byCase === undefined) return { ...common, refund: null };
  return { ...common, refund: { noticeId, type: 'purchase.case_refund_due', delivered: byCase } };
}
