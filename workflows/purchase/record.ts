import {
  defineQuery,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Attention } from '../../domain/purchase/attention';
import { maskMsisdn } from '../../domain/msisdn';
import {
  acceptedPurchase,
  type Purchase,
  type PurchaseOrder,
  type PurchasePolicy,
} from '../../domain/purchase/purchase';
import { NEXT_QUERY, PURCHASE_QUERY } from '../../domain/purchase/protocol';
import type { PurchaseEvent, PurchaseHappening, StateEvent } from '../../domain/purchase/events';
import { isOutcome, mayMove, type PurchaseState } from '../../domain/purchase/states';
import type { PurchaseStep, StepRecord, StepStatus, SettledBy } from '../../domain/purchase/steps';
import type { ReasonCode } from '../../domain/purchase/reasons';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { traceIdOf } from '../../domain/trace';
import type { CarriedPurchase } from './carried';
import { PurchaseMetrics } from './metrics';
import { purchaseStory, whatHappensNext, type DecidedByPerson } from './story';

/** The details are for people; the history holds all. */
const MOST_DECIDED = 20;

/**
 * The one place that holds a purchase; queries, search attributes, the Web UI's details and the workflow's result are
 * written from here. Every change of state is checked against the table in `domain/purchase/states.ts`.
 */
export class PurchaseRecord {
  readonly purchase: Purchase;
  private readonly listeners: ((event: StateEvent) => void)[] = [];
  /** By step: a rollback and a refund notice may both be stuck. The purchase shows the latest. */
  private readonly open = new Map<PurchaseStep, Attention>();
  private readonly metrics = new PurchaseMetrics();
  /** What people have decided, the latest last. */
  decided: readonly DecidedByPerson[];

  /** The moves that an earlier run made, which this one repeats. */
  private readonly carriedStates: PurchaseState[];

  /** The state that is not yet in the search attributes. */
  private unsearchable: PurchaseState | undefined;

  /** When the run was first worked on, milliseconds. */
  readonly begunAtMs = Date.now();

  constructor(
    readonly order: PurchaseOrder,
    private readonly policy: Pick<
      PurchasePolicy,
      'searchableWhenWaiting' | 'searchableRefunds' | 'searchableAttention' | 'gateway'
    >,
    private readonly carriedFrom?: CarriedPurchase,
  ) {
    const carried = carriedFrom;
    this.purchase = carried?.purchase ?? acceptedPurchase(order);
    this.decided = carried?.decided ?? [];
    for (const attention of carried?.attention ?? []) this.open.set(attention.step, attention);
    this.carriedStates = (carried?.purchase.events ?? []).flatMap((event) =>
      event.kind === 'state' && event.state !== 'accepted' ? [event.state] : [],
    );
    setHandler(defineQuery<Purchase>(PURCHASE_QUERY), () => this.purchase, {
      description: 'The purchase: state, outcome, steps with their times.',
    });
    setHandler(defineQuery<string>(NEXT_QUERY), () => whatHappensNext(this.purchase), {
      description: 'What happens next, in words.',
    });
    this.publish();
  }

  get state(): PurchaseState {
    return this.purchase.state;
  }

  /** What a person is needed for, the latest last. */
  get attention(): Attention[] {
    return [...this.open.values()];
  }

  hasBeen(state: PurchaseState): boolean {
    return this.purchase.events.some((event) => event.kind === 'state' && event.state === state);
  }

  /** Calls the listener for each state, from the acceptance on; not for those of an earlier run. */
  onState(listener: (event: StateEvent) => void): void {
    this.listeners.push(listener);
    if (this.isCarried) return;
    this.purchase.events.filter((event) => event.kind === 'state').forEach(listener);
  }

  /** @throws Error, a defect that stops the workflow task, when the table of states has no such move. */
  moveTo(state: PurchaseState, reason?: ReasonCode): void {
    if (this.carriedStates.shift() === state) return; // an earlier run made this move
    if (!mayMove(this.state, state)) throw new Error(`a purchase cannot move from ${this.state} to ${state}`);
    this.purchase.state = state;
    if (reason) this.purchase.reason = reason;
    if (isOutcome(state)) this.purchase.outcome = state;
    this.append({ kind: 'state', state, ...(reason ? { reason } : {}) });
    this.unsearchable = state;
    if (!this.policy.searchableWhenWaiting || isOutcome(state)) this.makeSearchable();
    this.publish();
    if (isOutcome(state)) {
      this.metrics.ended(this.purchase, state);
      this.logOutcome();
    }
  }

  /** Takes over the purchase of an earlier run that has ended. */
  adopt(purchase: Purchase): void {
    Object.assign(this.purchase, purchase);
    this.open.clear();
    this.unsearchable = purchase.state;
    this.makeSearchable();
    if (this.policy.searchableRefunds && patched('adopted-refunds-are-searchable')) this.adoptRefund();
    this.publishAttention();
    this.tell();
  }

