import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  sleep,
  TemporalFailure,
} from '@temporalio/workflow';
import type { SendOptions } from '../../activities/gateway-activities';
import type { AttentionReason, Decision } from '../../domain/purchase/attention';
import type { EarlierDecision } from '../../domain/purchase/earlier-decision';
import {
  GATEWAY_FAILURES,
  isClear,
  type AttemptResult,
  type CommandResult,
} from '../../domain/command-result';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { PurchaseStep, SettledBy, StepRecord, StepStatus } from '../../domain/purchase/steps';
import type { RefundNotice } from '../../domain/notice/notice';
import { isRunAnew } from '../anew';
import { detailOf } from '../calls';
import type { Chain } from './carried';
import { decidedBefore, OverBefore } from './earlier-run';
import type { Interventions } from './interventions';
import type { PurchaseRecord } from './record';
import type { StepResult } from './step-result';

/** An answer that its contract does not allow, to be shown to a person. */
export type BrokenContract = Extract<AttemptResult, { kind: 'broken_contract' }>;

/** How an operator's decision ends a step; `unconfirmed` says why it rests on the person alone. */
export interface Decided {
  result: StepResult;
  unconfirmed?: string;
}

/** What a step does in each round, and how an operator's decision about it is weighed. */
export interface StepPlan {
  step: PurchaseStep;
  /** @param known of the command from earlier rounds */
  send: (known: SendOptions, patience: number) => Promise<CommandResult | BrokenContract>;
  /** What is tried first, inside the workflow task; nothing where that settled nothing, and `send` goes on from it. */
  sendAtOnce?: (known: SendOptions) => Promise<CommandResult | undefined>;
  /** When it began, ISO 8601, where that is earlier than now. */
  since?: string;
  /** What MobiFone says against the decision, or how the step ends by it. */
  decide?: (decision: Decision) => Promise<{ because: string } | Decided>;
  /** What a command that comes back unsettled is called to attention for; MobiFone's silence unless set. */
  unsettled?: AttentionReason;
  /** Set where a refusal does not end the step: what it is called to attention for. */
  refusalNeedsPerson?: AttentionReason;
  /** Told of such a refusal, before the step is tried again. */
  onRefused?: () => void;
}

/** Rounds of patience grow up to 2^5 times the first. */
const MOST_DOUBLINGS = 5;
/** Pauses after an answer that settles nothing grow faster: the first is short, since most such faults pass. */
const PAUSE_GROWTH = 8;
/**
 * However fast a round failed, the next begins 1, 2, 4, … seconds later, up to five minutes. How long the round took is
 * not looked at: a workflow that is first loaded for a query may be told another time, and must not go another way.
 */
const FIRST_PAUSE_MS = 1_000;
/** No pause lasts longer unless MobiFone asked for it: what waits is over minutes after a fault is. */
const LONGEST_PAUSE_MS = 300_000;

/** One round of a step, before it is known how it ends. */
interface Round {
  count: number;
  known: SendOptions;
}

/**
 * Runs steps until their effect is known. Within a round Temporal retries the activity; a round that ends without a
 * result calls a person and is followed by the next, which asks MobiFone before it sends (I4).
 */
export class Settling {
  /** Set when a registration or charge was ever in doubt: it may still land after a rollback. */
  inDoubt: boolean;
  /** The refund notice of an earlier run, which this one gives again. */
  refundOfEarlierRun: RefundNotice | undefined;

  constructor(
    private readonly record: PurchaseRecord,
    private readonly policy: PurchasePolicy,
    private readonly interventions: Interventions,
    private readonly chain: Chain,
  ) {
    this.inDoubt = chain.carried?.inDoubt ?? false;
  }

  /** Never rejects for anything remote; see `StepResult`. What an earlier run has settled is settled. */
  async settle(plan: StepPlan): Promise<StepResult> {
    const key = this.chain.stepKey(plan.step);
    const settled = this.chain.results[key];
    if (settled) return settled;
    return this.chain.during(() => this.untilSettled(plan, key));
  }

