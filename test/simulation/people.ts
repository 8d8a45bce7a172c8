import { WorkflowUpdateStage, type Client } from '@temporalio/client';
import type { Decision } from '../../domain/purchase/attention';
import { purchaseWorkflowId, transactionId } from '../../domain/identifiers';
import type { Purchase, PurchaseOrder } from '../../domain/purchase/purchase';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  type CancelRequest,
  type DecisionRequest,
  type DecisionResult,
} from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import type { GatewayCall } from '../../mobifone/contract';
import type { PlannedPurchase } from './plan';
import type { Bystanders, World } from './world';

/** The time-skipping server loses an update now and then, which a real one does not. */
const LONGEST_ACT_MS = 3_000;

interface Customer {
  order: PurchaseOrder;
  planned: PlannedPurchase;
  /** Once only: a second decision would cancel a call that the first has ended, which the server takes badly. */
  decided: boolean;
  cancelled: boolean;
}

/**
 * The channel that cancels and the operator who decides, always by what MobiFone's ledger says. They act while a call
 * is on its way: the time-skipping server takes no cancellation of a call that ends at the same moment.
 */
export class People implements Bystanders {
  private readonly customers = new Map<string, Customer>();
  private readonly underWay: Promise<unknown>[] = [];

  constructor(private readonly client: Client) {}

  expect(order: PurchaseOrder, planned: PlannedPurchase): void {
    this.customers.set(order.purchaseId, { order, planned, decided: false, cancelled: false });
  }

  /** What they do while MobiFone has a call in its hands; whoever gets no answer from Temporal lets it be. */
  async during(call: GatewayCall, purchaseId: string, attempt: number, world: World): Promise<void> {
    await this.client
      .withDeadline(Date.now() + LONGEST_ACT_MS, () => this.act(call, purchaseId, attempt, world))
      .catch(() => undefined);
  }

  private async act(call: GatewayCall, purchaseId: string, attempt: number, world: World): Promise<void> {
    const customer = this.customers.get(purchaseId);
    if (!customer) return;
    const { order, planned } = customer;
    if (planned.cancelAt === call && !customer.cancelled) {
      customer.cancelled = true;
      await this.cancel(order);
    }
    if (planned.operator !== 'none' && attempt > 1 && !customer.decided) {
      await this.operate(customer, planned.operator, world);
    }
  }

  /** Until everything that they asked for has its answer. */
  async done(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Goes on as soon as Temporal has the wish: its answer may wait for the very call that is on its way. */
  private async cancel({ channel, externalId }: PurchaseOrder): Promise<void> {
    const update = await this.client.workflow
      .getHandle(purchaseWorkflowId(channel, externalId))
      .startUpdate<Purchase, [CancelRequest]>(CANCEL_UPDATE, {
        args: [{ refusal: 'cancelled_by_channel', by: channel, why: 'the customer changed their mind' }],
        waitForStage: WorkflowUpdateStage.ACCEPTED,
      });
    this.underWay.push(update.result().catch(() => undefined)); // refused where it is too late
  }

  private async operate(customer: Customer, operator: Operator, world: World): Promise<void> {
    const { order } = customer;
    const handle = this.client.workflow.getHandle(purchaseWorkflowId(order.channel, order.externalId));
    const { typedSearchAttributes } = await handle.describe(); // no query, which would wait for a worker
    if (!typedSearchAttributes.get(SEARCH_ATTRIBUTES.needsAttention)) return;
    const state = typedSearchAttributes.get(SEARCH_ATTRIBUTES.purchaseState) ?? 'accepted';
    // A decision about both messages at once is a workflow task that this server takes for invalid, for ever.
    if (state === 'succeeded') return;
    customer.decided = true;
    const update = await handle.startUpdate<DecisionResult, [DecisionRequest]>(DECIDE_UPDATE, {
      args: [{ decision: decisionIn(state, order, operator, world), by: 'simulation', why: operator }],
      waitForStage: WorkflowUpdateStage.ACCEPTED,
    });
    this.underWay.push(update.result().catch(() => undefined)); // refused where it does not fit
  }
}

type Operator = Exclude<PlannedPurchase['operator'], 'none'>;

/** What the operator does about a purchase that needs attention; the workflow refuses what does not fit its step. */
function decisionIn(state: string, order: PurchaseOrder, operator: Operator, world: World): Decision {
  if (operator === 'gives up' && state !== 'rolling_back') return 'give_up';
  if (operator === 'settles' && state === 'charging') {
    const { chargesStanding } = world.ledger.position(order.purchaseId);
    return chargesStanding > 0 ? 'charge_was_done' : 'charge_was_not_done';
  }
  if (operator === 'settles' && state === 'rolling_back') {
    rollBackByHand(order, world);
    return 'rollback_done_by_hand';
  }
  return 'retry_now';
}

/** At MobiFone's own console, which knows no faults for long; each order has an id of its own, since a refusal may stick. */
function rollBackByHand({ purchaseId, msisdn }: PurchaseOrder, world: World): void {
  const registrationId = transactionId(purchaseId, 'registration');
  for (let tries = 0; tries < 100; tries += 1) {
    const byHand = { transactionId: `${purchaseId}.by-hand-${tries}`, registrationId, msisdn };
    const { rolledBack, registered } = world.ledger.position(purchaseId);
    if (rolledBack && !registered) return;
    world.sandbox.answer({ call: 'rollback', body: byHand });
  }
}
