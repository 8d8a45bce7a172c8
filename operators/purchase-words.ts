import type { Language } from '../domain/bilingual';
import {
  CASE_DECISIONS,
  CASE_KINDS,
  CASE_STATES,
  type CaseDecision,
  type CaseKind,
  type CaseState,
} from '../domain/case/case';
import type { DeliveryStatus } from '../domain/notice/notice';
import type { TransactionState } from '../domain/gateway-verdict';
import { formatLocalClock } from '../domain/local-time';
import { ATTENTION_REASONS, retriesNotice, type AttentionReason } from '../domain/purchase/attention';
import type { PurchaseEvent } from '../domain/purchase/events';
import { actInWords, type OperationResult, type OperatorAct } from '../domain/purchase/operator-acts';
import { REASON_CODES, REASONS, type ReasonCode } from '../domain/purchase/reasons';
import type { PurchaseState } from '../domain/purchase/states';
import { PURCHASE_STEPS, type PurchaseStep, type StepStatus } from '../domain/purchase/steps';
import type { PendingCall, PersonsAct } from './timeline';
import { VIETNAMESE } from './vietnamese';

/** What a purchase's history says, in words: the same at the terminal and at the desk. */
export class PurchaseWords {
  constructor(private readonly language: Language) {}

  state(state: PurchaseState): string {
    return this.language === 'vi' ? VIETNAMESE.states[state] : state;
  }

  reason(reason: ReasonCode): string {
    return REASONS[reason][this.language];
  }

  step(step: PurchaseStep): string {
    const { seed, title } = PURCHASE_STEPS[step];
    return `(${seed}) ${this.language === 'vi' ? VIETNAMESE.steps[step] : title}`;
  }

  stepStatus(status: StepStatus): string {
    return this.language === 'vi' ? VIETNAMESE.stepStatuses[status] : status;
  }

  attention(reason: AttentionReason): string {
    return this.language === 'vi' ? VIETNAMESE.attention[reason] : ATTENTION_REASONS[reason];
  }

  /** What an act does while these steps are running. */
  act(act: OperatorAct, running: readonly PurchaseStep[]): string {
    if (this.language === 'en') return actInWords(act, running);
    return act === 'retry' && retriesNotice(running) ? VIETNAMESE.retryNotice : VIETNAMESE.acts[act];
  }

  transactionState(state: TransactionState): string {
    return this.language === 'vi' ? VIETNAMESE.transactionStates[state] : TRANSACTION_STATES[state];
  }

  delivery(status: DeliveryStatus): string {
    return this.language === 'vi' ? VIETNAMESE.deliveries[status] : status;
  }

  caseKind(kind: CaseKind): string {
    return this.language === 'vi' ? VIETNAMESE.caseKinds[kind] : CASE_KINDS[kind];
  }

  caseState(state: CaseState): string {
    return this.language === 'vi' ? VIETNAMESE.caseStates[state] : CASE_STATES[state].meaning;
  }

  caseDecision(decision: CaseDecision): string {
    return this.language === 'vi' ? VIETNAMESE.caseDecisions[decision] : CASE_DECISIONS[decision];
  }

  event(event: PurchaseEvent): string {
    if (event.kind === 'step') return `${this.step(event.step)}: ${this.stepStatus(event.status)}`;
    return `${this.state(event.state)}${event.reason ? ` – ${this.reason(event.reason)}` : ''}`;
  }

  pending({ call, attempt, lastFailure, nextAttemptAt }: PendingCall): string {
    const clock = nextAttemptAt && formatLocalClock(new Date(nextAttemptAt));
    if (this.language === 'vi') {
      const when = clock ? `lần tiếp theo lúc ${clock}` : 'đang gọi';
      return `${call}: lần thử ${attempt}, ${when}${lastFailure ? `; lỗi gần nhất: ${lastFailure}` : ''}`;
    }
    const when = clock ? `next at ${clock}` : 'under way';
    return `${call}: attempt ${attempt}, ${when}${lastFailure ? `; last failure: ${lastFailure}` : ''}`;
  }

  /** Why a step is stuck, as it was recorded: a sentence, or the reason of a refusal. */
  attentionDetail(detail: string): string {
    const reason = REASON_CODES.find((code) => code === detail);
    return reason ? this.reason(reason) : detail;
  }

  personsAct({ what, by, why, reference, notApplied }: PersonsAct): string {
    const isVi = this.language === 'vi';
    const ticket = reference === null ? '' : ` [${reference}]`;
    const outcome = notApplied === null ? '' : `; ${isVi ? 'không áp dụng' : 'not applied'}: ${notApplied}`;
    const who = by ?? (isVi ? 'không rõ ai' : 'somebody');
    return `${what} ${isVi ? 'bởi' : 'by'} ${who}${why === null ? '' : `: ${why}`}${ticket}${outcome}`;
  }

  /** Why an act was not done. */
  whyNot(result: Exclude<OperationResult, { kind: 'applied' }>): string {
    const isVi = this.language === 'vi';
    switch (result.kind) {
      case 'not_applied':
        return `${isVi ? 'Không áp dụng' : 'Not applied'}: ${result.because}.`;
      case 'refused':
        return `${isVi ? 'Bị từ chối' : 'Refused'}: ${result.because}.`;
      case 'not_found':
        return isVi ? 'Không có giao dịch nào như vậy đang chạy.' : 'There is no such running purchase.';
    }
  }
}

const TRANSACTION_STATES: Readonly<Record<TransactionState, string>> = {
  done: 'done, and in effect',
  refused: 'refused',
  rolled_back: 'rolled back',
  never_received: 'never received by MobiFone',
  processing: 'MobiFone is still processing it',
  no_answer: 'no answer that can be used',
};
