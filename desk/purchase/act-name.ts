import { DECISION_NAMES, retriesNotice } from '../../domain/purchase/attention';
import { actOf, type OperatorAct } from '../../domain/purchase/operator-acts';
import type { PurchaseStep } from '../../domain/purchase/steps';
import type { Words } from '../words/words';

/** The name of an act while these steps are running: on its button, on its page, and when it is done. */
export function actName({ acts }: Words, act: OperatorAct, running: readonly PurchaseStep[]): string {
  return act === 'retry' && retriesNotice(running) ? acts.retryNotice : acts.names[act];
}

/** What a person did, as the history has it: a decision by the name of its button, other things as Temporal calls them. */
export function doneInWords({ acts }: Words, what: string): string {
  const decision = DECISION_NAMES.find((name) => name === what);
  if (decision) return acts.names[actOf(decision)];
  return what === 'cancel' ? acts.names.cancel : what;
}
