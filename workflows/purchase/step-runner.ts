import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  patched,
  sleep,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { SendOptions } from '../../activities/gateway-activities';
import {
  GATEWAY_FAILURES,
  isClear,
  type AttemptResult,
  type CommandKnowledge,
  type CommandResult,
} from '../../domain/command-result';
import type { RefundNotice } from '../../domain/notice/notice';
import type { AttentionReason, Decision } from '../../domain/purchase/attention';
import type { EarlierDecision } from '../../domain/purchase/earlier-decision';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import {
  pauseSummary,
  type PurchaseStep,
  type SettledBy,
  type StepRecord,
  type StepStatus,
} from '../../domain/purchase/steps';
import { detailOf } from '../activity-proxies';
import { isLaterPurchaseRun } from '../later-run';
import { patienceMs, pauseMs } from '../rounds';
import type { Chain } from './carried';
import { decidedBefore, EarlierRunEnded } from './earlier-run';
import type { PurchaseRecord } from './record';
import type { Found, StepResult } from './step-result';
import type { PurchaseUpdates } from './updates';

/**
 * Activities of a round that each send a command which MobiFone turned away, or never received: then a person is called,
 * and Temporal's limit of events stays far.
 */
const MAX_ACTIVITIES_OF_A_ROUND = 8;

/** An answer that the contract does not allow, to be shown to a person. */
export type BrokenContract = Extract<AttemptResult, { kind: 'broken_contract' }>;

/** The result of a command, or of a question. */
export type CallResult = CommandResult & Found;

/**
 * Sends a command, or asks about it first.
 * @param known what is known of the command from earlier rounds
 * @param patience milliseconds until it comes back unsettled
 */
export type SendCommand = (known: SendOptions, patience: number) => Promise<CallResult | BrokenContract>;

/** How an operator's decision ends a step; `unconfirmed` says why it rests on the person alone. */
export interface Decided {
  result: StepResult;
  unconfirmed?: string;
}

/** What a step does in each round, and how an operator's decision about it is checked. */
export interface StepPlan {
  step: PurchaseStep;
  send: SendCommand;
  /** What settles it without a wait, such as a call inside the workflow task; else `send` continues from it. */
  sendAtOnce?: (known: SendOptions) => Promise<CommandResult | undefined>;
  /** When it began, ISO 8601, where that is earlier than now. */
  since?: string;
  /** What MobiFone says against the decision, or how the step ends by it. */
  decide?: (decision: Decision) => Promise<{ because: string } | Decided>;
  /** The reason for attention when a command comes back unsettled; MobiFone's silence unless set. */
  unsettled?: AttentionReason;
  /** Set where a refusal does not end the step: the reason for attention. */
  refusalNeedsPerson?: AttentionReason;
  /** Called on such a refusal, before the step is tried again. */
  onRefused?: () => void;
}

/** One step while it runs: its record, and what is known of its command in this round. */
interface Running {
  plan: StepPlan;
  record: StepRecord;
  round: number;
  known: SendOptions;
  /** Milliseconds until the round is over, and how many activities it has had. */
  left: number;
  activities: number;
}

/**
 * Runs a step until its effect is known. Within a round Temporal retries the activity; a round that settles nothing
 * calls a person and is followed by the next, which asks MobiFone before it sends (I4).
 */
export class StepRunner {
  /** A registration or charge was in doubt: it may still take effect after a rollback. */
  inDoubt: boolean;
  /** The refund notice of an earlier run, which this one repeats. */
  refundOfEarlierRun: RefundNotice | undefined;

  constructor(
    private readonly record: PurchaseRecord,
    private readonly policy: PurchasePolicy,
    private readonly updates: Pick<PurchaseUpdates, 'interrupts' | 'saleStop' | 'decisions'>,
    private readonly chain: Chain,
  ) {
    this.inDoubt = chain.carried?.inDoubt ?? false;
    this.refundOfEarlierRun = chain.carried?.refundOfEarlierRun ?? undefined;
  }