  private async untilSettled(plan: StepPlan, key: string): Promise<StepResult> {
    const step = this.record.begin(plan.step, plan.since);
    const count = this.chain.rounds[key] ?? 0;
    const round: Round = { count, known: this.knownAtFirst() };
    for (;;) {
      const result = await this.round(plan, step, round);
      if (result) {
        this.chain.results[key] = result;
        return result;
      }
      round.count += 1;
      this.chain.rounds[key] = round.count;
      await this.chain.betweenRounds();
    }
  }

  /** One round of sending or asking; nothing when it settled nothing. */
  private async round(plan: StepPlan, step: StepRecord, round: Round): Promise<StepResult | undefined> {
    try {
      const result = await this.answer(plan, round);
      if (result.kind === 'broken_contract') {
        const { kind, detail, ...known } = result;
        round.known = { askFirst: true, persistent: true, ...known };
        return await this.pause(plan, step, round, { reason: kind, detail });
      }
      if (result.kind === 'done' || !plan.refusalNeedsPerson) return this.close(plan, step, result);
      plan.onRefused?.();
      round.known = this.knownAtFirst();
      return await this.pause(plan, step, round, {
        reason: plan.refusalNeedsPerson,
        detail: result.refusal,
      });
    } catch (failure) {
      return this.unsettled(plan, step, round, failure);
    }
  }

  /** @throws CancelledFailure when somebody interrupted it, and whatever the calls failed with */
  private async answer(plan: StepPlan, round: Round): Promise<CommandResult | BrokenContract> {
    const { step, sendAtOnce } = plan;
    const known = { ...round.known, ...this.anew(step) };
    const send = () => plan.send(known, this.patience(round));
    if (!sendAtOnce) return this.interventions.interruptible(step, send);
    if (!this.policy.undisturbedCalls)
      return this.interventions.interruptible(step, async () => (await sendAtOnce(known)) ?? send());
    const atOnce = await this.interventions.undisturbed(step, () => sendAtOnce(known));
    const isMoot = atOnce?.kind === 'refused' && this.interventions.stopFor(step);
    return atOnce && !isMoot ? atOnce : this.interventions.interruptible(step, send);
  }

  /** @throws what is a defect of ours: the workflow task must not go on */
  private async unsettled(
    plan: StepPlan,
    step: StepRecord,
    round: Round,
    failure: unknown,
  ): Promise<StepResult | undefined> {
    const decision = decidedBefore(failure);
    if (decision) return this.asDecided(plan, step, decision);
    const { retryAfterMs = 0, ...told } = detailOf(failure);
    if (hasEffect(plan.step) && !isClear(told)) this.inDoubt = true;
    if (isCancellation(failure)) {
      const { neverSent: _, ...known } = round.known; // what was interrupted may have been sent
      round.known = { ...known, askFirst: true };
      return this.heed(plan, step);
    }
    if (!(failure instanceof ActivityFailure)) throw failure;
    round.known = { askFirst: true, persistent: true, ...told };
    const detail = failure.cause?.message ?? failure.message;
    const reason = isBrokenContract(failure) ? 'broken_contract' : (plan.unsettled ?? 'no_answer');
    return this.pause(plan, step, round, { reason, detail, askedMs: retryAfterMs });
  }

  /** @throws OverBefore */
  private asDecided(plan: StepPlan, step: StepRecord, decision: EarlierDecision): StepResult {
    if (decision.kind === 'over') throw new OverBefore(decision.purchase);
    const { outcome, refusal, refund } = decision;
    this.inDoubt = true; // whatever the earlier run had sent
    this.refundOfEarlierRun = refund;
    this.end(plan, step, 'abandoned');
    return { kind: 'stopped', outcome, refusal };
  }

