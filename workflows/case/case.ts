import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  executeChild,
  patched,
} from '@temporalio/workflow';
import type { Reregistration, SendOptions } from '../../activities/gateway-activities';
import { CASE_MEMO } from '../../domain/case/protocol';
import { isCaseOver, type Case, type CaseOrder } from '../../domain/case/case';
import { GATEWAY_FAILURES } from '../../domain/command-result';
import { maskMsisdn } from '../../domain/msisdn';
import { NOTICE_WORKFLOW, noticeWorkflowId } from '../../domain/notice/protocol';
import type { AddressedNotice } from '../../domain/notice/notice';
import type { PurchasePolicy } from '../../domain/purchase/purchase';
import { REASONS } from '../../domain/purchase/reasons';
import { requireReadable } from '../../domain/refused-input';
import { isLaterRun } from '../later-run';
import { ActivityProxies, detailOf } from '../activity-proxies';
import { askMobifone, notAsked } from '../ask-mobifone';
import { CaseDecisions } from './decisions';
import { standingDenial } from './objection-to-reject';
import { CaseRecord } from './record';
import { caseRefundNotice } from './refund';
import { closedPurchaseOf, type ClosedPurchaseFacts } from './closed-purchase-facts';
import type { notice } from '../notice/notice';
import { noticeChild } from '../notice/child';
import { grownPauseMs, MAX_PAUSE_MS, patienceMs, longestPauseMs } from '../rounds';
import { saleOf } from '../../domain/purchase/sale';
import { PRIORITY } from '../../domain/priority';
import { requireCaseInput } from '../start-inputs';
import { unsettledAnswer } from './unsettled-answer';

/** The pause before a refund notice that was not delivered in three days is sent again, unless a person asks sooner. */
const NOTICE_PAUSE_MS = 24 * 60 * 60 * 1000;

/**
 * A purchase that is over and turned out wrong, until a person has corrected it. It does nothing by itself; what was
 * decided is carried out and never given up. A cancellation by Temporal names no person and no reason, so it is ignored.
 */
export async function purchaseCase(order: CaseOrder, policy: PurchasePolicy): Promise<Case> {
  requireCaseInput(order, policy);
  const record = new CaseRecord(order);
  const making = new MakingGood(record, policy);
  making.decisions.listen();
  return CancellationScope.nonCancellable(async () => {
    if (order.subject.kind === 'workflow_closed') await making.ask();
    while (!isCaseOver(record.state)) {
      if (record.state === 'refunding') await making.refund();
      else if (record.state === 're_registering') await making.registerAgain();
      else await condition(() => record.state !== 'open');
    }
    await condition(allHandlersFinished);
    return record.case;
  });
}

/** The two corrections for a customer who paid and got nothing: a refund, or a second registration. */
class MakingGood {
  readonly decisions: CaseDecisions;
  private readonly activities: ActivityProxies;
  private readonly closed: ClosedPurchaseFacts | undefined;
  /** What is known of the second registration from earlier rounds and decisions. */
  private known: SendOptions;
  private hasRegisteredAgain = false;
  /** When this run first asked about a second registration of an earlier one. */
  private firstAsked: number | undefined;

  constructor(
    private readonly record: CaseRecord,
    private readonly policy: PurchasePolicy,
  ) {
    this.known = {
      askFirst: this.isLater() || record.order.again === true,
    };
    this.activities = new ActivityProxies(record.order.purchase, policy);
    this.closed = closedPurchaseOf(record, this.activities, policy);
    this.decisions = new CaseDecisions(record, {
      objection: () => this.closed?.objection() ?? this.objection(),
      objectionToReject: () => this.closed?.objectionToReject() ?? standingDenial(record, this.activities),
      ask: () => this.ask(),
    });
  }

  /**
   * Asks MobiFone for the state of a purchase that was cut off.
   * @returns why it could not be asked; nothing when it was
   */
  async ask(): Promise<string | undefined> {
    return this.closed?.ask();
  }

  /** Delivers the one refund notice of the case until the channel has it (I5). */
  async refund(): Promise<void> {
    const { order } = this.record;
    const { channel } = order.purchase;
    const decidedAt = this.record.case.log.at(-1)?.at ?? order.openedAt; // the same in each round
    const addressed: AddressedNotice = { channel, notice: caseRefundNotice(order, decidedAt) };
    for (;;) {
      const detail = await this.deliver(addressed);
      if (detail === undefined) return this.record.moveTo('refunded', `${channel} has the refund notice`);
      this.record.raiseAttention('channel_unreachable', detail);
      await this.decisions.pause(NOTICE_PAUSE_MS, `Wait to tell ${channel} again`);
    }
  }

