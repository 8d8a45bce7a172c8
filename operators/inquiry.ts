import type { MobifoneAnswers } from '../domain/case/closed-evidence';
import type { OperatorAct } from '../domain/purchase/operator-acts';

/**
 * Whether an act moves money, or leaves it moved, on a person's word alone: the act states a fact about MobiFone that
 * MobiFone's answer does not.
 * @param answers undefined when MobiFone was not asked
 */
export function restsOnThePerson(act: OperatorAct, answers: MobifoneAnswers | undefined): boolean {
  switch (act) {
    case 'charge-done':
      return answers?.charge !== 'done';
    case 'charge-not-done':
      return !isUndone(answers?.charge);
    case 'rollback-done':
      return !isUndone(answers?.registration);
    case 'retry':
    case 'give-up': // undoes what stands, and asks MobiFone itself
    case 'cancel':
      return false;
  }
}

/**
 * Whether MobiFone states the opposite of what an act would state: the purchase does not apply such a decision.
 * @param charging whether the charge is the step that is decided about
 */
export function isContradicted(
  act: OperatorAct,
  answers: MobifoneAnswers | undefined,
  charging: boolean,
): boolean {
  switch (act) {
    case 'charge-done':
      return isUndone(answers?.charge) || answers?.charge === 'never_received';
    case 'charge-not-done':
      return answers?.charge === 'done';
    case 'give-up':
      return charging && answers?.charge === 'done';
    case 'rollback-done':
      return answers?.registration === 'done';
    case 'retry':
    case 'cancel':
      return false;
  }
}

/** `never_received` is no proof: a command may still be on its way. */
function isUndone(state: MobifoneAnswers['charge']): boolean {
  return state === 'refused' || state === 'rolled_back';
}
