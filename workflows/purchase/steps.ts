import { patched, sleep } from '@temporalio/workflow';
import type { CheckOptions, Message, Sale, SendOptions } from '../../activities/gateway-activities';
import type { CommandResult, FailureDetail } from '../../domain/command-result';
import type { FinalTransactionState } from '../../domain/gateway-verdict';
import { refundNoticeId } from '../../domain/identifiers';
import { messages } from '../../domain/purchase/messages';
import { maskMsisdn } from '../../domain/msisdn';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { RefundNotice } from '../../domain/notice/notice';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { ReasonCode } from '../../domain/purchase/reasons';
import { originOf } from '../../domain/trace';
import type { CarriedPurchase, Chain } from './carried';
import { ActivityProxies, detailOf } from '../activity-proxies';
import { openContradictionCase, startCase } from '../case/contradiction';
import { decidedBefore } from './earlier-run';
import { DecisionChecks } from './decision-checks';
import { MessagesAttempt } from './messages-attempt';
import type { PurchaseRecord } from './record';
import { saleOf } from '../../domain/purchase/sale';
import { PRIORITY } from '../../domain/priority';
import { SaleAttempt } from './sale-attempt';
import { StepRunner, type SendCommand, type CallResult, type StepPlan } from './step-runner';
import type { Found, StepResult } from './step-result';
import type { PurchaseUpdates } from './updates';

/** The steps of one purchase; each returns only when its effect is known. */
export class PurchaseSteps {
  private readonly activities: ActivityProxies;
  private readonly runner: StepRunner;
  private readonly attempt: SaleAttempt;
  private readonly together: MessagesAttempt;
  private readonly checks: DecisionChecks;
  private readonly sale: Sale;
  /** How many rollbacks were ordered, each under an id of its own. */
  private rollbacks: number;
  /** The rollback of what was found to stand, while it runs. */
  private undoing: Promise<void> | undefined;
  /** `D90 for 8490****567`, in every summary. */
  private readonly what: string;

  constructor(
    private readonly record: PurchaseRecord,
    private readonly policy: PurchasePolicy,
    private readonly updates: PurchaseUpdates,
    private readonly chain: Chain,
  ) {
    const { order } = record;
    this.activities = new ActivityProxies(order, policy, () => record.makeSearchable());
    this.runner = new StepRunner(record, policy, updates, chain);
    this.rollbacks = chain.carried?.rollbacks ?? 0;
    this.sale = saleOf(order);
    this.checks = new DecisionChecks(
      this.activities,
      this.sale,
      policy,
      chain.carried?.toConfirm ?? undefined,
      chain.carried?.isUnconfirmed,
    );
    this.together = new MessagesAttempt(
      this.activities,
      this.sale,
      `SMS from 999 to ${maskMsisdn(this.sale.msisdn)}: (7) and (8)`,
      () => Object.values(this.saleMessages),
    );
    this.attempt = new SaleAttempt(
      this.activities,
      this.sale,
      record,
      updates.saleStop,
      () => (this.runner.inDoubt = true),
      chain.carried !== undefined,
    );
    this.what = `${order.package.code} for ${maskMsisdn(order.msisdn)}`;
  }

  /** The state that the next run continues from. */
  carriedOver(): CarriedPurchase {
    const { results, rounds } = this.chain;
    const { accepted: stop, chargeSent } = this.updates.saleStop;
    return {
      purchase: this.record.purchase,
      attention: this.record.attention,
      decided: this.record.decided,
      results,
      rounds,
      inDoubt: this.runner.inDoubt,
      rollbacks: this.rollbacks,
      toConfirm: this.checks.toConfirm ?? null,
      isUnconfirmed: this.checks.isUnconfirmed,
      stop: stop ?? null,
      chargeSent,
      refundOfEarlierRun: this.runner.refundOfEarlierRun ?? null,
    };
  }

  /** Step (2); where the sale is first attempted in one activity, (2.2) and (5.1) with it. */
  checkSubscriber(): Promise<StepResult> {
    const summary = `(2) Check ${this.what}`;
    const durable = (known: CheckOptions, patience: number) =>
      this.activities.gateway(summary, patience, PRIORITY.sale).checkSubscriber(this.sale, known);
    const first = this.attempt.beginsWithCheck
      ? {
          send: this.attempt.check(
            `${summary}, (2.2) register, (5.1) charge ${this.sale.amount} VND`,
            durable,
          ),
        }
      : this.localFirst(
          (known) => this.activities.local(summary, (mobifone) => mobifone.checkSubscriber(this.sale, known)),
          durable,
          { mayRepeat: true },
        );
    return this.runner.run({ step: 'check', ...first });
  }

  /** Step (2.2). */
  registerPackage(): Promise<StepResult> {
    const summary = `(2.2) Register ${this.what}`;
    return this.runner.run({
      step: 'register',
      ...since(this.attempt.endOf('check')),
      ...this.attempt.registration(`${summary}, (5.1) charge ${this.sale.amount} VND`, (known, patience) =>
        this.activities.gateway(summary, patience, PRIORITY.sale).registerPackage(this.sale, known),
      ),
    });
  }