  /** Registers the package once more until MobiFone has it or refuses it for good. */
  async registerAgain(): Promise<void> {
    this.hasRegisteredAgain = true;
    for (let round = 0; ; round += 1) {
      const answer = await this.askToRegister(round);
      if (!answer) continue;
      switch (answer.kind) {
        case 'done':
          return this.record.moveTo('re_registered', 'MobiFone has registered the package again');
        case 'stands':
          return this.record.moveTo(
            'open',
            'nothing was sent: MobiFone answers that the first registration stands',
          );
        case 'refunded':
          return this.record.moveTo('open', 'nothing was sent: the channel has been told to refund');
        case 'refused':
          return this.record.moveTo('open', `MobiFone refused: ${REASONS[answer.refusal].en}`);
      }
    }
  }

  /** Nothing when the round settled nothing; the next one asks first (design decision 2). */
  private async askToRegister(round: number): Promise<Reregistration | undefined> {
    const { purchase } = this.record.order;
    const { known } = this;
    this.known = { ...known, askFirst: true };
    const patience = patienceMs(this.policy, round);
    try {
      return await this.activities
        .gateway(
          `Register ${purchase.package.code} for ${maskMsisdn(purchase.msisdn)} again`,
          patience,
          PRIORITY.compensation,
        )
        .registerAgain(saleOf(purchase), { ...known, knowsRefunded: true });
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours: the workflow task must not go on
      const { retryAfterMs = 0, triedMs: _, ...told } = detailOf(failure);
      this.known = { askFirst: true, ...told };
      const type = failure.cause instanceof ApplicationFailure ? failure.cause.type : undefined;
      if (type === GATEWAY_FAILURES.toBeSent && round === 0) return undefined; // the next round sends it
      const broken = type === GATEWAY_FAILURES.brokenContract;
      this.record.raiseAttention(
        broken ? 'broken_contract' : 'no_answer',
        failure.cause?.message ?? failure.message,
      );
      const grown = grownPauseMs(this.policy, round);
      const longest = longestPauseMs(round);
      const isLong = longest > MAX_PAUSE_MS;
      const pauseMs = Math.max(isLong ? longest : Math.min(grown, patience, longest), retryAfterMs);
      await this.decisions.pause(pauseMs, 'Pause before MobiFone is asked again');
      return undefined;
    }
  }

  /** @returns why the channel does not have the notice; nothing when it has */
  private async deliver(addressed: AddressedNotice): Promise<string | undefined> {
    try {
      const log = await executeChild<typeof notice>(NOTICE_WORKFLOW, noticeChild(addressed, this.policy));
      requireReadable(log);
      if (log.standing === 'delivered') return undefined;
      return log.attempts.at(-1)?.detail ?? 'it was not tried';
    } catch (failure) {
      if (failure instanceof WorkflowExecutionAlreadyStartedError)
        return `it is being sent again by hand, or ${noticeWorkflowId(addressed.notice.id)} is not ours`;
      if (failure instanceof ChildWorkflowFailure) return 'its delivery was ended from outside';
      throw failure;
    }
  }

  /** MobiFone's objection to a refund: a customer who has the package is owed nothing. Silence is no objection. */
  private async objection(): Promise<string | undefined> {
    const first = await this.stateOf('registration', 'registration');
    if (first === 'not_asked') return notAsked('registration');
    if (first === 'done') return 'MobiFone answers that the registration stands';
    if (!this.mayHaveRegisteredAgain()) return undefined;
    const sent = this.sentElsewhere();
    const second = await this.stateOf('registration-2', 'second registration');
    if (second === 'not_asked') return notAsked('registration-2');
    const called = 'second registration';
    if (sent === undefined || !patched('second-registration-may-arrive'))
      return second === 'done' ? `MobiFone answers that the ${called} stands` : undefined;
    return unsettledAnswer(called, second, { sent, lateEffectWatch: this.policy.lateEffectWatch });
  }

  /** When another run may have sent the second registration at the latest; this run knows what became of its own. */
  private sentElsewhere(): number | undefined {
    if (this.isLater()) return (this.firstAsked ??= Date.now()); // a reset run does not know when it began
    return this.record.order.again === true ? Date.parse(this.record.order.openedAt) : undefined;
  }

  /** Whether this case, a run of it before a reset, or the case that was opened before may have registered again. */
  private mayHaveRegisteredAgain(): boolean {
    if (this.isLater()) return patched('second-registration-asked');
    const inItsRun = this.hasRegisteredAgain || this.record.order.again === true;
    return inItsRun && patched('second-registration-asked-in-its-run');
  }

  private stateOf(transaction: 'registration' | 'registration-2', called: string) {
    const { purchase } = this.record.order;
    const what = `Ask MobiFone once about the ${called}, before the refund is taken up`;
    return askMobifone(this.activities, what, saleOf(purchase), transaction);
  }

  private isLater(): boolean {
    const { order, begunAtMs } = this.record;
    return isLaterRun({ at: order.openedAt, begunAtMs, memoKey: CASE_MEMO });
  }
}