  /** Whatever this run wrote before it knew that the purchase was over. */
  private adoptRefund(): void {
    const told = this.purchase.steps.find(
      ({ step, status }) => step === 'refund_notice' && status === 'done',
    );
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.refundDueAt, value: told ? new Date(told.startedAt) : null },
      { key: SEARCH_ATTRIBUTES.noticeDelivered, value: told ? true : null },
    ]);
  }

  /**
   * Writes the state to the search attributes. Each write is an event and a write to visibility, so a state that passes
   * within a workflow task is left out; one in which the purchase waits, and every outcome, is written.
   */
  makeSearchable(): void {
    const state = this.unsearchable;
    if (!state) return;
    this.unsearchable = undefined;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.purchaseState, value: state },
      ...(isOutcome(state) ? [{ key: SEARCH_ATTRIBUTES.purchaseOutcome, value: state }] : []),
    ]);
  }

  /**
   * Makes the refund notice findable when it becomes due, and when the channel has it.
   * @param dueAt ISO 8601, UTC
   */
  makeRefundSearchable(dueAt: string, isDelivered: boolean): void {
    if (!this.policy.searchableRefunds) return;
    upsertSearchAttributes([
      ...(isDelivered ? [] : [{ key: SEARCH_ATTRIBUTES.refundDueAt, value: new Date(dueAt) }]),
      { key: SEARCH_ATTRIBUTES.noticeDelivered, value: isDelivered },
    ]);
  }

  /**
   * A step that an earlier run began continues.
   * @param since when it began, where that is earlier than now; ISO 8601
   */
  begin(step: PurchaseStep, since = now()): StepRecord {
    const running =
      this.isCarried && this.purchase.steps.find((one) => one.step === step && one.status === 'running');
    if (running) return running;
    const begun: StepRecord = { step, status: 'running', startedAt: since };
    this.purchase.steps.push(begun);
    this.append({ kind: 'step', step, status: 'running' });
    this.publish();
    return begun;
  }

  end(step: StepRecord, status: Exclude<StepStatus, 'running'>, settledBy?: SettledBy): void {
    step.status = status;
    step.endedAt ??= now();
    if (settledBy) step.settledBy = settledBy;
    this.metrics.stepEnded(step);
    this.append({ kind: 'step', step: step.step, status });
    this.publish();
  }

  private get isCarried(): boolean {
    return this.carriedFrom !== undefined;
  }

  isRunning(step: PurchaseStep): boolean {
    return this.isAt(step, 'running');
  }

  hasDone(step: PurchaseStep): boolean {
    return this.isAt(step, 'done');
  }

  /** Whether the check was refused, and MobiFone then told that this very sale was registered before. */
  get wasFoundSold(): boolean {
    return this.purchase.steps.some(({ step, settledBy }) => step === 'check' && settledBy === 'inquiry');
  }

  /** Whether MobiFone told of the registration only when it was asked: the order may be one that was charged before Temporal forgot it. */
  get wasFoundRegistered(): boolean {
    return this.purchase.steps.some(({ step, settledBy }) => step === 'register' && settledBy === 'inquiry');
  }

  private isAt(step: PurchaseStep, status: StepStatus): boolean {
    return this.purchase.steps.some((record) => record.step === step && record.status === status);
  }

  /** Makes the purchase findable by `NeedsAttention = true`, with the reason; `since` stays that of the first call. */
  raiseAttention(attention: Omit<Attention, 'since'>): void {
    const since = this.open.get(attention.step)?.since ?? now();
    if (this.open.get(attention.step)?.reason !== attention.reason) this.metrics.attentionCalled(attention);
    const isRepeated = this.policy.gateway && this.open.get(attention.step)?.reason === attention.reason;
    if (!isRepeated) this.open.delete(attention.step); // the latest goes last
    this.open.set(attention.step, { ...attention, since });
    this.publishAttention();
    log.warn('purchase needs attention', {
      event: 'purchase.attention',
      reason: attention.reason,
      step: attention.step,
      ...this.whose(),
    });
    this.publish();
  }

  /** The step needs no person any more; the purchase shows another that still does. */
  clearAttention(step: PurchaseStep): void {
    this.open.delete(step);
    if (this.purchase.attention?.step !== step) return;
    this.publishAttention();
    this.publish();
  }

  /** Shows in the details who has decided what. It sends no command, so that recorded histories replay. */
  noteDecision(decision: Omit<DecidedByPerson, 'at'>): void {
    this.decided = [...this.decided, { at: now(), ...decision }].slice(-MOST_DECIDED);
    this.tell();
  }

  private append(happening: PurchaseHappening): void {
    const event: PurchaseEvent = {
      sequence: this.purchase.events.length + 1,
      at: now(),
      ...happening,
    };
    this.purchase.events.push(event);
    if (event.kind === 'state') for (const listener of this.listeners) listener(event);
  }

  private publishAttention(): void {
    this.makeSearchable();
    const latest = [...this.open.values()].at(-1) ?? null;
    const isKnown = this.purchase.attention?.reason === latest?.reason;
    this.purchase.attention = latest;
    if (isKnown && this.policy.gateway) return; // each time is an event
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.needsAttention, value: latest !== null },
      { key: SEARCH_ATTRIBUTES.attentionReason, value: latest?.reason ?? null },
      ...(this.policy.searchableAttention
        ? [{ key: SEARCH_ATTRIBUTES.attentionSince, value: latest && new Date(latest.since) }]
        : []),
    ]);
  }

  private publish(): void {
    this.purchase.updatedAt = now();
    this.tell();
  }

  private tell(): void {
    setCurrentDetails(purchaseStory(this.purchase, this.decided));
  }

  /** The fields by which every log line of a purchase is found; none is personal. */
  private whose(): Readonly<Record<string, string>> {
    const { purchaseId, channel, requestId, traceparent } = this.order;
    return {
      purchaseId,
      channel,
      ...(requestId ? { requestId } : {}),
      ...(traceparent ? { traceId: traceIdOf(traceparent) } : {}),
    };
  }

  private logOutcome(): void {
    const { order, outcome, reason } = this.purchase;
    log.info('purchase outcome', {
      event: 'purchase.outcome',
      ...this.whose(),
      externalId: order.externalId,
      packageCode: order.package.code,
      msisdn: maskMsisdn(order.msisdn),
      outcome,
      reason,
      durationMs: Date.now() - Date.parse(order.acceptedAt),
    });
  }
}

/** Workflow time, which replays the same. */
function now(): string {
  return new Date().toISOString();
}
