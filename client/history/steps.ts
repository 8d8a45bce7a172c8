import {
  refundNoticeId,
  rollbackTransaction,
  transactionId,
  type PurchaseId,
  type Transaction,
} from '../../domain/identifiers';
import { ownEntry } from '../../domain/own-entry';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import type { RecordedCall } from './recorded-calls';

/** The step of an activity; side inquiries belong to no step. */
const STEP_OF_ACTIVITY: Readonly<Record<string, PurchaseStep>> = {
  checkSubscriber: 'check',
  registerPackage: 'register',
  chargeSubscriber: 'charge',
  rollbackRegistration: 'rollback',
  noticeRefund: 'refund_notice',
  findLateEffect: 'late_effect_check',
  inquireUntilFinal: 'decision_check',
};
const STEP_OF_MESSAGE: Readonly<Record<string, PurchaseStep>> = {
  'sms-rejection': 'rejection_message',
  'sms-transaction': 'transaction_message',
  'sms-success': 'success_message',
};
const TRANSACTION_OF_STEP: Readonly<Record<PurchaseStep, Transaction | null>> = {
  check: 'check',
  register: 'registration',
  charge: 'charge',
  rollback: 'rollback',
  refund_notice: null,
  late_effect_check: null,
  decision_check: null,
  rejection_message: 'sms-rejection',
  transaction_message: 'sms-transaction',
  success_message: 'sms-success',
};

/** A step, with what only the history contains. */
export interface RecordedStep extends StepRecord {
  /** Attempts in the history, including local ones inside a workflow task. */
  attempts: number;
  /** The id that MobiFone (or the channel) knows; null if the step sends none. */
  transactionId: string | null;
}

/** Adds attempts and transaction ids from the history to the steps of a finished purchase. */
export function withAttempts(
  purchaseId: PurchaseId,
  steps: readonly StepRecord[],
  calls: readonly RecordedCall[],
): RecordedStep[] {
  const rollbacks = steps.filter(({ step }) => step === 'rollback');
  return steps.map((step) => {
    const again = step.step === 'rollback' && rollbacks.indexOf(step) > 0;
    const own = calls.filter((call) => isCallOf(call, step.step, again));
    const attempts = own.reduce((sum, call) => sum + call.attempts, triesInTask(step, steps, calls));
    const last = step.step === 'rollback' ? ordinalOf(own.at(-1), again) : undefined;
    return { ...step, attempts, transactionId: idOf(purchaseId, step.step, last) };
  });
}

/** The steps of a purchase without a result, because it runs or was ended from outside, from its history. */
export function stepsFromCalls(purchaseId: PurchaseId, calls: readonly RecordedCall[]): RecordedStep[] {
  const begun = new Map<string, StepRecord>();
  for (const call of calls) {
    const step = stepOf(call);
    if (!step) continue;
    const key = `${step} ${isSecondRollback(call)}`;
    const known = begun.get(key);
    begun.set(key, { ...asRecord(call, step), ...(known ? { startedAt: known.startedAt } : {}) });
  }
  return withAttempts(purchaseId, [...begun.values()], calls);
}

function isCallOf(call: RecordedCall, step: PurchaseStep, again: boolean): boolean {
  return stepOf(call) === step && isSecondRollback(call) === again;
}

function stepOf({ activity, input }: RecordedCall): PurchaseStep | undefined {
  if (activity !== 'sendMessage') return ownEntry(STEP_OF_ACTIVITY, activity);
  const message = input?.[1] as { transaction: string } | undefined; // as the workflow calls it
  return message && ownEntry(STEP_OF_MESSAGE, message.transaction);
}

function isSecondRollback({ activity, input }: RecordedCall): boolean {
  if (activity !== 'rollbackRegistration') return false;
  return (input?.[1] as { again?: boolean } | undefined)?.again === true; // as the workflow calls it
}

/** A local attempt of a message is recorded without its text; each message has at most one. */
function triesInTask(step: StepRecord, steps: readonly StepRecord[], calls: readonly RecordedCall[]): number {
  const messages = steps.filter((other) => other.step.endsWith('_message'));
  const place = messages.indexOf(step);
  const tries = calls.filter(({ activity, input }) => activity === 'sendMessage' && input === null).length;
  return place >= 0 && place < tries ? 1 : 0;
}

function asRecord(call: RecordedCall, step: PurchaseStep): StepRecord {
  const { startedAt, endedAt, completed, result } = call;
  if (!completed || endedAt === null) return { step, status: 'running', startedAt };
  const settlement = (typeof result === 'object' ? result : null) as Partial<StepRecord> & { kind?: string }; // a `CommandResult`, or nothing
  if (isCommand(step) && settlement?.kind === undefined) return { step, status: 'running', startedAt }; // no answer of ours
  const refused = settlement?.kind === 'refused';
  if (refused && step === 'rollback') return { step, status: 'running', startedAt }; // it is retried until it succeeds
  const status = refused ? 'refused' : 'done';
  const { settledBy } = settlement ?? {};
  return { step, status, startedAt, endedAt, ...(settledBy ? { settledBy } : {}) };
}

/** What MobiFone answers, of which a result tells the kind. */
function isCommand(step: PurchaseStep): boolean {
  return TRANSACTION_OF_STEP[step] !== null;
}

/** The ordinal of a rollback; after one that MobiFone refused comes the next. */
function ordinalOf(call: RecordedCall | undefined, again: boolean): number {
  const options = call?.input?.[1] as { ordinal?: number } | undefined; // as the workflow calls it
  return options?.ordinal ?? (again ? 2 : 1);
}

function idOf(purchaseId: PurchaseId, step: PurchaseStep, rollback: number | undefined): string | null {
  if (step === 'refund_notice') return refundNoticeId(purchaseId);
  const transaction = rollback === undefined ? TRANSACTION_OF_STEP[step] : rollbackTransaction(rollback);
  return transaction && transactionId(purchaseId, transaction);
}