  /** Whether something may take effect after all: of what an earlier run has sent, a later one knows nothing. */
  mayLandLate(): boolean {
    const { runId, originalExecutionRunId } = workflowInfo();
    const knowsAll = this.chain.carried !== undefined && runId === originalExecutionRunId; // it continues as new, and was not reset
    if (this.inDoubt || knowsAll) return this.inDoubt;
    return isLaterPurchaseRun(this.record) && patched('later-runs-are-watched');
  }

  /** Never rejects for anything remote; see `StepResult`. What an earlier run has settled is settled. */
  async run(plan: StepPlan): Promise<StepResult> {
    const key = this.chain.stepKey(plan.step);
    const settled = this.chain.results[key];
    if (settled) return settled;
    return this.chain.during(() => this.untilSettled(plan, key));
  }

  private async untilSettled(plan: StepPlan, key: string): Promise<StepResult> {
    const record = this.record.begin(plan.step, plan.since);
    const round = this.chain.rounds[key] ?? 0;
    const running: Running = { plan, record, known: this.knownAtFirst(plan), ...this.begunRound(round) };
    for (;;) {
      let result = await this.runActivity(running);
      if (result === 'goes_on') continue;
      if (!result) {
        const { activities } = running;
        Object.assign(running, this.begunRound(running.round + 1));
        this.chain.rounds[key] = running.round;
        if (this.chain.isAtLimit(1 + activities)) result = await this.untilNextRun(running, key);
      }
      if (result) {
        this.chain.results[key] = result;
        return result;
      }
    }
  }

  /** What is decided about the step meanwhile is done in this run, which may be long in ending; else it never returns. */
  private async untilNextRun(running: Running, key: string): Promise<StepResult | undefined> {
    const { step } = running.plan;
    const isDecided = () => patched('decided-while-waiting'); // before, such a decision waited for ever
    do {
      try {
        await this.updates.interrupts.interruptible(
          step,
          () => this.chain.untilNextRun(key),
          () => this.isDue(step) && isDecided(),
        );
      } catch (failure) {
        if (!isCancellation(failure)) throw failure;
      }
    } while (!isDecided());
    this.chain.goOn(key);
    return this.applyIntervention(running);
  }

  private begunRound(round: number): Pick<Running, 'round' | 'left' | 'activities'> {
    return { round, left: patienceMs(this.policy, round), activities: 0 };
  }

  /** Sends or asks: nothing when the round settled nothing, and `goes_on` while it is not over. */
  private async runActivity(running: Running): Promise<StepResult | 'goes_on' | undefined> {
    const { plan } = running;
    try {
      const result = await this.send(running);
      if (result.kind === 'broken_contract') {
        const { kind, detail, ...known } = result;
        running.known = { askFirst: true, persistent: true, ...known };
        return await this.pause(running, { reason: kind, detail });
      }
      if (result.kind === 'done' || !plan.refusalNeedsPerson) return this.close(running, result);
      plan.onRefused?.();
      running.known = this.knownAtFirst(plan);
      return await this.pause(running, { reason: plan.refusalNeedsPerson, detail: result.refusal });
    } catch (failure) {
      return this.afterFailure(running, failure);
    }
  }

  /** @throws CancelledFailure when it was interrupted, and whatever the calls failed with */
  private async send({ plan, known: before, left }: Running): Promise<CallResult | BrokenContract> {
    const { step, sendAtOnce } = plan;
    const known = { ...before, ...this.laterRun(step) };
    const send = () => plan.send(known, left);
    if (!sendAtOnce) return this.interruptible(step, send);
    if (!this.policy.undisturbedCalls)
      return this.interruptible(step, async () => (await sendAtOnce(known)) ?? send());
    const atOnce = await this.updates.interrupts.undisturbed(step, () => sendAtOnce(known));
    const isMoot = step === 'check' && atOnce?.kind === 'refused' && this.updates.saleStop.forStep(step);
    return atOnce && !isMoot ? atOnce : this.interruptible(step, send);
  }