  private close(plan: StepPlan, step: StepRecord, result: CommandResult): StepResult {
    if (result.attempts > 1 && hasEffect(plan.step)) this.inDoubt = true;
    if (result.at) step.endedAt = result.at;
    this.end(plan, step, result.kind, result.settledBy);
    return result.kind === 'done' ? { kind: 'done' } : { kind: 'refused', refusal: result.refusal };
  }

  /** Somebody interrupted the round: a decision about this step, or a wish to end the sale. */
  private async heed(plan: StepPlan, step: StepRecord): Promise<StepResult | undefined> {
    const pending = this.interventions.decisionFor(plan.step);
    if (pending) {
      const verdict = pending.decision === 'retry_now' ? undefined : await plan.decide?.(pending.decision);
      if (!verdict || 'because' in verdict) {
        pending.result = verdict ? { applied: false, ...verdict } : { applied: true };
        return undefined;
      }
      const { result, unconfirmed } = verdict;
      pending.result = { applied: true, ...(unconfirmed ? { unconfirmed } : {}) };
      this.end(plan, step, result.kind === 'stopped' ? 'abandoned' : result.kind, 'operator');
      return result;
    }
    const stop = this.interventions.stopFor(plan.step);
    if (!stop) return undefined;
    this.end(plan, step, 'abandoned');
    return { kind: 'stopped', ...stop };
  }

  /** A round that settled nothing calls a person, and MobiFone is not asked hotly; a decision ends the pause. */
  private async pause(
    plan: StepPlan,
    step: StepRecord,
    round: Round,
    { reason, detail, askedMs = 0 }: { reason: AttentionReason; detail: string; askedMs?: number },
  ): Promise<StepResult | undefined> {
    this.record.raiseAttention({ step: plan.step, reason, detail });
    const isAnswer = reason === 'broken_contract' || reason === plan.refusalNeedsPerson;
    const pauseMs = this.pauseMs(round, { isAnswer, askedMs });
    if (pauseMs <= 0) return undefined;
    try {
      await this.interventions.interruptible(plan.step, () =>
        sleep(pauseMs, { summary: `Pause before MobiFone is asked again about the ${plan.step}` }),
      );
      return undefined;
    } catch (failure) {
      if (!isCancellation(failure)) throw failure;
      return this.heed(plan, step);
    }
  }

  /** Workflows of older purchases paused after an answer only. */
  private pauseMs(round: Round, { isAnswer, askedMs }: { isAnswer: boolean; askedMs: number }): number {
    const grown = isAnswer
      ? this.policy.retryInitialInterval * PAUSE_GROWTH ** Math.min(round.count, MOST_DOUBLINGS)
      : 0;
    if (!this.policy.gateway) return Math.min(grown, this.patience(round));
    const least = FIRST_PAUSE_MS * 2 ** Math.min(round.count, 30);
    const longest = Math.max(LONGEST_PAUSE_MS, this.policy.retryInitialInterval);
    return Math.max(Math.min(Math.max(grown, least), longest), askedMs);
  }

  private knownAtFirst(): SendOptions {
    return { askFirst: isRunAnew() };
  }

  private anew(step: PurchaseStep): Pick<SendOptions, 'anew'> {
    return sells(step) && isRunAnew() ? { anew: true } : {};
  }

  private patience({ count }: Round): number {
    return this.policy.patience * 2 ** Math.min(count, MOST_DOUBLINGS);
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

/** The steps by which something is sold. */
function sells(step: PurchaseStep): boolean {
  return step === 'check' || hasEffect(step);
}

/** The steps whose effect would be a loss if it landed after a rollback. */
function hasEffect(step: PurchaseStep): boolean {
  return step === 'register' || step === 'charge';
}

function isBrokenContract(failure: ActivityFailure): boolean {
  for (let at: unknown = failure.cause; at instanceof TemporalFailure; at = at.cause) {
    if (at instanceof ApplicationFailure) return at.type === GATEWAY_FAILURES.brokenContract;
  }
  return false;
}
