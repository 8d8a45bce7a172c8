import { ActivityFailure, patched, proxyActivities } from '@temporalio/workflow';
import type { ClosedPurchasesActivities } from '../../activities/closed-purchases-activities';
import { isClosedEvidence } from '../../domain/case/case';
import { isHalfSold, type ClosedEvidence, type MobifoneAnswers } from '../../domain/case/closed-evidence';
import type { ClosedPurchaseStatus } from '../../domain/case/closed-purchases';
import type { TransactionState } from '../../domain/gateway-verdict';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import type { PurchaseStep } from '../../domain/purchase/steps';
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
    const goesOn = OBJECTIONS[await this.purchaseStatus()];
    if (goesOn !== undefined) return goesOn;
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
    if (status === 'unknown') return OBJECTIONS.unknown;
    return status === 'cut_off' || status === 'forgotten' ? HALF_SOLD : undefined;
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
   * Nothing is asked about a purchase that never ordered a registration: an order is recorded before it is sent. One activity may
   * check, register and charge, of which the history shows the check alone until it has ended.
   * @returns why it could not be asked, in words: then the answers of before stay
   */
  private async answers(): Promise<Answers | string> {
    const { purchase } = this.record.order;
    if (!this.isOrdered() && !this.mayHaveBegun(purchase)) return {};
    const registration = await this.answer('registration');
    if (registration === 'not_asked') return notAsked('registration');
    // One activity may have sent both commands and been cut off before it reported either.
    const charge = purchase.paymentForm === 'postpaid' ? await this.answer('charge') : undefined;
    if (charge === 'not_asked') return notAsked('charge');
    const answers = { registration, ...(charge === undefined ? {} : { charge }) };
    this.record.addAnswers(answers);
    return answers;
  }

  /** Past retention a continued purchase has lost its first run: then a later step tells that the registration was ordered. */
  private isOrdered(): boolean {
    const { steps } = this.closed;
    if (steps.some(({ step }) => step === 'register')) return true;
    return steps.some(({ step }) => AFTER_REGISTRATION.has(step)) && patched('any-later-step-is-asked-about');
  }

  private mayHaveBegun({ paymentForm }: Pick<PurchaseOrder, 'paymentForm'>): boolean {
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

  private async purchaseStatus(): Promise<ClosedPurchaseStatus | 'unknown'> {
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
      return 'unknown';
    }
  }
}

/** The steps that no purchase comes to before its registration. */
const AFTER_REGISTRATION: ReadonlySet<PurchaseStep> = new Set<PurchaseStep>([
  'charge',
  'rollback',
  'transaction_message',
  'success_message',
  'late_effect_check',
  'decision_check',
]);

const OBJECTIONS: Readonly<Record<ClosedPurchaseStatus | 'unknown', string | undefined>> = {
  cut_off: undefined,
  goes_on: 'the purchase goes on in a newer run, which tells its channel itself: close the case',
  over: 'the purchase is over in a newer run, which told its channel itself: close the case',
  forgotten: undefined, // deleted, or past retention: no other run notifies the channel
  unknown: 'Temporal does not tell whether the purchase goes on in a newer run; ask again later',
};