  private interruptible<T>(step: PurchaseStep, work: () => Promise<T>): Promise<T> {
    return this.updates.interrupts.interruptible(step, work, () => this.isDue(step));
  }

  private isDue(step: PurchaseStep): boolean {
    const { saleStop, decisions } = this.updates;
    return Boolean(decisions.pendingFor(step) ?? saleStop.forStep(step));
  }

  private knownAtFirst({ step }: StepPlan): SendOptions {
    const mayBeSold = hasEffect(step) && this.record.wasFoundSold;
    if (mayBeSold || isLaterPurchaseRun(this.record)) return { askFirst: true };
    // Who charged before Temporal forgot the order did so long before an inquiry could lag: its first answer counts.
    if (step === 'charge' && this.record.wasFoundRegistered) return { askFirst: true, neverSent: true };
    return { askFirst: false };
  }

  /** Whether an earlier run may have decided against the step: sold what is undone, or undone what is sold. */
  private laterRun(step: PurchaseStep): Pick<SendOptions, 'anew'> {
    return MAY_BE_DECIDED.has(step) && isLaterPurchaseRun(this.record) ? { anew: true } : {};
  }

  /** @throws what is a defect of ours: the workflow task must not go on */
  private async afterFailure(
    running: Running,
    failure: unknown,
  ): Promise<StepResult | 'goes_on' | undefined> {
    const { plan } = running;
    const decision = decidedBefore(failure);
    if (decision) return this.applyEarlierDecision(running, decision);
    const { retryAfterMs = 0, triedMs = 0, deliveries: _, ...told } = detailOf(failure);
    if (hasEffect(plan.step) && !isClear(told)) this.inDoubt = true;
    if (isCancellation(failure)) {
      const { neverSent: _, quiet: _quiet, ...known } = running.known; // what was interrupted may have been sent
      running.known = { ...known, askFirst: true, interrupted: true };
      return this.applyIntervention(running);
    }
    if (!(failure instanceof ActivityFailure)) throw failure;
    if (isOfType(failure, GATEWAY_FAILURES.toBeSent)) {
      const pause = this.pauseOfActivities(running.activities);
      running.activities += 1;
      running.left -= triedMs + pause;
      const isOver = running.left <= 0 || running.activities >= MAX_ACTIVITIES_OF_A_ROUND;
      if (!isOver) return this.goOn(running, told, pause);
    }
    running.known = { askFirst: true, persistent: true, ...told };
    const detail = failure.cause?.message ?? failure.message;
    const isBroken = isOfType(failure, GATEWAY_FAILURES.brokenContract);
    const reason = isBroken ? 'broken_contract' : (plan.unsettled ?? 'no_answer');
    return this.pause(running, { reason, detail, askedMs: retryAfterMs });
  }

  /** Milliseconds before the next activity of a round sends what was to be sent: none before the second, then they grow. */
  private pauseOfActivities(before: number): number {
    const { retryInitialInterval, retryMaximumInterval } = this.policy;
    return before === 0 ? 0 : Math.min(retryInitialInterval * 2 ** before, retryMaximumInterval);
  }

  /** The next activity of the round sends the command. */
  private async goOn(
    running: Running,
    told: CommandKnowledge,
    pause: number,
  ): Promise<StepResult | 'goes_on' | undefined> {
    const { persistent } = running.known;
    running.known = { askFirst: true, ...(persistent ? { persistent } : {}), ...told };
    return pause === 0 ? 'goes_on' : ((await this.rest(running, pause)) ?? 'goes_on');
  }

