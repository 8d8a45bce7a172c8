import {
  isOutcome,
  mayMove,
  PURCHASE_OUTCOMES,
  PURCHASE_STATE_NAMES,
  PURCHASE_STATES,
  type PurchaseState,
} from '../../domain/purchase/states';

function reachableFrom(start: PurchaseState): Set<PurchaseState> {
  const reached = new Set<PurchaseState>([start]);
  for (const state of reached) for (const next of PURCHASE_STATES[state].next) reached.add(next);
  return reached;
}

describe('the table of states', () => {
  it('lets a purchase reach every state from its acceptance', () => {
    expect([...reachableFrom('accepted')].sort()).toEqual([...PURCHASE_STATE_NAMES].sort());
  });

  it('leaves no state from which there is no outcome', () => {
    for (const state of PURCHASE_STATE_NAMES) {
      expect([...reachableFrom(state)].some(isOutcome)).toBe(true);
    }
  });

  it('has the outcomes of the seed, and nothing follows one', () => {
    expect([...PURCHASE_OUTCOMES].sort()).toEqual(
      ['cancelled', 'given_up', 'rejected', 'rolled_back', 'succeeded'].sort(),
    );
    for (const outcome of PURCHASE_OUTCOMES) {
      for (const state of PURCHASE_STATE_NAMES) expect(mayMove(outcome, state)).toBe(false);
    }
  });

  it('never leads a purchase back to a state that it has left', () => {
    for (const state of PURCHASE_STATE_NAMES) {
      for (const next of PURCHASE_STATES[state].next) expect(reachableFrom(next).has(state)).toBe(false);
    }
  });

  it('lets nothing succeed after its rollback began, and nothing be merely cancelled once it was charged', () => {
    expect(reachableFrom('rolling_back').has('succeeded')).toBe(false);
    expect(mayMove('charging', 'cancelled')).toBe(false);
    expect(mayMove('registering', 'cancelled')).toBe(false);
  });
});
