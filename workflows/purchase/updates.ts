import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import { eventsAfter } from '../../domain/purchase/events';
import { mayCancel, type Purchase } from '../../domain/purchase/purchase';
import { readable } from '../../domain/refused-input';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  UNTIL_EVENT_UPDATE,
  UNTIL_OUTCOME_UPDATE,
  untilEventUpdateId,
  UPDATE_REFUSALS,
  type CancelRequest,
  type CancelResult,
  type DecisionRequest,
  type DecisionResult,
  type EventsTold,
} from '../../domain/purchase/protocol';
import { RequestsTaken } from '../requests-taken';
import { cancelRequest, decisionRequest, eventSequence } from '../update-inputs';
import type { CarriedPurchase } from './carried';
import { StepDecisions } from './decisions';
import { StepInterrupts } from './interrupts';
import type { PurchaseRecord } from './record';
import { SaleStop } from './sale-stop';
import { WaitingUpdates } from './waiting-updates';

/** The updates of a running purchase: wait for it, cancel it, decide about a step that is stuck. */
export class PurchaseUpdates {
  readonly interrupts = new StepInterrupts();
  readonly saleStop: SaleStop;
  readonly decisions: StepDecisions;
  private readonly requests = new RequestsTaken();
  private readonly waiting = new WaitingUpdates();
  /** No event will follow. */
  private isOver = false;
  /** This run ends: nobody waits for it any longer. */
  private isClosed = false;

  /** @param carried from the run before, where there was one */
  constructor(
    private readonly record: PurchaseRecord,
    carried?: CarriedPurchase,
  ) {
    this.saleStop = new SaleStop(this.interrupts, carried);
    this.decisions = new StepDecisions(record, this.interrupts, this.saleStop);
  }

  /** Registers the updates, and treats a cancellation of the workflow by Temporal as an operator's request to cancel. */
  listen(): void {
    setHandler(
      defineUpdate<Purchase>(UNTIL_OUTCOME_UPDATE),
      () =>
        shielded(async () => {
          this.waiting.take(UNTIL_OUTCOME_UPDATE);
          await condition(() => this.isClosed || this.record.purchase.outcome !== null);
          return this.record.purchase;
        }),
      {
        validator: () => this.waiting.require(UNTIL_OUTCOME_UPDATE),
        description: 'Answers with the purchase when its outcome is known.',
      },
    );
    setHandler(
      defineUpdate<EventsTold, [number]>(UNTIL_EVENT_UPDATE),
      readable((after) => shielded(() => this.untilEvent(after))),
      {
        // Each event can be waited for once, so that listeners cannot make a history grow.
        validator: (after) =>
          this.waiting.require(untilEventUpdateId(eventSequence(after, this.record.purchase.events.length))),
        description:
          'Answers with the events after one, by its sequence, as soon as there is any or none will follow.',
      },
    );
    setHandler(
      defineUpdate<CancelResult, [CancelRequest]>(CANCEL_UPDATE),
      readable((request) => shielded(() => this.cancel(cancelRequest(request)))),
      {
        validator: (request) => {
          cancelRequest(request);
          this.validateCancel();
        },
        description: 'Cancels the sale, as long as the charge (prepaid: the registration) was not sent.',
      },
    );
    setHandler(
      defineUpdate<DecisionResult, [DecisionRequest]>(DECIDE_UPDATE),
      readable((request) => shielded(() => this.answer(decisionRequest(request)))),
      {
        validator: (entered) => {
          const request = decisionRequest(entered);
          this.requests.require(request);
          this.decisions.validate(request);
        },
        description: 'An operator’s decision about the step that is stuck.',
      },
    );
    void CancellationScope.current().cancelRequested.catch(() => {
      if (this.mayCancel()) this.saleStop.request({ outcome: 'cancelled', refusal: 'cancelled_by_operator' });
    });
  }

  /** Answers all who wait: nothing will happen any more, or not in this run. */
  close(isOver: boolean): void {
    this.isOver = isOver;
    this.isClosed = true;
  }

  /** A decision came meanwhile, and the run goes on with it. */
  reopen(): void {
    this.isClosed = false;
  }

  private async untilEvent(after: number): Promise<EventsTold> {
    this.waiting.take(untilEventUpdateId(after));
    await condition(() => this.isClosed || this.record.purchase.events.length > after);
    return { events: eventsAfter(this.record.purchase, after), over: this.isOver };
  }

  private mayCancel(): boolean {
    if (this.saleStop.chargeSent) return false;
    return mayCancel(this.record.purchase);
  }

  private validateCancel(): void {
    if (this.saleStop.accepted?.outcome === 'cancelled') return;
    if (!this.mayCancel()) throw this.tooLateToCancel();
  }

  /** Without an id the answer comes in the same turn as before there were any: histories that have none replay. */
  private answer(request: DecisionRequest): Promise<DecisionResult> {
    const { requestId } = request;
    if (requestId === undefined) return this.decide(request);
    return this.answerOnce(request, requestId);
  }

  private async answerOnce(request: DecisionRequest, requestId: string): Promise<DecisionResult> {
    this.requests.take(request);
    return { ...(await this.decide(request)), answers: requestId };
  }

  /** The decision is noted beside it, not after it: another turn before the answer would change the order of commands. */
  private decide(request: DecisionRequest): Promise<DecisionResult> {
    const deciding = this.decisions.decide(request);
    const { decision: what, by, why, reference } = request;
    void deciding.then(
      (result) =>
        this.record.noteDecision({
          what,
          by,
          why,
          reference,
          notApplied: result.applied ? null : result.because,
        }),
      () => undefined, // the update's own answer
    );
    return deciding;
  }

  private async cancel(request: CancelRequest): Promise<CancelResult> {
    if (!this.saleStop.accepted) this.saleStop.request({ outcome: 'cancelled', refusal: request.refusal });
    if (await this.saleStop.isAccepted()) return { ...this.record.purchase, answers: CANCEL_UPDATE };
    throw this.tooLateToCancel();
  }

  private tooLateToCancel(): ApplicationFailure {
    return ApplicationFailure.nonRetryable(
      `too late to cancel: the purchase is ${this.record.state}`,
      UPDATE_REFUSALS.tooLateToCancel,
    );
  }
}

/** An update outlives the workflow's cancellation by Temporal, as the sale does. */
function shielded<T>(handle: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(handle);
}
