import { ApplicationFailure, condition } from '@temporalio/workflow';
import { decisionsAt, decisionsOpen, type Decision } from '../../domain/purchase/attention';
import { UPDATE_REFUSALS, type DecisionRequest, type DecisionResult } from '../../domain/purchase/protocol';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import type { StepInterrupts } from './interrupts';
import type { PurchaseRecord } from './record';
import type { SaleStop } from './sale-stop';

/** A decision for the step that it is about; the step sets `result`. */
export interface PendingDecision {
  decision: Decision;
  step: PurchaseStep;
  result?: DecisionResult;
}

/** An operator's decisions about steps that are stuck. */
export class StepDecisions {
  private readonly pending: PendingDecision[] = [];

  constructor(
    private readonly record: PurchaseRecord,
    private readonly interrupts: StepInterrupts,
    private readonly saleStop: SaleStop,
  ) {}

  /** The oldest decision about this step that has no result. */
  pendingFor(step: PurchaseStep): PendingDecision | undefined {
    return this.pending.find((pending) => pending.step === step && !pending.result);
  }

  /** The step is over: decisions that came too late for it get their result. */
  close(step: PurchaseStep, because: string): void {
    for (const pending of this.pending) {
      if (pending.step === step) pending.result ??= { applied: false, because };
    }
  }

  /** @throws ApplicationFailure `DecisionNotOpen` */
  validate({ decision }: DecisionRequest): void {
    if (this.stepsOpenTo(decision).length > 0) return;
    const open = decisionsOpen(this.stepsToDecide());
    throw ApplicationFailure.nonRetryable(
      `${decision} is not open while the purchase is ${this.record.state}` +
        (open.length > 0 ? `; open now: ${open.join(', ')}` : '; nothing is left to decide'),
      UPDATE_REFUSALS.decisionNotOpen,
    );
  }

  /** Comes back when every step that the decision is about has applied or rejected it. */
  async decide({ decision }: DecisionRequest): Promise<DecisionResult> {
    const steps = this.stepsOpenTo(decision);
    if (decision === 'give_up' && steps.every((step) => this.saleStop.stops(step))) {
      this.saleStop.request({ outcome: 'given_up', refusal: 'given_up_by_operator' });
      if (await this.saleStop.isAccepted()) return { applied: true };
      return { applied: false, because: 'the charge was sent meanwhile' };
    }
    const made = steps.map((step): PendingDecision => ({ decision, step }));
    this.pending.push(...made);
    for (const { step } of made) this.interrupts.interrupt(step);
    await condition(() => made.every((pending) => pending.result !== undefined));
    return made.find((pending) => pending.result?.applied)?.result ?? made[0]?.result ?? { applied: true };
  }

  private stepsOpenTo(decision: Decision): PurchaseStep[] {
    return this.stepsToDecide()
      .map(({ step }) => step)
      .filter(
        (step) =>
          decisionsAt(step).includes(decision) &&
          !(decision === 'give_up' && step !== 'charge' && this.saleStop.chargeSent),
      );
  }

  private stepsToDecide(): StepRecord[] {
    return this.record.purchase.steps.filter(
      ({ step, status }) => status === 'running' && !this.interrupts.isInTask(step),
    );
  }
}
