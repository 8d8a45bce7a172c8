import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  defineUpdate,
  setHandler,
  Trigger,
} from '@temporalio/workflow';
import { decisionsAt, decisionsOpen, type Decision } from '../../domain/purchase/attention';
import { mayCancel, type Purchase } from '../../domain/purchase/purchase';
import { eventsAfter } from '../../domain/purchase/events';
import {
  CANCEL_UPDATE,
  DECIDE_UPDATE,
  UNTIL_EVENT_UPDATE,
  UNTIL_OUTCOME_UPDATE,
  UPDATE_REFUSALS,
  type CancelRequest,
  type DecisionRequest,
  type DecisionResult,
  type EventsTold,
} from '../../domain/purchase/protocol';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import { cancelRequest, decisionRequest, eventSequence } from '../inputs';
import type { CarriedPurchase } from './carried';
import type { PurchaseRecord } from './record';
import type { Stop } from './step-result';

/** A decision on its way to the step that it is about; `result` is set by whoever takes it up. */
export interface PendingDecision {
  decision: Decision;
  step: PurchaseStep;
  result?: DecisionResult;
}

/** What people do to a running purchase: wait for it, cancel it, decide about a step that is stuck. */
export class Interventions {
  /** Set once somebody asked for the end of the sale and it was not too late. */
  stop: Stop | undefined;
  /** The saga is over: no event will follow. */
  private over = false;
  /** This run is at its end. */
  private closed = false;
  /** Where the charge stands that the registration's own activity may make; wishes to stop wait while it may. */
  private charge: 'not_sent' | 'may_follow' | 'sent' = 'not_sent';
  private wished: Stop | undefined;
  private readonly pending: PendingDecision[] = [];
  /** Ends the waiting of the steps that can be interrupted. */
  private readonly running = new Map<PurchaseStep, () => void>();
  /** The steps whose call is on its way inside the workflow task. */
  private readonly inTask = new Set<PurchaseStep>();

  /** @param carried from the run before, where there was one */
  constructor(
    private readonly record: PurchaseRecord,
    carried?: Pick<CarriedPurchase, 'stop' | 'chargeSent'>,
  ) {
    this.stop = carried?.stop ?? undefined;
    if (carried?.chargeSent) this.charge = 'sent';
  }

  /** Registers the updates, and takes a cancellation of the workflow by Temporal for an operator's wish to cancel. */
  listen(): void {
    setHandler(
      defineUpdate<Purchase>(UNTIL_OUTCOME_UPDATE),
      () =>
        shielded(async () => {
          await condition(() => this.closed || this.record.purchase.outcome !== null);
          return this.record.purchase;
        }),
      { description: 'Answers with the purchase when its outcome is known.' },
    );
    setHandler(
      defineUpdate<EventsTold, [number]>(UNTIL_EVENT_UPDATE),
      (after) => shielded(() => this.untilEvent(after)),
      {
        validator: (after) => this.validateAfter(after),
        description:
          'Answers with the events after one, by its sequence, as soon as there is any or none will follow.',
      },
    );
    setHandler(
      defineUpdate<Purchase, [CancelRequest]>(CANCEL_UPDATE),
      (request) => shielded(() => this.cancel(cancelRequest(request))),
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
      (request) => shielded(() => this.decide(decisionRequest(request))),
      {
        validator: (request) => this.validateDecision(decisionRequest(request)),
        description: 'An operator’s decision about the step that is stuck.',
      },
    );
    void CancellationScope.current().cancelRequested.catch(() => {
      if (this.mayCancel()) this.wish({ outcome: 'cancelled', refusal: 'cancelled_by_operator' });
    });
  }

  /** Nothing will happen any more, or not in this run: whoever waits for it is told so, or asks the next run. */
  close(isOver: boolean): void {
    this.over = isOver;
    this.closed = true;
  }

  /** Whether the charge may have been sent by the activity that registers. */
  get chargeSent(): boolean {
    return this.charge === 'sent';
  }

  /** From now on the charge may be sent by the activity that registers: too late to stop, or not, is open. */
  chargeMayFollow(): void {
    this.charge = 'may_follow';
  }

  /** It is known whether the charge may have been sent; a wish to stop that came meanwhile is heard or too late. */
  chargeWas(charge: 'sent' | 'not_sent'): void {
    this.charge = charge;
    if (this.wished && charge === 'not_sent') this.stopSale(this.wished);
    this.wished = undefined;
  }

  /** Runs a part of a step so that an intervention can interrupt its waiting; it then ends as cancelled. */
  async interruptible<T>(step: PurchaseStep, work: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope({ cancellable: true });
    const interrupted = new Trigger<never>();
    this.running.set(step, () => {
      scope.cancel();
      interrupted.reject(new CancelledFailure('interrupted'));
    });
    try {
      if (this.decisionFor(step) || this.stopFor(step)) throw new CancelledFailure('interrupted');
      if (!scope.consideredCancelled) return await scope.run(work);
      // Temporal cancelled the workflow, and where a replay does not shield scopes within scopes, this one was born
      // cancelled: the work goes on outside of it, and an interruption no longer waits for its end.
      return await Promise.race([work(), interrupted]);
    } finally {
      this.running.delete(step);
    }
  }

