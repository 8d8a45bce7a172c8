import { DECISION_NAMES } from '../../domain/purchase/attention';
import { actOf } from '../../domain/purchase/operator-acts';
import type { Words } from '../words/words';

/** What a person did, as the history has it: a decision by the name of its button; what was done in Temporal as it is. */
export function doneInWords({ acts }: Words, what: string): string {
  const decision = DECISION_NAMES.find((name) => name === what);
  if (decision) return acts.names[actOf(decision)];
  return what === 'cancel' ? acts.names.cancel : what;
}
