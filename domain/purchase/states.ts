/**
 * The states of a purchase and the moves between them: the one table that the workflow is checked against,
 * and from which the API, the documents and reconciliation derive.
 */
export const PURCHASE_STATES = {
  accepted: {
    meaning: 'The order is durable; nothing has been sent to MobiFone yet.',
    next: ['checking', 'registering', 'rolling_back', 'cancelled', 'given_up'],
  },
  checking: {
    meaning: 'Step (2): MobiFone is asked whether the subscriber may buy (postpaid).',
    next: ['registering', 'rejected', 'rolling_back', 'cancelled', 'given_up'],
  },
  registering: {
    meaning: 'Steps (2.2)–(4): the registration was ordered; for prepaid this also takes the money.',
    next: ['charging', 'succeeded', 'rejected', 'rolling_back'],
  },
  charging: {
    meaning: 'Steps (5.1)–(5.3): the charge was ordered (postpaid). It can no longer be cancelled.',
    next: ['succeeded', 'rolling_back'],
  },
  rolling_back: {
    meaning: 'Steps (6.1)–(6.3): the registration is being undone while the channel is told to refund.',
    next: ['rolled_back', 'cancelled', 'given_up'],
  },
  succeeded: { meaning: 'The package is registered and paid; steps (7) and (8) follow.', next: [] },
  rejected: { meaning: 'MobiFone refused the subscriber or the package; nothing was sold.', next: [] },
  rolled_back: { meaning: 'The charge failed; the registration was undone.', next: [] },
  cancelled: { meaning: 'The purchase was cancelled before its charge; nothing was sold.', next: [] },
  given_up: { meaning: 'An operator gave the purchase up; what it had done was undone.', next: [] },
} as const satisfies Record<string, { meaning: string; next: readonly string[] }>;

export type PurchaseState = keyof typeof PURCHASE_STATES;
/** A final state: the outcome of the purchase. */
export type PurchaseOutcome = {
  [S in PurchaseState]: (typeof PURCHASE_STATES)[S]['next'] extends readonly [] ? S : never;
}[PurchaseState];

const STATES = Object.keys(PURCHASE_STATES) as PurchaseState[]; // keys of the literal above

export const PURCHASE_STATE_NAMES = STATES as [PurchaseState, ...PurchaseState[]]; // never empty
export const PURCHASE_OUTCOMES = STATES.filter(isOutcome) as [PurchaseOutcome, ...PurchaseOutcome[]]; // never empty

export function isOutcome(state: PurchaseState): state is PurchaseOutcome {
  return PURCHASE_STATES[state].next.length === 0;
}

export function mayMove(from: PurchaseState, to: PurchaseState): boolean {
  const next: readonly PurchaseState[] = PURCHASE_STATES[from].next;
  return next.includes(to);
}
