import type { PurchaseStep, StepRecord } from './steps';

/** Why a purchase needs a person (design decision 4); meanwhile it keeps retrying what is safe. */
export const ATTENTION_REASONS = {
  no_answer: 'MobiFone has given no result for too long.',
  broken_contract: 'MobiFone’s answer breaks the contract.',
  rollback_refused: 'MobiFone refuses the rollback.',
  channel_unreachable: 'The channel’s webhook does not take the refund notice.',
  workflow_closed:
    'The workflow was terminated or failed; a case about the purchase is opened, which a person settles.',
  late_effect: 'A command took effect late, and MobiFone refuses to undo it.',
  case_not_opened: 'A case cannot be opened, since another workflow has its id.',
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
  retry_now:
    'Try again at once: MobiFone is asked, a refused rollback is ordered once more, a refund notice is delivered again.',
  charge_was_done: 'You state that MobiFone charged: the purchase goes on to success.',
  charge_was_not_done:
    'You state that MobiFone did not charge: the registration is rolled back, the channel refunds.',
  rollback_done_by_hand: 'You state that MobiFone has undone the registration, by our order or by hand.',
  give_up: 'Undo what was done; the channel refunds. It ends as given up.',
} as const;
export type Decision = keyof typeof DECISIONS;
export const DECISION_NAMES = Object.keys(DECISIONS) as [Decision, ...Decision[]]; // the literal's keys

/** What trying again does, by the step that is stuck and why. */
export const RETRIES = {
  ask: 'Ask MobiFone again.',
  ask_or_send: 'Ask MobiFone again; what it has never received is sent again.',
  rollback: 'Order the rollback at MobiFone once more.',
  notice: 'Deliver the refund notice to the channel again.',
  case: 'Ask MobiFone again; where it still denies the charge, the case is opened.',
} as const;
export type Retry = keyof typeof RETRIES;

/** Of a purchase, what says which step is stuck. */
export interface Stuck {
  steps: readonly Pick<StepRecord, 'step' | 'status'>[];
  attention: Pick<Attention, 'step' | 'reason'> | null;
}

/** What trying again does to a purchase as it is now; undefined where nothing is to be tried. */
export function retryOf({ steps, attention }: Stuck): Retry | undefined {
  const step = attention?.step ?? runningSteps(steps).at(-1);
  switch (step) {
    case undefined:
      return undefined;
    case 'refund_notice':
      return 'notice';
    case 'rollback': {
      const isRefused = attention?.reason === 'rollback_refused' || attention?.reason === 'late_effect';
      return isRefused ? 'rollback' : 'ask_or_send';
    }
    case 'decision_check':
      return attention?.reason === 'case_not_opened' ? 'case' : 'ask';
    case 'check':
    case 'late_effect_check':
      return 'ask';
    default:
      return 'ask_or_send';
  }
}

/** What a decision does; to one purchase, or to any. */
export function decisionInWords(decision: Decision, stuck?: Stuck): string {
  const retry = decision === 'retry_now' && stuck ? retryOf(stuck) : undefined;
  return retry ? RETRIES[retry] : DECISIONS[decision];
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

/** The steps at which nothing is to be decided: a machine's answer ends them, and a person can only ask sooner. */
export function waitsForMachine(step: PurchaseStep): boolean {
  return step !== 'refund_notice' && decisionsAt(step).every((one) => one === 'retry_now');
}

/** The decisions that are open to an operator while a step is running. */
export function decisionsAt(step: PurchaseStep): readonly Decision[] {
  return DECIDABLE[step] ?? [];
}

/** What an operator may decide about a purchase now, whichever of its steps it is about. */
export function decisionsOpen(steps: readonly Pick<StepRecord, 'step' | 'status'>[]): Decision[] {
  return [...new Set(runningSteps(steps).flatMap(decisionsAt))];
}
