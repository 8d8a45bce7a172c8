import { sleep } from '@temporalio/workflow';
import type { Inquirable, Sale, SendOptions } from '../../activities/gateway-activities';
import type { Decision } from '../../domain/purchase/attention';
import type { CommandResult, FailureDetail } from '../../domain/command-result';
import type { FinalTransactionState, TransactionState } from '../../domain/gateway-verdict';
import { refundNoticeId, type Transaction } from '../../domain/identifiers';
import { messages } from '../../domain/purchase/messages';
import { maskMsisdn } from '../../domain/msisdn';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { Refusal } from '../../domain/purchase/refusals';
import { originOf } from '../../domain/trace';
import type { CarriedPurchase, Chain } from './carried';
import { Calls, detailOf, PRIORITY } from '../calls';
import { openContradictionCase } from '../case/contradiction';
import { decidedBefore } from './earlier-run';
import { FirstTry } from './first-try';
import type { Interventions } from './interventions';
import type { PurchaseRecord } from './record';
import { saleOf } from './sale';
import { Settling, type BrokenContract, type Decided, type StepPlan } from './settling';
import type { StepResult } from './step-result';

/** The remote calls of one purchase, by the seed's steps; each comes back only when its effect is known. */
export class PurchaseSteps {
  private readonly calls: Calls;
  private readonly settling: Settling;
  private readonly firstTry: FirstTry;
  private readonly sale: Sale;
  /** How many rollbacks were ordered, each under an id of its own. */
  private rollbacks: number;
  /** What a person decided about while MobiFone was silent. */
  private toConfirm: 'charge' | 'registration' | undefined;
  /** `D90 for 8490****567`, in every summary. */
  private readonly what: string;

  constructor(
    private readonly record: PurchaseRecord,
    private readonly policy: PurchasePolicy,
    private readonly interventions: Interventions,
    private readonly chain: Chain,
  ) {
    const { order } = record;
    this.calls = new Calls(order, policy, () => record.makeSearchable());
    this.settling = new Settling(record, policy, interventions, chain);
    this.rollbacks = chain.carried?.rollbacks ?? 0;
    this.toConfirm = chain.carried?.toConfirm ?? undefined;
    this.sale = saleOf(order);
    this.firstTry = new FirstTry(
      this.calls,
      this.sale,
      this.settling,
      interventions,
      chain.carried !== undefined,
    );
    this.what = `${order.package.code} for ${maskMsisdn(order.msisdn)}`;
  }

  /** What the next run goes on from. */
  carriedOver(): CarriedPurchase {
    const { results, rounds } = this.chain;
    const { stop, chargeSent } = this.interventions;
    return {
      purchase: this.record.purchase,
      attention: this.record.attention,
      results,
      rounds,
      inDoubt: this.settling.inDoubt,
      rollbacks: this.rollbacks,
      toConfirm: this.toConfirm ?? null,
      stop: stop ?? null,
      chargeSent,
    };
  }

  /** Step (2). */
  async checkSubscriber(): Promise<StepResult> {
    const summary = `(2) Check ${this.what}`;
    return this.settling.settle({
      step: 'check',
      ...this.localFirst(
        (known) => this.calls.local(summary, (mobifone) => mobifone.checkSubscriber(this.sale, known)),
        (known, patience) =>
          this.calls.gateway(summary, patience, PRIORITY.sale).checkSubscriber(this.sale, known),
        { mayRepeat: true },
      ),
    });
  }

  /** Step (2.2). */
  registerPackage(): Promise<StepResult> {
    const summary = `(2.2) Register ${this.what}`;
    return this.settling.settle({
      step: 'register',
      send: this.firstTry.registration(
        `${summary}, (5.1) charge ${this.sale.amount} VND`,
        (known, patience) =>
          this.calls.gateway(summary, patience, PRIORITY.sale).registerPackage(this.sale, known),
      ),
    });
  }

  /** Step (5.1). */
  chargeSubscriber(): Promise<StepResult> {
    const summary = `(5.1) Charge ${this.sale.amount} VND for ${this.what}`;
    const since = this.firstTry.chargedFrom;
    return this.settling.settle({
      step: 'charge',
      ...(since ? { since } : {}),
      send: this.firstTry.charge((known, patience) =>
        this.calls.gateway(summary, patience, PRIORITY.sale).chargeSubscriber(this.sale, known),
      ),
      decide: (decision) => this.decideCharge(decision),
    });
  }