  /** Whether the registration may have been sent before its step began. */
  get hasSentRegistration(): boolean {
    return this.attempt.hasSentRegistration;
  }

  /** Step (5.1). */
  chargeSubscriber(): Promise<StepResult> {
    const summary = `(5.1) Charge ${this.sale.amount} VND for ${this.what}`;
    return this.runner.run({
      step: 'charge',
      ...since(this.attempt.endOf('registration')),
      ...this.attempt.charge((known, patience) =>
        this.activities.gateway(summary, patience, PRIORITY.sale).chargeSubscriber(this.sale, known),
      ),
      decide: (decision) => this.checks.ofCharge(decision),
    });
  }

  /** Step (6.1); returns when the registration is undone, by MobiFone or by hand. */
  async rollbackRegistration(): Promise<void> {
    await this.undoUntilDone(false);
  }

  /** Step (6.3). */
  async refundNotice(outcome: PurchaseOutcome, refusal: ReasonCode): Promise<void> {
    const { order } = this.record;
    const begun = this.record.purchase.steps.find(({ step }) => step === 'refund_notice'); // by an earlier run
    const isDelivered = begun?.status === 'done';
    const occurredAt = begun?.startedAt ?? this.record.purchase.updatedAt; // the same in each round and run, as are the notice's bytes
    const told = this.runner.refundOfEarlierRun;
    if (!begun) this.record.makeRefundSearchable(told?.occurredAt ?? occurredAt, false);
    await this.runner.run({
      step: 'refund_notice',
      unsettled: 'channel_unreachable',
      send: async ({ anew }, patience): Promise<CommandResult> => {
        const notice: RefundNotice = {
          id: refundNoticeId(order.purchaseId),
          purchaseId: order.purchaseId,
          externalId: order.externalId,
          outcome,
          refusal,
          amount: order.faceValue,
          occurredAt,
          ...originOf(order),
          ...told,
        };
        await this.activities
          .channel(`(6.3) Tell ${order.channel} to refund ${order.externalId}`, patience)
          .noticeRefund(order.channel, notice, ...(anew ? [anew] : []));
        return { kind: 'done', settledBy: 'reply', attempts: 1 };
      },
    });
    if (!isDelivered) this.record.makeRefundSearchable(occurredAt, true);
  }

  /**
   * After a rollback or a refusal of a command that was in doubt: MobiFone is asked once more, later, whether it took
   * effect, and what did is rolled back under an id of its own.
   */
  async undoLateEffect(): Promise<void> {
    if (!this.runner.mayLandLate()) return;
    let waited = false;
    const checked = await this.runner.run({
      step: 'late_effect_check',
      send: async (_, patience): Promise<CallResult> => {
        if (!waited)
          await sleep(this.policy.lateEffectWatch, { summary: 'Wait for what may land after all' });
        waited = true;
        const landed = await this.activities
          .gateway(`(6.1) Did ${this.what} land after all?`, patience, PRIORITY.compensation)
          .findLateEffect(this.sale);
        return { kind: 'done', settledBy: 'inquiry', attempts: 1, landed };
      },
    });
    if (foundIn(checked).landed === undefined) return this.finishRollback();
    if (foundIn(checked).landed) return this.undoAgain();
  }

  /** A refusal after doubt is not final (P2): what was sent before it may still take effect. */
  async undoLateEffectOfRefused(): Promise<void> {
    if (!this.policy.gateway) return;
    await this.undoLateEffect();
    await this.confirmLateDecisions();
  }

  /** What a person decided about the rollback of what had landed late, and MobiFone was not asked to confirm since. */
  async confirmLateDecisions(): Promise<void> {
    const isLeft = () => this.checks.toConfirm !== undefined && this.checks.isUnconfirmed;
    while (isLeft() && patched('late-decisions-are-confirmed')) await this.confirmDecision();
  }

  /**
   * Asks MobiFone, until it answers, to confirm what a person decided while it was silent. A registration that is still
   * active is rolled back; a charge that was not made becomes a case for a person.
   */
  async confirmDecision(): Promise<void> {
    const about = this.checks.toConfirm;
    if (!about) return;
    let asked: FinalTransactionState | undefined;
    let isOpened = false;
    const isDenied = (state: FinalTransactionState | undefined) =>
      about === 'charge' && state !== undefined && state !== 'done';
    const checked = await this.runner.run({
      step: 'decision_check',
      get unsettled() {
        return isDenied(asked) ? 'case_not_opened' : 'no_answer';
      },
      send: async (_, patience): Promise<CallResult> => {
        asked = undefined;
        const { inquireUntilFinal } = this.activities.gateway(
          `Does MobiFone confirm what was decided about the ${about}?`,
          patience,
          PRIORITY.question,
        );
        asked = await this.checks.confirm(() => inquireUntilFinal(this.sale, about));
        if (isDenied(asked) && patched('cases-with-taken-ids-are-opened')) {
          await openContradictionCase(this.record.order, this.policy, asked);
          isOpened = true;
        }
        return { kind: 'done', settledBy: 'inquiry', attempts: 1, state: asked };
      },
    });
    const { state } = foundIn(checked);
    if (state === undefined) return this.finishRollback();
    if (about === 'registration' && state === 'done') return this.undoAgain();
    if (isDenied(state)) {
      if (!isOpened) await startCase(this.record.order, this.policy, state);
      this.checks.toConfirm = undefined; // a later run opens no other
    }
  }

