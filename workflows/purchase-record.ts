import {
  defineQuery,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Attention } from '../domain/attention';
import { maskMsisdn } from '../domain/msisdn';
import { acceptedPurchase, type Purchase, type PurchaseOrder } from '../domain/purchase';
import { NEXT_QUERY, PURCHASE_QUERY } from '../domain/purchase-protocol';
import { isOutcome, mayMove, type PurchaseState } from '../domain/purchase-states';
import type { PurchaseStep, StepRecord, StepStatus, SettledBy } from '../domain/purchase-steps';
import type { Refusal } from '../domain/refusals';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { tellStory, whatHappensNext } from './story';

/**
 * What is known of a purchase, in the one place from which queries, search attributes, the Web UI's details and the
 * workflow's result are told. Every change of state is held to the table in `domain/purchase-states.ts`.
 */
export class PurchaseRecord {
  readonly purchase: Purchase;

  constructor(readonly order: PurchaseOrder) {
    this.purchase = acceptedPurchase(order);
    setHandler(defineQuery<Purchase>(PURCHASE_QUERY), () => this.purchase, {
      description: 'The purchase: state, outcome, steps with their times.',
    });
    setHandler(defineQuery<string>(NEXT_QUERY), () => whatHappensNext(this.purchase), {
      description: 'What happens next, in words.',
    });
    this.tell();
  }

  get state(): PurchaseState {
    return this.purchase.state;
  }

  /** @throws Error, a defect that stops the workflow task, when the table of states has no such move. */
  moveTo(state: PurchaseState, reason?: Refusal): void {
    if (!mayMove(this.state, state)) throw new Error(`a purchase cannot move from ${this.state} to ${state}`);
    this.purchase.state = state;
    if (reason) this.purchase.reason = reason;
    if (isOutcome(state)) this.purchase.outcome = state;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.purchaseState, value: state },
      ...(isOutcome(state) ? [{ key: SEARCH_ATTRIBUTES.purchaseOutcome, value: state }] : []),
    ]);
    this.tell();
    if (isOutcome(state)) this.logOutcome();
  }

  begin(step: PurchaseStep): StepRecord {
    const begun: StepRecord = { step, status: 'running', startedAt: now() };
    this.purchase.steps.push(begun);
    this.tell();
    return begun;
  }

  end(step: StepRecord, status: Exclude<StepStatus, 'running'>, settledBy?: SettledBy): void {
    step.status = status;
    step.endedAt = now();
    if (settledBy) step.settledBy = settledBy;
    this.tell();
  }

  isRunning(step: PurchaseStep): boolean {
    return this.purchase.steps.some((record) => record.step === step && record.status === 'running');
  }

  /** Makes the purchase findable by `NeedsAttention = true`, with the reason; `since` stays that of the first call. */
  raiseAttention(attention: Omit<Attention, 'since'>): void {
    const standing = this.purchase.attention;
    const since = standing?.step === attention.step ? standing.since : now();
    this.purchase.attention = { ...attention, since };
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
      { key: SEARCH_ATTRIBUTES.attentionReason, value: attention.reason },
    ]);
    log.warn('purchase needs attention', {
      event: 'purchase.attention',
      reason: attention.reason,
      step: attention.step,
    });
    this.tell();
  }

  clearAttention(step: PurchaseStep): void {
    if (this.purchase.attention?.step !== step) return;
    this.purchase.attention = null;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.needsAttention, value: false },
      { key: SEARCH_ATTRIBUTES.attentionReason, value: null },
    ]);
    this.tell();
  }

  private tell(): void {
    this.purchase.updatedAt = now();
    setCurrentDetails(tellStory(this.purchase));
  }

  private logOutcome(): void {
    const { order, outcome, reason } = this.purchase;
    log.info('purchase outcome', {
      event: 'purchase.outcome',
      purchaseId: order.purchaseId,
      channel: order.channel,
      externalId: order.externalId,
      packageCode: order.package.code,
      msisdn: maskMsisdn(order.msisdn),
      outcome,
      reason,
      durationMs: Date.now() - Date.parse(order.acceptedAt),
      ...(order.requestId ? { requestId: order.requestId } : {}),
    });
  }
}

/** Workflow time, which replays the same. */
function now(): string {
  return new Date().toISOString();
}