  /**
   * Runs a call inside the workflow task. It is made whatever is wished, and nobody decides about it: the news that came
   * while it ran may come before it began when it is replayed, and must not lead another way.
   */
  async undisturbed<T>(step: PurchaseStep, call: () => Promise<T>): Promise<T> {
    this.inTask.add(step);
    try {
      return await call();
    } finally {
      this.inTask.delete(step);
    }
  }

  /** The oldest decision about this step that nobody has answered. */
  decisionFor(step: PurchaseStep): PendingDecision | undefined {
    return this.pending.find((pending) => pending.step === step && !pending.result);
  }

  /** The wish to end the sale, where this step gives way to one. */
  stopFor(step: PurchaseStep): Stop | undefined {
    return this.yieldsToStop(step) ? this.stop : undefined;
  }

  /** The step is over: decisions that came too late for it are told so. */
  closeDecisions(step: PurchaseStep, because: string): void {
    for (const pending of this.pending) {
      if (pending.step === step) pending.result ??= { applied: false, because };
    }
  }

  private async untilEvent(after: number): Promise<EventsTold> {
    await condition(() => this.closed || this.record.purchase.events.length > after);
    return { events: eventsAfter(this.record.purchase, after), over: this.over };
  }

  /** Each event can be waited on once, so that listeners cannot make a history grow. */
  private validateAfter(after: number): void {
    eventSequence(after, this.record.purchase.events.length);
  }

  private mayCancel(): boolean {
    if (this.charge === 'sent') return false;
    return mayCancel(this.record.purchase);
  }

  private validateCancel(): void {
    if (this.stop?.outcome === 'cancelled') return;
    if (!this.mayCancel()) throw this.tooLateToCancel();
  }

  private async cancel(request: CancelRequest): Promise<Purchase> {
    if (!this.stop) this.wish({ outcome: 'cancelled', refusal: request.refusal });
    if (await this.stopsInTime()) return this.record.purchase;
    throw this.tooLateToCancel();
  }

  private tooLateToCancel(): ApplicationFailure {
    return ApplicationFailure.nonRetryable(
      `too late to cancel: the purchase is ${this.record.state}`,
      UPDATE_REFUSALS.tooLateToCancel,
    );
  }

  private validateDecision(request: DecisionRequest): void {
    if (this.stepsOpenTo(request.decision).length > 0) return;
    const open = decisionsOpen(this.stepsToDecide());
    throw ApplicationFailure.nonRetryable(
      `${request.decision} is not open while the purchase is ${this.record.state}` +
        (open.length > 0 ? `; open now: ${open.join(', ')}` : '; nothing is left to decide'),
      UPDATE_REFUSALS.decisionNotOpen,
    );
  }

  private async decide(request: DecisionRequest): Promise<DecisionResult> {
    const { decision } = request;
    const steps = this.stepsOpenTo(decision);
    if (decision === 'give_up' && steps.every((step) => this.yieldsToStop(step))) {
      this.wish({ outcome: 'given_up', refusal: 'given_up_by_operator' });
      if (await this.stopsInTime()) return { applied: true };
      return { applied: false, because: 'the charge was sent meanwhile' };
    }
    const made = steps.map((step): PendingDecision => ({ decision, step }));
    this.pending.push(...made);
    for (const { step } of made) this.running.get(step)?.();
    await condition(() => made.every((pending) => pending.result !== undefined));
    return made.find((pending) => pending.result?.applied)?.result ?? made[0]?.result ?? { applied: true };
  }

  private stepsOpenTo(decision: Decision): PurchaseStep[] {
    return this.stepsToDecide()
      .map(({ step }) => step)
      .filter(
        (step) =>
          decisionsAt(step).includes(decision) &&
          !(decision === 'give_up' && step === 'register' && this.charge === 'sent'),
      );
  }

  private stepsToDecide(): StepRecord[] {
    return this.record.purchase.steps.filter(
      ({ step, status }) => status === 'running' && !this.inTask.has(step),
    );
  }

  /** Stops the sale now, or as soon as it is known that the charge did not follow its registration. */
  private wish(stop: Stop): void {
    if (this.charge === 'may_follow') this.wished ??= stop;
    else this.stopSale(stop);
  }

  private async stopsInTime(): Promise<boolean> {
    if (this.charge === 'may_follow') await condition(() => this.charge !== 'may_follow');
    return this.stop !== undefined;
  }

  private stopSale(stop: Stop): void {
    this.stop = stop;
    for (const [step, interrupt] of this.running) if (this.yieldsToStop(step)) interrupt();
  }

  /** A step that undoes or tells goes on whatever is wished; a charge yields to a weighed decision only. */
  private yieldsToStop(step: PurchaseStep): boolean {
    return step === 'check' || (step === 'register' && this.charge !== 'sent');
  }
}

/** An update outlives the workflow's cancellation by Temporal, as the sale does. */
function shielded<T>(handle: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(handle);
}
