import type { PurchaseOrder } from '../../domain/purchase/purchase';
import { isOutcome, type PurchaseState } from '../../domain/purchase/states';
import type { PurchaseStep, StepRecord } from '../../domain/purchase/steps';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';
import { stateOf } from '../searchable-state';
import { isoOf, type HistoryEvent } from './purchase-history';

/** A change to a state; `at` is ISO 8601, UTC. */
export interface StateMove {
  state: PurchaseState;
  at: string;
}

/** The state of a purchase while it waits for the step. */
export const STATE_OF_STEP: Partial<Record<PurchaseStep, PurchaseState>> = {
  check: 'checking',
  register: 'registering',
  charge: 'charging',
  rollback: 'rolling_back',
};

/** The states before an outcome, in their order. */
const ON_THE_WAY: readonly PurchaseState[] = [
  'accepted',
  'checking',
  'registering',
  'charging',
  'rolling_back',
];

/**
 * The states in the search attributes, for a purchase whose result lists none.
 * @throws PayloadUnreadable, or SyntaxError, if one is no state of ours: they are in clear, and anyone can write one
 */
export function statesMadeSearchable(order: PurchaseOrder, events: readonly HistoryEvent[]): StateMove[] {
  const moves = events.flatMap((event) => {
    const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
    const data = fields?.[SEARCH_ATTRIBUTES.purchaseState.name]?.data;
    if (!data) return [];
    const state = stateOf(JSON.parse(Buffer.from(data).toString())); // search attributes are never encoded
    return [{ state, at: isoOf(event.eventTime) }];
  });
  return [{ state: 'accepted', at: order.acceptedAt }, ...moves];
}

/**
 * Adds the state of the last step that began: a state that lasted less than a workflow task is not in the search
 * attributes, but its step is in the history.
 */
export function withStateOfLastStep(
  moves: readonly StateMove[],
  steps: readonly Pick<StepRecord, 'step' | 'startedAt'>[],
): StateMove[] {
  const last = moves.at(-1)?.state ?? 'accepted';
  if (isOutcome(last)) return [...moves];
  const begun = steps.flatMap(({ step, startedAt }) => {
    const state = STATE_OF_STEP[step];
    return state ? [{ state, at: startedAt }] : [];
  });
  const furthest = begun.toSorted((one, other) => placeOf(one) - placeOf(other)).at(-1);
  return furthest && placeOf(furthest) > ON_THE_WAY.indexOf(last) ? [...moves, furthest] : [...moves];
}

function placeOf({ state }: StateMove): number {
  return ON_THE_WAY.indexOf(state);
}
