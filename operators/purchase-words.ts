import type { Language } from '../domain/bilingual';
import type { CaseDecision, CaseKind, CaseState } from '../domain/case/case';
import type { TransactionState } from '../domain/gateway-verdict';
import { isNameIn, ownEntry } from '../domain/own-entry';
import { formatLocalClock } from '../domain/local-time';
import type { DeliveryStatus, NoticeType } from '../domain/notice/notice';
import { retryOf, type AttentionReason, type Stuck } from '../domain/purchase/attention';
import type { OperationResult, OperatorAct } from '../domain/purchase/operator-acts';
import { REASONS, type ReasonCode } from '../domain/purchase/reasons';
import type { PurchaseState } from '../domain/purchase/states';
import { PURCHASE_STEPS, type PurchaseStep } from '../domain/purchase/steps';
import { ENGLISH } from './english';
import type { OperatorWords } from './operator-words';
import type { ToldEvent } from './step-endings';
import type { PendingCall, PersonsAct } from './timeline';
import { ToldInWords } from './told-in-words';
import { VIETNAMESE } from './vietnamese';

/** What a purchase's history says, in words: the same at the terminal and at the desk. */
export class PurchaseWords {
  private readonly words: OperatorWords;
  private readonly told: ToldInWords;

  constructor(private readonly language: Language) {
    this.words = language === 'vi' ? VIETNAMESE : ENGLISH;
    this.told = new ToldInWords(language, this.words);
  }

  state(state: PurchaseState): string {
    return this.words.states[state];
  }

  reason(reason: ReasonCode): string {
    return REASONS[reason][this.language];
  }

  /** @param stated what an operator stated, where it is known: the step in which MobiFone confirms it is named by that */
  step(step: PurchaseStep, stated?: 'charge' | 'rollback'): string {
    if (step !== 'decision_check' || stated === undefined)
      return `(${PURCHASE_STEPS[step].seed}) ${this.words.steps[step]}`;
    return `(${PURCHASE_STEPS[stated].seed}) ${this.words.confirms[stated]}`;
  }

  /** A step in a word or two, where what it does is said beside it. */
  shortStep(step: PurchaseStep): string {
    return `(${PURCHASE_STEPS[step].seed}) ${this.words.shortSteps[step]}`;
  }

  attention(reason: AttentionReason): string {
    return this.words.attention[reason];
  }

  /** What an act does; to this purchase, or to any. */
  act(act: OperatorAct, stuck?: Stuck): string {
    const retry = act === 'retry' && stuck ? retryOf(stuck) : undefined;
    return retry ? this.words.retries[retry] : this.words.acts[act];
  }

  transactionState(state: TransactionState): string {
    return this.words.transactionStates[state];
  }

  delivery(status: DeliveryStatus): string {
    return this.words.deliveries[status];
  }

  notice(type: NoticeType): string {
    const { refund, caseRefund, state, batch } = this.words.noticeTypes;
    if (type === 'purchase.refund_due') return refund;
    if (type === 'purchase.case_refund_due') return caseRefund;
    if (type === 'batch.completed') return batch.completed;
    if (type === 'batch.cancelled') return batch.cancelled;
    const name = type.slice(type.indexOf('.') + 1);
    return state(isNameIn(this.words.states, name) ? this.words.states[name] : name);
  }

  caseKind(kind: CaseKind): string {
    return this.words.caseKinds[kind];
  }

  caseState(state: CaseState): string {
    return this.words.caseStates[state];
  }

  caseDecision(decision: CaseDecision): string {
    return this.words.caseDecisions[decision];
  }

  /** How Temporal ended a workflow. @param status its word for it, in lower case */
  workflowEnd(status: string): string {
    return ownEntry(this.words.workflowEnds, status) ?? status;
  }

  event({ event, ending, stated }: ToldEvent): string {
    if (event.kind === 'step') return `${this.step(event.step, stated)}: ${this.words.endings[ending]}`;
    return `${this.state(event.state)}${event.reason ? ` – ${this.reason(event.reason)}` : ''}`;
  }

  pending({ call, attempt, lastFailure, nextAttemptAt }: PendingCall): string {
    const name = ownEntry(this.words.calls, call) ?? this.words.otherCall;
    const clock = nextAttemptAt && formatLocalClock(new Date(nextAttemptAt));
    const cause = lastFailure && (this.cause(lastFailure) ?? null);
    const isRepeatedCommand = attempt > 1 && COMMANDS.has(call);
    const counted = call === 'noticeRefund' ? null : attempt; // its log counts those of all rounds
    return this.words.pending({ call: name, attempt: counted, isRepeatedCommand, clock, cause });
  }

  /** Why a call has not succeeded, from its failure or the reason of a refusal; undefined where nobody has words for it. */
  cause(detail: string): string | undefined {
    return this.told.cause(detail);
  }

  /** Why something was not done, as a workflow or a client has said it. */
  refusal(because: string): string {
    return this.told.refusal(because);
  }

  /** Why a case was opened or a decision made: a machine's reason in the reader's language, a person's as it was written. */
  why(why: string): string {
    return this.told.why(why);
  }

  /** A line of a case's or a break's log. */
  logged(what: string): string {
    return this.told.logged(what);
  }

  /** The last line of a case's or a break's log, of one that is closed: how it was. */
  ending(what: string): string {
    return this.told.ending(what);
  }

  /** @param what in words, or as the history names what was done to the workflow itself */
  personsAct({ what, by, why, reference, notApplied }: PersonsAct): string {
    const { did, somebody, notAppliedTo, toWorkflow } = this.words;
    const outcome = notApplied === null ? '' : notAppliedTo(this.refusal(notApplied));
    const ticket = reference === null ? '' : ` [${reference}]`;
    return did(
      ownEntry(toWorkflow, what) ?? what,
      by ?? somebody,
      why === null ? '' : `: ${this.why(why)}`,
      ticket,
      outcome,
    );
  }

  /** Why an act was not done. */
  whyNot(result: Exclude<OperationResult, { kind: 'applied' }>): string {
    switch (result.kind) {
      case 'not_applied':
        return this.words.notApplied(this.refusal(result.because));
      case 'refused':
        return this.words.refused(this.refusal(result.because));
      case 'not_found':
        return this.words.notRunning;
    }
  }
}

/** The activities of a command that moves money or undoes it. */
const COMMANDS: ReadonlySet<string> = new Set([
  'registerPackage',
  'chargeSubscriber',
  'rollbackRegistration',
  'registerAgain',
]);
