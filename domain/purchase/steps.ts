/** The steps of a purchase with the flow's step numbers, in words for the API and the Web UI. */
export const PURCHASE_STEPS = {
  check: { seed: '2', title: 'Check the subscriber at MobiFone' },
  register: { seed: '2.2', title: 'Register the package at MobiFone' },
  charge: { seed: '5.1', title: 'Charge the subscriber at MobiFone' },
  rollback: { seed: '6.1', title: 'Roll the registration back at MobiFone' },
  refund_notice: { seed: '6.3', title: 'Tell the channel to refund its customer' },
  late_effect_check: { seed: '6.1', title: 'Make sure that nothing landed after all' },
  decision_check: { seed: '5.1', title: 'Have MobiFone confirm what an operator decided' },
  rejection_message: { seed: '4', title: 'Rejection SMS from 999' },
  transaction_message: { seed: '7', title: 'Transaction SMS from 999' },
  success_message: { seed: '8', title: 'Successful-registration SMS from 999' },
} as const satisfies Record<string, { seed: string; title: string }>;

export type PurchaseStep = keyof typeof PURCHASE_STEPS;
export const PURCHASE_STEP_NAMES = Object.keys(PURCHASE_STEPS) as [PurchaseStep, ...PurchaseStep[]]; // literal's keys

/** How far a step has come; `abandoned`: the sale was stopped before the step was settled. */
export const STEP_STATUSES = ['running', 'done', 'refused', 'abandoned'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export interface StepRecord {
  step: PurchaseStep;
  status: StepStatus;
  /** ISO 8601, UTC. */
  startedAt: string;
  endedAt?: string;
  /** What settled it: MobiFone's reply, an inquiry, or a person. */
  settledBy?: SettledBy;
}

export const SETTLED_BY = ['reply', 'inquiry', 'operator'] as const;
export type SettledBy = (typeof SETTLED_BY)[number];

/** What MobiFone has to confirm, because an operator stated it: that it charged, or else that it rolled back. */
export function statedStep(steps: readonly StepRecord[]): 'charge' | 'rollback' {
  const isStated = ({ step, status, settledBy }: StepRecord) =>
    step === 'charge' && status === 'done' && settledBy === 'operator';
  return steps.some(isStated) ? 'charge' : 'rollback';
}

/** What a purchase waits for between two rounds of a step: the name of its timer. */
export function pauseSummary(step: PurchaseStep): string {
  return step === 'refund_notice'
    ? 'Pause before the channel is told again to refund its customer'
    : `Pause before MobiFone is asked again about the ${step}`;
}
