import { ActivityFailure, ApplicationFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { ClosedPurchasesActivities } from '../../activities/closed-purchases-activities';
import { isClosedEvidence } from '../../domain/case/case';
import { isHalfSold, type ClosedEvidence, type MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { ClosedPurchaseStatus } from '../../domain/case/closed-purchases';
import type { TransactionState } from '../../domain/gateway-verdict';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { ActivityProxies } from '../activity-proxies';
import { askMobifone, notAsked } from '../ask-mobifone';
import type { CaseFacts } from './decisions';
import { HALF_SOLD } from './objection-to-reject';
import type { CaseRecord } from './record';
import { saleOf } from '../../domain/purchase/sale';

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
      this.objectionOf('registration', answers.registration) ?? this.objectionOf('charge', answers.charge)
    );
  }

  /** While its sale stands half by MobiFone's last answer, unless a newer run has or will have other answers. */
  async objectionToReject(): Promise<string | undefined> {
    const { atMobifone } = this.record.case;
    if (!atMobifone || !isHalfSold(atMobifone)) return undefined;
    const status = await this.purchaseStatus();
    if (status === 'unknown' || status === 'taken') return this.objectionOfStanding(status);
    return status === 'cut_off' || status === 'forgotten' ? HALF_SOLD : undefined;
  }

  private objectionOfStanding(status: Standing): string | undefined {
    if (status !== 'taken') return OBJECTIONS[status];
    const { channel, externalId } = this.record.order.purchase;
    const workflowId = purchaseWorkflowId(channel, externalId);
    return (
      `a workflow that is not ours has the id of the purchase: terminate it in the Web UI or by ` +
      `\`temporal workflow terminate --workflow-id ${workflowId}\`, then decide again`
    );
  }

  private objectionOf(transaction: Asked, answer: TransactionState | undefined): string | undefined {
    switch (answer) {
      case 'done':
        return `MobiFone answers that the ${transaction} stands`;
      case 'processing':
        return `MobiFone is still processing the ${transaction}; ask again later`;
      case 'no_answer':
        return `MobiFone does not answer about the ${transaction}; ask again later`;
      case 'never_received': {
        const until = Date.parse(this.closed.closedAt) + this.policy.lateEffectWatch;
        if (Date.now() >= until) return undefined;
        return `MobiFone has not received the ${transaction}, which may still arrive until ${new Date(until).toISOString()}`;
      }
      default:
        return undefined;
    }
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

  private answer(transaction: Asked): Promise<TransactionState | 'not_asked'> {
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

const OBJECTIONS: Readonly<Record<Exclude<Standing, 'taken'>, string | undefined>> = {
  cut_off: undefined,
  goes_on: 'the purchase goes on in a newer run, which tells its channel itself: close the case',
  over: 'the purchase is over in a newer run, which told its channel itself: close the case',
  forgotten: undefined, // deleted, or past retention: no other run notifies the channel
  unknown: 'Temporal does not tell whether the purchase goes on in a newer run; ask again later',
};
