import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import type { MobifoneAnswers } from '../domain/case/closed-evidence';
import { transactionStateOf, type TransactionState } from '../domain/gateway-verdict';
import { purchaseWorkflowId, transactionId } from '../domain/identifiers';
import type { PurchaseOrder, PurchasePolicy } from '../domain/purchase/purchase';
import { INQUIRY_ACTIVITY, saleOf, type Inquirable } from '../domain/purchase/sale';
import type { purchase } from '../workflows/purchase/purchase';
import { askAlone } from './asked-alone';
import { takeSnapshot } from './purchase-snapshot';
import { hasCode } from './temporal-answers';

/** How long a person waits for MobiFone's answer, and in addition for Temporal's. */
const PATIENCE_MS = 8_000;
const MARGIN_MS = 5_000;
/** Questions come after sales and what undoes them. */
const PRIORITY = 4;

/** The server has no standalone activities (before 1.31), so that nothing can be asked outside of a purchase. */
export class InquiryUnsupported extends Error {
  override readonly name = 'InquiryUnsupported';

  constructor(options?: ErrorOptions) {
    super(
      'this Temporal server cannot run a question outside of a purchase; it can from version 1.31 on',
      options,
    );
  }
}

/** Asks MobiFone, by a worker, what it knows of a purchase now. Nothing is changed by asking, or left in a history. */
export class Inquiries {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: PurchasePolicy },
  ) {}

  /**
   * The state of the commands that move money.
   * @throws InquiryUnsupported, TemporalUnavailable
   */
  async ask(order: PurchaseOrder, now: () => Date = () => new Date()): Promise<MobifoneAnswers> {
    const [registration, charge] = await Promise.all([
      this.stateOf(order, 'registration'),
      order.paymentForm === 'postpaid' ? this.stateOf(order, 'charge') : undefined,
    ]);
    return { at: now().toISOString(), registration, ...(charge === undefined ? {} : { charge }) };
  }

  /**
   * The same, of the purchase of this name; undefined when there is none.
   * @throws InquiryUnsupported, TemporalUnavailable, PurchaseUnreadable
   */
  async askAbout(name: Pick<PurchaseOrder, 'channel' | 'externalId'>): Promise<MobifoneAnswers | undefined> {
    const workflowId = purchaseWorkflowId(name.channel, name.externalId);
    const handle = this.client.workflow.getHandle<typeof purchase>(workflowId);
    const snapshot = await takeSnapshot(this.client, handle);
    return snapshot && this.ask(snapshot.purchase.order);
  }

  /** `no_answer` also where no worker took the question in time. */
  private async stateOf(order: PurchaseOrder, transaction: Inquirable): Promise<TransactionState> {
    const { taskQueue, policy } = this.settings;
    try {
      return transactionStateOf(
        await askAlone(this.client, PATIENCE_MS + MARGIN_MS, INQUIRY_ACTIVITY, {
          id: `inquiry:${transactionId(order.purchaseId, transaction)}:${randomUUID()}`,
          taskQueue: policy.gatewayTaskQueue ?? taskQueue,
          args: [saleOf(order), transaction],
          summary: `Ask MobiFone once about the ${transaction}, for an operator`,
          scheduleToCloseTimeout: PATIENCE_MS,
          startToCloseTimeout: policy.attemptTimeout,
          retry: { maximumAttempts: 1 },
          priority: { priorityKey: PRIORITY, fairnessKey: order.channel },
        }),
      );
    } catch (error) {
      if (hasCode(error, status.UNIMPLEMENTED)) throw new InquiryUnsupported({ cause: error });
      throw error;
    }
  }
}