  /**
   * A rollback that an earlier run began goes on. Runs of older code carried no answer of MobiFone, and forgot a rollback
   * that followed from one.
   */
  async finishRollback(): Promise<void> {
    const isForgotten = () => this.record.isRunning('rollback') && !this.undoing;
    while (isForgotten() && patched('carried-rollback-goes-on')) await this.undoAgain();
  }

  rejectionMessage(refusal: ReasonCode): Promise<StepResult> {
    return this.message('rejection_message', {
      transaction: 'sms-rejection',
      text: messages.rejection(this.record.order, refusal),
    });
  }

  /** Step (7). */
  transactionMessage(): Promise<StepResult> {
    return this.message('transaction_message', this.saleMessages.transaction);
  }

  /** Step (8). */
  successMessage(): Promise<StepResult> {
    return this.message('success_message', this.saleMessages.success);
  }

  /** The messages of a sale that was made. */
  private get saleMessages(): Record<'transaction' | 'success', Message> {
    const { order } = this.record;
    return {
      transaction: { transaction: 'sms-transaction', text: messages.transaction(order, this.paidAt) },
      success: { transaction: 'sms-success', text: messages.success(order) },
    };
  }

  /** When the paying command was ordered, from the record: a message that is sent again says the same. */
  private get paidAt(): Date {
    const paying = this.record.order.paymentForm === 'postpaid' ? 'charge' : 'register';
    const step = this.record.purchase.steps.findLast((record) => record.step === paying);
    return new Date(step?.startedAt ?? this.record.order.acceptedAt);
  }

  private message(step: PurchaseStep, message: Message): Promise<StepResult> {
    const summary = `SMS from 999 to ${maskMsisdn(this.sale.msisdn)}: ${message.transaction}`;
    const durable: SendCommand = (known, patience) =>
      this.activities.gateway(summary, patience, PRIORITY.paid).sendMessage(this.sale, message, known);
    const isOfSale = message.transaction !== 'sms-rejection';
    if (isOfSale && this.policy.callsAreActivities)
      return this.runner.run({ step, send: this.together.send(message.transaction, durable) });
    return this.runner.run({
      step,
      ...this.localFirst(
        (known) =>
          this.activities.local(summary, (mobifone) => mobifone.sendMessage(this.sale, message, known)),
        durable,
      ),
    });
  }

  /** One attempt inside the workflow task where that is allowed; what it leaves unsettled becomes a normal activity. */
  private localFirst(
    local: (known: SendOptions) => Promise<CommandResult>,
    durable: SendCommand,
    { mayRepeat }: { mayRepeat: boolean } = { mayRepeat: false },
  ): Pick<StepPlan, 'sendAtOnce' | 'send'> {
    if (!this.activities.mayGoLocal) return { send: durable };
    let isAttempted = false;
    let left: FailureDetail | undefined;
    return {
      sendAtOnce: async (known) => {
        if (isAttempted) return undefined;
        isAttempted = true;
        try {
          return await local(known);
        } catch (failure) {
          if (decidedBefore(failure)) throw failure;
          left = detailOf(failure);
          return undefined;
        }
      },
      send: async (known, patience) => {
        if (!left) return durable(known, patience);
        const { retryAfterMs = 0, ...told } = left;
        left = undefined;
        await this.activities.waitAsAsked(retryAfterMs);
        return durable(mayRepeat ? known : { askFirst: true, ...told }, patience);
      },
    };
  }

  /** What stands is rolled back; the watch and the confirmation of a decision may both find it, and take turns. */
  private async undoAgain(): Promise<void> {
    if (this.undoing && patched('rollbacks-in-turn')) await this.undoing;
    this.undoing = this.undoUntilDone(true);
    await this.undoing;
    this.undoing = undefined;
  }

  private async undoUntilDone(again: boolean): Promise<void> {
    const summary = `(6.1) Roll back ${this.what}${again ? ', which landed late' : ''}`;
    if (!this.record.isRunning('rollback')) this.rollbacks += 1; // one that an earlier run began goes on
    await this.runner.run({
      step: 'rollback',
      send: (known, patience) =>
        this.activities.gateway(summary, patience, PRIORITY.compensation).rollbackRegistration(this.sale, {
          ...known,
          again,
          ordinal: this.rollbacks,
          registrationConfirmed: again || this.record.hasDone('register'),
        }),
      decide: (decision) => this.checks.ofRollback(decision),
      refusalNeedsPerson: again ? 'late_effect' : 'rollback_refused',
      onRefused: () => void (this.rollbacks += 1), // MobiFone may keep its refusal under the id that it had
    });
  }
}

function foundIn(checked: StepResult): Found {
  return checked.kind === 'done' ? checked : {};
}

/** When a step began, where that is earlier than now. */
function since(at: string | undefined): { since?: string } {
  return at ? { since: at } : {};
}