  /** Step (6.1); comes back when the registration is undone, by MobiFone or by hand. */
  async rollbackRegistration(): Promise<void> {
    await this.undoUntilDone(false);
  }

  /** Step (6.3). */
  async refundNotice(outcome: PurchaseOutcome, refusal: Refusal): Promise<void> {
    const { order } = this.record;
    const occurredAt = this.record.purchase.updatedAt; // the same in each round, and so the notice's bytes
    await this.settling.settle({
      step: 'refund_notice',
      unsettled: 'channel_unreachable',
      send: async (_, patience): Promise<CommandResult> => {
        await this.calls
          .channel(`(6.3) Tell ${order.channel} to refund ${order.externalId}`, patience)
          .noticeRefund(order.channel, {
            id: refundNoticeId(order.purchaseId),
            purchaseId: order.purchaseId,
            externalId: order.externalId,
            outcome,
            refusal,
            amount: order.faceValue,
            occurredAt,
            ...originOf(order),
            ...this.settling.refundOfEarlierRun,
          });
        return { kind: 'done', settledBy: 'reply', attempts: 1 };
      },
    });
  }

  /**
   * After a rollback or a refusal of something that was ever in doubt: MobiFone is asked once more, later, whether it
   * landed all the same, and what landed is rolled back under an id of its own.
   */
  async undoLateEffect(): Promise<void> {
    if (!this.settling.inDoubt) return;
    let found = false;
    let waited = false;
    await this.settling.settle({
      step: 'late_effect_check',
      send: async (_, patience): Promise<CommandResult> => {
        if (!waited)
          await sleep(this.policy.lateEffectWatch, { summary: 'Wait for what may land after all' });
        waited = true;
        found = await this.calls
          .gateway(`(6.1) Did ${this.what} land after all?`, patience, PRIORITY.compensation)
          .findLateEffect(this.sale);
        return { kind: 'done', settledBy: 'inquiry', attempts: 1 };
      },
    });
    if (found) await this.undoUntilDone(true);
  }

  /** A refusal after doubt is not MobiFone's last word (P2): what was sent before it may still land. */
  async undoLateEffectOfRefused(): Promise<void> {
    if (this.policy.gateway) await this.undoLateEffect();
  }

  /**
   * What a person decided while MobiFone was silent: MobiFone is asked until it has answered. A registration that
   * stands after all is rolled back; a charge that was not made is a case for a person.
   */
  async confirmDecision(): Promise<void> {
    const about = this.toConfirm;
    if (!about) return;
    let standing: FinalTransactionState | undefined;
    await this.settling.settle({
      step: 'decision_check',
      send: async (_, patience): Promise<CommandResult> => {
        standing = await this.calls
          .gateway(`Does MobiFone confirm what was decided about the ${about}?`, patience, PRIORITY.question)
          .inquireUntilFinal(this.sale, about);
        return { kind: 'done', settledBy: 'inquiry', attempts: 1 };
      },
    });
    if (about === 'registration' && standing === 'done') return this.undoUntilDone(true);
    if (about === 'charge' && standing && standing !== 'done')
      await openContradictionCase(this.record.order, this.policy, standing);
  }

  rejectionMessage(refusal: Refusal): Promise<StepResult> {
    return this.message('rejection_message', 'sms-rejection', messages.rejection(this.record.order, refusal));
  }

  /** Step (7). */
  transactionMessage(): Promise<StepResult> {
    return this.message(
      'transaction_message',
      'sms-transaction',
      messages.transaction(this.record.order, this.paidAt),
    );
  }

  /** When the paying command was ordered: on record, so that a message that is sent again says the same. */
  private get paidAt(): Date {
    const paying = this.record.order.paymentForm === 'postpaid' ? 'charge' : 'register';
    const step = this.record.purchase.steps.findLast((record) => record.step === paying);
    return new Date(step?.startedAt ?? this.record.order.acceptedAt);
  }

  /** Step (8). */
  successMessage(): Promise<StepResult> {
    return this.message('success_message', 'sms-success', messages.success(this.record.order));
  }