  /** @throws EarlierRunEnded */
  private applyEarlierDecision(running: Running, decision: EarlierDecision): StepResult {
    if (decision.kind === 'over') throw new EarlierRunEnded(decision.purchase);
    const { outcome, refusal, refund } = decision;
    this.inDoubt = true; // whatever the earlier run had sent
    this.refundOfEarlierRun = refund;
    this.end(running, 'abandoned');
    return { kind: 'stopped', outcome, refusal };
  }

  /** The round was interrupted by a decision about this step, or by a stop of the sale. */
  private async applyIntervention(running: Running): Promise<StepResult | undefined> {
    const { plan } = running;
    const pending = this.updates.decisions.pendingFor(plan.step);
    if (pending) {
      const verdict = pending.decision === 'retry_now' ? undefined : await plan.decide?.(pending.decision);
      if (!verdict || 'because' in verdict) {
        pending.result = verdict ? { applied: false, ...verdict } : { applied: true };
        return undefined;
      }
      const { result, unconfirmed } = verdict;
      pending.result = { applied: true, ...(unconfirmed ? { unconfirmed } : {}) };
      this.end(running, result.kind === 'stopped' ? 'abandoned' : result.kind, 'operator');
      return result;
    }
    const stop = this.updates.saleStop.forStep(plan.step);
    if (!stop) return undefined;
    this.end(running, 'abandoned');
    return { kind: 'stopped', ...stop };
  }

  /** A round that settled nothing calls a person; the next begins after a pause, which a decision ends. */
  private async pause(
    running: Running,
    { reason, detail, askedMs = 0 }: { reason: AttentionReason; detail: string; askedMs?: number },
  ): Promise<StepResult | undefined> {
    const { plan, round } = running;
    this.record.raiseAttention({ step: plan.step, reason, detail });
    const isAnswer = reason === 'broken_contract' || reason === plan.refusalNeedsPerson;
    const pause = pauseMs(this.policy, round, { isAnswer, askedMs });
    return pause <= 0 ? undefined : this.rest(running, pause);
  }

  /** A decision ends it. */
  private async rest(running: Running, milliseconds: number): Promise<StepResult | undefined> {
    const { step } = running.plan;
    try {
      await this.interruptible(step, () => sleep(milliseconds, { summary: pauseSummary(step) }));
      return undefined;
    } catch (failure) {
      if (!isCancellation(failure)) throw failure;
      return this.applyIntervention(running);
    }
  }

  private close(running: Running, result: CallResult): StepResult {
    if (result.attempts > 1 && hasEffect(running.plan.step)) this.inDoubt = true;
    if (result.at) running.record.endedAt = result.at;
    this.end(running, result.kind, result.settledBy);
    if (result.kind === 'refused') return { kind: 'refused', refusal: result.refusal };
    const { landed, state } = result;
    return {
      kind: 'done',
      ...(landed === undefined ? {} : { landed }),
      ...(state === undefined ? {} : { state }),
    };
  }

  private end({ plan, record }: Running, status: Exclude<StepStatus, 'running'>, by?: SettledBy): void {
    this.record.end(record, status, by);
    this.record.clearAttention(plan.step);
    this.updates.decisions.close(plan.step, `the ${plan.step} had ended meanwhile: ${status}`);
  }
}

/** The steps by which something is sold, undone, or refunded. */
const MAY_BE_DECIDED: ReadonlySet<PurchaseStep> = new Set<PurchaseStep>([
  'check',
  'register',
  'charge',
  'rollback',
  'refund_notice',
]);

/** The steps whose effect would be a loss if it came after a rollback. */
function hasEffect(step: PurchaseStep): boolean {
  return step === 'register' || step === 'charge';
}

/** Whether what a call failed with first is of this type. */
function isOfType(failure: ActivityFailure, type: string): boolean {
  for (let at: unknown = failure.cause; at instanceof TemporalFailure; at = at.cause) {
    if (at instanceof ApplicationFailure) return at.type === type;
  }
  return false;
}
