import { ownEntry } from '../../domain/own-entry';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import type { PersonsAction } from './actions';
import type { RecordedStep } from './steps';
import { STATE_OF_STEP, type StateMove } from './states';

/** How a person's decision ends its step. */
const ENDED_BY_DECISION: Readonly<
  Record<string, { step: PurchaseStep; status: Exclude<StepRecord['status'], 'running'> }>
> = {
  charge_was_done: { step: 'charge', status: 'done' },
  charge_was_not_done: { step: 'charge', status: 'refused' },
  rollback_done_by_hand: { step: 'rollback', status: 'done' },
};

/**
 * Closes steps that have no answer from MobiFone although the purchase has moved on, as the purchase itself does: a person
 * settled the step, or the sale was stopped.
 * @param states the purchase's states with their times, in order
 */
export function settledByPeople(
  steps: readonly RecordedStep[],
  states: readonly StateMove[],
  actions: readonly PersonsAction[],
): RecordedStep[] {
  return steps.map((step) => {
    const left = step.status === 'running' ? leftAt(step.step, states) : undefined;
    if (left === undefined) return step;
    const decided = actions
      .filter(({ result }) => result === 'applied')
      .map(({ decision }) => ownEntry(ENDED_BY_DECISION, decision ?? ''))
      .findLast((ended) => ended?.step === step.step);
    if (decided) return { ...step, status: decided.status, endedAt: left, settledBy: 'operator' };
    return { ...step, status: 'abandoned', endedAt: left };
  });
}

/** When the purchase left the step's state; undefined while it is in it, and for steps without a state. */
function leftAt(step: PurchaseStep, states: readonly StateMove[]): string | undefined {
  const at = states.findIndex(({ state }) => state === STATE_OF_STEP[step]);
  return at < 0 ? undefined : states[at + 1]?.at;
}
