import type { Client } from '@temporalio/client';
import {
  purchaseOfNotice,
  purchaseWorkflowId,
  refundNoticeId,
  type ChannelName,
  type NoticeId,
} from '../domain/identifiers';
import type { NoticeAttempt, NoticeLog, RefundNotice } from '../domain/notice/notice';
import type { Purchase } from '../domain/purchase/purchase';
import type { ReasonCode } from '../domain/purchase/reasons';
import type { PurchaseOutcome } from '../domain/purchase/states';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { purchase } from '../workflows/purchase/purchase';
import { historyPayloads } from './history/history-payloads';
import { historyOf } from './history/purchase-history';
import { refundDeliveries, type RefundDeliveryLog } from './history/refund-deliveries';
import { takeSnapshot } from './purchase-snapshot';
import { answerOf, CALL_DEADLINE_MS, unavailable } from './temporal-answers';
import { runsOfPurchase } from './purchase-runs';
import { workflowIdOf } from './visibility-pages';
import { equals, purchasesOf } from './visibility-query';

/** Time limit for reading the history of one purchase. */
const READ_BUDGET_MS = 5_000;
/** The latest attempts are shown; a webhook that refuses for a week has thousands. */
export const MAX_SHOWN_ATTEMPTS = 100;

/** The refund notices that purchases deliver themselves. */
export class RefundNotices {
  constructor(private readonly client: Client) {}

  /**
   * The refund notice of a purchase with every attempt; undefined if it has none.
   * @param again the log of its later deliveries on request, or by a case
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async log(told: Purchase, again: NoticeLog | undefined): Promise<NoticeLog | undefined> {
    const notice = refundNotice(told);
    if (!notice) return again;
    const { channel, externalId } = told.order;
    const own = await this.deliveries(purchaseWorkflowId(channel, externalId));
    const isDone = told.steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    const isCutOff = told.attention?.reason === 'workflow_closed';
    const alone = isCutOff ? 'undelivered' : 'delivering';
    return {
      channel,
      notice: again?.notice ?? notice,
      standing: isDone ? 'delivered' : (again?.standing ?? alone),
      attempts: [...own.attempts, ...(again?.attempts ?? [])].sort(byTime).slice(-MAX_SHOWN_ATTEMPTS),
      nextAttemptAt: earliest(own.nextAttemptAt, again?.nextAttemptAt ?? null),
    };
  }

  /**
   * A refund notice that was never sent again; undefined if the channel has none with this id.
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async ofChannel(channel: ChannelName, id: NoticeId): Promise<RefundNotice | undefined> {
    const told = await this.purchaseOf(channel, id);
    return told && refundNotice(told);
  }

  /**
   * The purchase that a notice is about, if its own refund notice has this id; undefined if the channel has none.
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async purchaseOf(channel: ChannelName, id: NoticeId): Promise<Purchase | undefined> {
    const purchaseId = purchaseOfNotice(id);
    if (id !== refundNoticeId(purchaseId)) return undefined;
    const query = purchasesOf(channel, equals(SEARCH_ATTRIBUTES.purchaseId, purchaseId));
    const [own] = await runsOfPurchase(this.client, query, purchaseId);
    if (!own) return undefined;
    const handle = this.client.workflow.getHandle<typeof purchase>(workflowIdOf(own));
    return (await takeSnapshot(this.client, handle))?.purchase;
  }

  /**
   * How the purchase itself delivered its refund notice so far. No worker is needed.
   * @throws TemporalUnavailable, PurchaseUnreadable
   */
  async deliveries(workflowId: string): Promise<RefundDeliveryLog> {
    const { namespace } = this.client.options;
    const { workflowExecutionInfo, pendingActivities } = await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }),
    );
    const runId = workflowExecutionInfo?.execution?.runId ?? '';
    const events = await historyOf(this.client, { workflowId, runId }, READ_BUDGET_MS);
    const payloads = historyPayloads(this.client, workflowId);
    return refundDeliveries(events, pendingActivities ?? [], payloads).catch((fault: unknown) => {
      throw unavailable(fault);
    });
  }
}

/** The refund notice as the purchase delivers it; undefined if it has none. */
export function refundNotice({ order, outcome, reason, steps }: Purchase): RefundNotice | undefined {
  const step = steps.find((candidate) => candidate.step === 'refund_notice');
  if (!step || !reason) return undefined;
  return {
    id: refundNoticeId(order.purchaseId),
    purchaseId: order.purchaseId,
    externalId: order.externalId,
    outcome: outcome ?? outcomeToCome(reason),
    refusal: reason,
    amount: order.faceValue,
    occurredAt: step.startedAt,
  };
}

/** The outcome of a purchase whose rollback is still running. */
function outcomeToCome(reason: ReasonCode): PurchaseOutcome {
  if (reason === 'cancelled_by_channel' || reason === 'cancelled_by_operator') return 'cancelled';
  return reason === 'given_up_by_operator' ? 'given_up' : 'rolled_back';
}

function byTime(one: NoticeAttempt, other: NoticeAttempt): number {
  return Date.parse(one.at) - Date.parse(other.at);
}

function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