  private message(step: PurchaseStep, transaction: Extract<Transaction, `sms-${string}`>, text: string) {
    const summary = `SMS from 999 to ${maskMsisdn(this.sale.msisdn)}: ${transaction}`;
    const message = { transaction, text };
    return this.settling.settle({
      step,
      ...this.localFirst(
        (known) => this.calls.local(summary, (mobifone) => mobifone.sendMessage(this.sale, message, known)),
        (known, patience) =>
          this.calls.gateway(summary, patience, PRIORITY.paid).sendMessage(this.sale, message, known),
      ),
    });
  }

  /** One try inside the workflow task where that is allowed; what it leaves unsettled becomes a normal activity. */
  private localFirst(
    local: (known: SendOptions) => Promise<CommandResult>,
    durable: Send,
    { mayRepeat }: { mayRepeat: boolean } = { mayRepeat: false },
  ): Pick<StepPlan, 'sendAtOnce' | 'send'> {
    if (!this.calls.mayGoLocal) return { send: durable };
    let isTried = false;
    let left: FailureDetail | undefined;
    return {
      sendAtOnce: async (known) => {
        if (isTried) return undefined;
        isTried = true;
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
        await this.calls.waitAsAsked(retryAfterMs);
        return durable(mayRepeat ? known : { askFirst: true, ...told }, patience);
      },
    };
  }

  private async undoUntilDone(again: boolean): Promise<void> {
    const summary = `(6.1) Roll back ${this.what}${again ? ', which landed late' : ''}`;
    if (!this.record.isRunning('rollback')) this.rollbacks += 1; // one that an earlier run began goes on
    await this.settling.settle({
      step: 'rollback',
      send: (known, patience) =>
        this.calls
          .gateway(summary, patience, PRIORITY.compensation)
          .rollbackRegistration(this.sale, { ...known, again, ordinal: this.rollbacks }),
      decide: (decision) => this.decideRollback(decision),
      refusalNeedsPerson: again ? 'late_effect' : 'rollback_refused',
      onRefused: () => void (this.rollbacks += 1), // MobiFone may keep its refusal under the id that it had
    });
  }

  private async decideCharge(decision: Decision): Promise<{ because: string } | Decided> {
    const standing = await this.standingOf('charge');
    if (decision === 'charge_was_done') {
      if (isSettledAsNotMade(standing)) return { because: `MobiFone answers that the charge is ${standing}` };
      return { result: { kind: 'done' }, ...this.unconfirmed('charge', standing) };
    }
    if (standing === 'done') return { because: 'MobiFone answers that the charge was made' };
    if (decision === 'charge_was_not_done')
      return { result: { kind: 'refused', refusal: 'charge_settled_as_not_done' } };
    return { result: { kind: 'stopped', outcome: 'given_up', refusal: 'given_up_by_operator' } };
  }

  private async decideRollback(decision: Decision): Promise<{ because: string } | Decided> {
    const standing = await this.standingOf('registration');
    if (decision === 'rollback_done_by_hand' && standing === 'done') {
      return { because: 'MobiFone answers that the registration still stands' };
    }
    return { result: { kind: 'done' }, ...this.unconfirmed('registration', standing) };
  }

  /** What MobiFone has not confirmed is asked about for as long as it takes; see `confirmDecision`. */
  private unconfirmed(
    about: 'charge' | 'registration',
    standing: TransactionState,
  ): { unconfirmed?: string } {
    const isSilent = standing === 'no_answer' || standing === 'processing';
    if (!isSilent || !this.policy.gateway) return {};
    this.toConfirm = about;
    return {
      unconfirmed: `MobiFone says nothing of the ${about}: this rests on you alone; MobiFone is asked until it answers`,
    };
  }

  private async standingOf(transaction: Inquirable): Promise<TransactionState> {
    try {
      return await this.calls.once(
        `Ask MobiFone once about the ${transaction}, before the operator's decision is taken`,
        (mobifone) => mobifone.inquireOnce(this.sale, transaction),
      );
    } catch {
      return 'no_answer';
    }
  }
}

/** @param known of the command from earlier rounds */
type Send = (known: SendOptions, patience: number) => Promise<CommandResult | BrokenContract>;

function isSettledAsNotMade(standing: TransactionState): boolean {
  return standing === 'refused' || standing === 'rolled_back' || standing === 'never_received';
}
