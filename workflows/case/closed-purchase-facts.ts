import { ActivityFailure, ApplicationFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { ClosedPurchasesActivities } from '../../activities/closed-purchases-activities';
import { isClosedEvidence } from '../../domain/case/case';
import { isHalfSold, type ClosedEvidence, type MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { ClosedPurchaseStatus } from '../../domain/case/closed-purchases';
import type { TransactionState } from '../../domain/gateway-verdict';
import { caseId, purchaseWorkflowId } from '../../domain/identifiers';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { ActivityProxies } from '../activity-proxies';
import { askMobifone, notAsked } from '../ask-mobifone';
import type { CaseFacts } from './decisions';
import { HALF_SOLD } from './objection-to-reject';
import type { CaseRecord } from './record';
import { saleOf } from '../../domain/purchase/sale';
import { unsettledAnswer } from './unsettled-answer';

type Answers = Omit<MobifoneAnswers, 'at'>;
type Asked = keyof Answers;

/** The facts about a purchase that was cut off; nothing for a case of another kind. */
export function closedPurchaseOf(
  record: CaseRecord,
  activities: ActivityProxies,
  policy: PurchasePolicy,
): ClosedPurchaseFacts | undefined {
  const { subject, evidence } = record.order;
  if (subject.kind !== 'workflow_closed' || !isClosedEvidence(evidence)) return undefined;
  return new ClosedPurchaseFacts(record, { ...evidence, runId: subject.runId }, activities, policy);
}

/** What MobiFone and Temporal know of a purchase that was cut off; checked before a refund. */
export class ClosedPurchaseFacts implements CaseFacts {
  constructor(
    private readonly record: CaseRecord,
    private readonly closed: ClosedEvidence & { runId: string },
    private readonly activities: ActivityProxies,
    private readonly policy: Pick<PurchasePolicy, 'lateEffectWatch' | 'saleAttemptLimit'>,
  ) {}

  async ask(): Promise<string | undefined> {
    const answers = await this.answers();
    return typeof answers === 'string' ? answers : undefined;
  }

  /**
   * A refund is rejected while anything may still be sold: while the purchase continues after a reset, while MobiFone
   * has the registration or the charge, does not answer, or may still receive what was in flight when the run ended.
   */
  async objection(): Promise<string | undefined> {
    if (this.closed.steps.some(({ step, status }) => step === 'refund_notice' && status === 'done')) {
      return 'the channel has the refund notice of this purchase already';
    }
    const standing = this.objectionOfStanding(await this.purchaseStatus());
    if (standing !== undefined) return standing;
    const answers = await this.answers();
    if (typeof answers === 'string') return answers;
    return (
      this.objectionOf('registration', answers.registration) ??
      this.objectionOf('charge', answers.charge) ??
      this.objectionOfSecond()
    );
  }

  /** While its sale stands half by MobiFone's last answer, unless a newer run has or will have other answers. */
  async objectionToReject(): Promise<string | undefined> {
    const { atMobifone } = this.record.case;
    if (!atMobifone || !isHalfSold(atMobifone)) return undefined;
    const status = await this.purchaseStatus();
    if (status === 'unknown' || status === 'taken') return this.objectionOfStanding(status);
    return LEFT_ALONE.has(status) ? HALF_SOLD : undefined;
  }

  private objectionOfStanding(status: Standing): string | undefined {
    const { channel, externalId, purchaseId } = this.record.order.purchase;
    if (status === 'other_case') {
      const other = caseId(purchaseId, { kind: 'make_good' });
      return `${other} is open, or has refunded the purchase or registered it again: decide there`;
    }
    if (status !== 'taken') return OBJECTIONS[status];
    const workflowId = purchaseWorkflowId(channel, externalId);
    return (
      `a workflow that is not ours has the id of the purchase: terminate it in the Web UI or by ` +
      `\`temporal workflow terminate --workflow-id ${workflowId}\`, then decide again`
    );
  }

  private objectionOf(called: string, answer: TransactionState | undefined): string | undefined {
    const { lateEffectWatch } = this.policy;
    return unsettledAnswer(called, answer, { sent: Date.parse(this.closed.closedAt), lateEffectWatch });
  }

  /** A sale that had succeeded may have been registered again by another case, which may be closed or deleted by now. */
  private async objectionOfSecond(): Promise<string | undefined> {
    if (this.record.order.outcome !== 'succeeded' || !patched('second-registration-of-cut-off'))
      return undefined;
    const second = await this.answer('registration-2');
    if (second === 'not_asked') return notAsked('registration-2');
    return this.objectionOf('second registration', second);
  }

  /**
   * Also about a purchase of which no registration is recorded: whoever takes a task of it can have its history show anything.
   * Histories of before asked where a registration was recorded, or the one activity that may register and charge was under way.
   * @returns why it could not be asked, in words: then the answers of before stay
   */
  private async answers(): Promise<Answers | string> {
    const { purchase } = this.record.order;
    if (!patched('cut-off-purchases-are-asked-about') && !this.hasBegun(purchase)) return {};
    const registration = await this.answer('registration');
    if (registration === 'not_asked') return notAsked('registration');
    // One activity may have sent both commands and been cut off before it reported either.
    const charge = purchase.paymentForm === 'postpaid' ? await this.answer('charge') : undefined;
    if (charge === 'not_asked') return notAsked('charge');
    const answers = { registration, ...(charge === undefined ? {} : { charge }) };
    this.record.addAnswers(answers);
    return answers;
  }

  private hasBegun({ paymentForm }: Pick<PurchaseOrder, 'paymentForm'>): boolean {
    if (this.closed.steps.some(({ step }) => step === 'register')) return true;
    const isAttempted = this.policy.saleAttemptLimit !== undefined && paymentForm === 'postpaid';
    const isOpen = this.closed.steps.some(({ step, status }) => step === 'check' && status === 'running');
    return isAttempted && isOpen && patched('attempts-are-asked-about');
  }

  private answer(transaction: Asked | 'registration-2'): Promise<TransactionState | 'not_asked'> {
    return askMobifone(
      this.activities,
      `Ask MobiFone once about the ${transaction} of a purchase that was cut off`,
      saleOf(this.record.order.purchase),
      transaction,
    );
  }

  private async purchaseStatus(): Promise<Standing> {
    const { channel, externalId, purchaseId } = this.record.order.purchase;
    const { closedStanding } = proxyActivities<ClosedPurchasesActivities>({
      summary: 'Does the purchase go on in a newer run?',
      startToCloseTimeout: '30 seconds',
      retry: { maximumAttempts: 3 },
    });
    try {
      return await closedStanding({ channel, externalId, purchaseId, runId: this.closed.runId });
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure; // a defect of ours
      return failure.cause instanceof ApplicationFailure && failure.cause.type === 'IdTaken'
        ? 'taken'
        : 'unknown';
    }
  }
}

/** `taken`: what runs under the purchase's id is none of ours. */
type Standing = ClosedPurchaseStatus | 'unknown' | 'taken';

/** In these nothing else goes on that could complete or undo the sale. */
const LEFT_ALONE: ReadonlySet<Standing> = new Set<Standing>(['cut_off', 'forgotten', 'other_case']);

const OBJECTIONS: Readonly<Record<Exclude<Standing, 'taken' | 'other_case'>, string | undefined>> = {
  cut_off: undefined,
  newer_cut_off:
    'a newer run of the purchase was cut off as well: decide there, in the case about that run, and close this one',
  goes_on: 'the purchase goes on in a newer run, which tells its channel itself: close the case',
  over: 'the purchase is over in a newer run, which told its channel itself: close the case',
  forgotten: undefined, // deleted, or past retention: no other run notifies the channel
  unknown: 'Temporal does not tell whether the purchase goes on in a newer run; ask again later',
};
