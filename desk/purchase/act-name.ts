import { DECISION_NAMES } from '../../domain/purchase/attention';
import { actOf, OPERATOR_ACTS, type OperatorAct } from '../../domain/purchase/operator-acts';
import type { Words } from '../words/words';

/** What somebody only states about MobiFone; by its name alone it reads as what that person did. */
const STATEMENTS: ReadonlySet<OperatorAct> = new Set(['charge-done', 'charge-not-done', 'rollback-done']);

/** An act as it was done. */
export function statedInWords({ acts }: Pick<Words, 'acts'>, act: OperatorAct): string {
  return STATEMENTS.has(act) ? acts.stated(acts.names[act]) : acts.names[act];
}

/** As the history names it. */
export function historyNameOf(act: OperatorAct): string {
  return OPERATOR_ACTS[act].decision ?? act;
}

/** What a person did, as the history has it: a decision by the name of its button; what was done in Temporal as it is. */
export function doneInWords({ acts }: Words, what: string): string {
  const decision = DECISION_NAMES.find((name) => name === what);
  if (decision) return statedInWords({ acts }, actOf(decision));
  return what === 'cancel' ? acts.names.cancel : what;
}
