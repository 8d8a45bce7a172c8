import type { PurchaseStep, StepRecord } from './steps';

/** Why a purchase needs a person (design decision 4); meanwhile it keeps retrying what is safe. */
export const ATTENTION_REASONS = {
  no_answer: 'MobiFone has not answered for longer than patience allows.',
  broken_contract: 'MobiFone answered with something that its contract does not allow.',
  rollback_refused: 'MobiFone refuses to roll the registration back.',
  channel_unreachable: 'The channel’s webhook does not take the refund notice.',
  workflow_closed:
    'The workflow was terminated or failed; a case about the purchase is opened, which a person settles.',
  late_effect: 'A command took effect at MobiFone after its rollback and could not be undone again.',
  case_open: 'A purchase that is over turned out wrong; a person decides how it is put right.',
} as const;
export type AttentionReason = keyof typeof ATTENTION_REASONS;

export interface Attention {
  reason: AttentionReason;
  step: PurchaseStep;
  /** ISO 8601, UTC. */
  since: string;
  /** The last failure in words, without personal data. */
  detail: string;
}

/** What an operator may decide about the step that is stuck. */
export const DECISIONS = {
  retry_now: 'Ask MobiFone again at once instead of waiting.',
  charge_was_done: 'MobiFone confirms that the charge was made: the purchase goes on to success.',
  charge_was_not_done: 'MobiFone confirms that no charge was made: the registration is rolled back.',
  rollback_done_by_hand: 'The registration was undone by hand: the rollback is closed.',
  give_up: 'Stop the sale, undo what was done, refund the customer.',
} as const;
export type Decision = keyof typeof DECISIONS;
export const DECISION_NAMES = Object.keys(DECISIONS) as [Decision, ...Decision[]]; // the literal's keys

/** Whether asking again means that the notice is delivered to the channel again, and MobiFone is not asked. */
export function retriesNotice(running: readonly PurchaseStep[]): boolean {
  return running.length > 0 && running.every((step) => step === 'refund_notice');
}

/** What a decision does while these steps are running. */
export function decisionInWords(decision: Decision, running: readonly PurchaseStep[]): string {
  return decision === 'retry_now' && retriesNotice(running)
    ? 'Deliver the refund notice to the channel again at once instead of waiting.'
    : DECISIONS[decision];
}

/** The steps of a purchase that are running. */
export function runningSteps(steps: readonly Pick<StepRecord, 'step' | 'status'>[]): PurchaseStep[] {
  return steps.filter(({ status }) => status === 'running').map(({ step }) => step);
}

/** The one table of what may be decided at which step; anything else would break an invariant. */
const DECIDABLE: Partial<Record<PurchaseStep, readonly Decision[]>> = {
  check: ['retry_now', 'give_up'],
  register: ['retry_now', 'give_up'],
  charge: ['retry_now', 'charge_was_done', 'charge_was_not_done', 'give_up'],
  rollback: ['retry_now', 'rollback_done_by_hand'],
  late_effect_check: ['retry_now'],
  decision_check: ['retry_now'],
  refund_notice: ['retry_now'],
  rejection_message: ['retry_now'],
  transaction_message: ['retry_now'],
  success_message: ['retry_now'],
};

/** The decisions that are open to an operator while a step is running. */
export function decisionsAt(step: PurchaseStep): readonly Decision[] {
  return DECIDABLE[step] ?? [];
}

/** What an operator may decide about a purchase now, whichever of its steps it is about. */
export function decisionsOpen(steps: readonly Pick<StepRecord, 'step' | 'status'>[]): Decision[] {
  return [...new Set(runningSteps(steps).flatMap(decisionsAt))];
}
