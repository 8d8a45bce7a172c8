import { ActivityFailure, ApplicationFailure, isCancellation, sleep } from '@temporalio/workflow';
import type { Settlement } from '../activities/settlement';
import type { AttentionReason, Decision } from '../domain/attention';
import { GATEWAY_FAILURES } from '../domain/gateway-verdict';
import type { PurchasePolicy } from '../domain/purchase';
import type { PurchaseStep, SettledBy, StepRecord, StepStatus } from '../domain/purchase-steps';
import type { Refusal } from '../domain/refusals';
import type { Interventions, Stop } from './interventions';
import type { PurchaseRecord } from './purchase-record';

/** How a step ended, as the saga sees it. */
export type StepResult =
  { kind: 'done' } | { kind: 'refused'; refusal: Refusal } | ({ kind: 'stopped' } & Stop);

/** An answer that its contract does not allow, to be shown to a person. */
export interface BrokenContract {
  kind: 'broken_contract';
  detail: string;
}

/** What a step does in each round, and how an operator's decision about it is weighed. */
export interface StepPlan {
  step: PurchaseStep;
  /** @param askFirst whether an earlier round may have sent the command */
  send: (askFirst: boolean, patience: number) => Promise<Settlement | BrokenContract>;
  /** When it began, ISO 8601, where that is earlier than now. */
  since?: string;
  /** What MobiFone says against the decision, or how the step ends by it. */
  decide?: (decision: Decision) => Promise<{ because: string } | StepResult>;
  /** What a command that comes back unsettled is called to attention for; MobiFone's silence unless set. */
  unsettled?: AttentionReason;
  /** For a command that must not be refused: what its refusal is called to attention for. */
  refusalNeedsPerson?: AttentionReason;
}

/** Rounds of patience grow up to 2^5 times the first. */
const MOST_DOUBLINGS = 5;
/** Pauses after an answer that settles nothing grow faster: the first is short, since most such faults pass. */
const PAUSE_GROWTH = 8;

/**
 * Runs steps until their effect is known. Within a round Temporal retries the activity; a round that ends without a
 * settlement calls a person and is followed by the next, which asks MobiFone before it sends (I4).
 */
export class Settling {
  /** Set when a registration or charge was ever in doubt: it may still land after a rollback. */
  inDoubt = false;

  constructor(
    private readonly record: PurchaseRecord,
    private readonly policy: PurchasePolicy,
    private readonly interventions: Interventions,
  ) {}

  /** Never rejects for anything remote; see `StepResult`. */
  async settle(plan: StepPlan): Promise<StepResult> {
    const step = this.record.begin(plan.step, plan.since);
    for (let round = 0; ; round += 1) {
      const result = await this.round(plan, step, round);
      if (result) return result;
    }
  }

  /** One round of sending or asking; nothing when it settled nothing. */
  private async round(plan: StepPlan, step: StepRecord, round: number): Promise<StepResult | undefined> {
    try {
      const settlement = await this.interventions.interruptible(plan.step, () =>
        plan.send(round > 0, this.patience(round)),
      );
      if (settlement.kind === 'broken_contract') {
        return await this.pause(plan, step, round, 'broken_contract', settlement.detail);
      }
      if (settlement.kind === 'done' || !plan.refusalNeedsPerson) return this.close(plan, step, settlement);
      return await this.pause(plan, step, round, plan.refusalNeedsPerson, settlement.refusal);
    } catch (failure) {
      if (hasEffect(plan.step)) this.inDoubt = true;
      if (isCancellation(failure)) return this.heed(plan, step);
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours: the workflow task must not go on
      const detail = failure.cause?.message ?? failure.message;
      if (isBrokenContract(failure)) return this.pause(plan, step, round, 'broken_contract', detail);
      this.record.raiseAttention({ step: plan.step, reason: plan.unsettled ?? 'no_answer', detail });
      return undefined;
    }
  }

  private close(plan: StepPlan, step: StepRecord, settlement: Settlement): StepResult {
    if (settlement.attempts > 1 && hasEffect(plan.step)) this.inDoubt = true;
    if (settlement.at) step.endedAt = settlement.at;
    this.end(plan, step, settlement.kind, settlement.settledBy);
    return settlement.kind === 'done' ? { kind: 'done' } : { kind: 'refused', refusal: settlement.refusal };
  }

  /** Somebody interrupted the round: a decision about this step, or a wish to end the sale. */
  private async heed(plan: StepPlan, step: StepRecord): Promise<StepResult | undefined> {
    const pending = this.interventions.decisionFor(plan.step);
    if (pending) {
      const verdict = pending.decision === 'retry_now' ? undefined : await plan.decide?.(pending.decision);
      pending.result = verdict && 'because' in verdict ? { applied: false, ...verdict } : { applied: true };
      if (!verdict || 'because' in verdict) return undefined;
      this.end(plan, step, verdict.kind === 'stopped' ? 'abandoned' : verdict.kind, 'operator');
      return verdict;
    }
    const stop = this.interventions.stopFor(plan.step);
    if (!stop) return undefined;
    this.end(plan, step, 'abandoned');
    return { kind: 'stopped', ...stop };
  }

  /** An answer that settles nothing calls a person, and MobiFone is not asked hotly; a decision ends the pause. */
  private async pause(
    plan: StepPlan,
    step: StepRecord,
    round: number,
    reason: AttentionReason,
    detail: string,
  ): Promise<StepResult | undefined> {
    this.record.raiseAttention({ step: plan.step, reason, detail });
    const pause = Math.min(
      this.policy.retryInitialInterval * PAUSE_GROWTH ** Math.min(round, MOST_DOUBLINGS),
      this.patience(round),
    );
    try {
      await this.interventions.interruptible(plan.step, () =>
        sleep(pause, { summary: `Pause before MobiFone is asked again about the ${plan.step}` }),
      );
      return undefined;
    } catch (failure) {
      if (!isCancellation(failure)) throw failure;
      return this.heed(plan, step);
    }
  }

  private patience(round: number): number {
    return this.policy.patience * 2 ** Math.min(round, MOST_DOUBLINGS);
  }

  private end(
    plan: StepPlan,
    step: StepRecord,
    status: Exclude<StepStatus, 'running'>,
    by?: SettledBy,
  ): void {
    this.record.end(step, status, by);
    this.record.clearAttention(plan.step);
    this.interventions.closeDecisions(plan.step, `the ${plan.step} had ended meanwhile: ${status}`);
  }
}

/** The steps whose effect would be a loss if it landed after a rollback. */
function hasEffect(step: PurchaseStep): boolean {
  return step === 'register' || step === 'charge';
}

function isBrokenContract(failure: ActivityFailure): boolean {
  return (
    failure.cause instanceof ApplicationFailure && failure.cause.type === GATEWAY_FAILURES.brokenContract
  );
}
