/**
 * Refunds and rollbacks precede new sales, and sales precede what operators and work of our own ask. What channels ask and the
 * rows of batches come last, together: within a priority channels take turns, and else one that asks without end would keep the
 * rows of all others waiting where MobiFone limits us.
 */
export const PRIORITY = { compensation: 1, paid: 2, sale: 3, question: 4, eligibility: 5, bulk: 5 } as const;
export type PriorityKey = (typeof PRIORITY)[keyof typeof PRIORITY];
