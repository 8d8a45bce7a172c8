/**
 * Refunds and rollbacks precede new sales, sales precede questions, and the rows of batches come last; within a priority,
 * channels take turns.
 */
export const PRIORITY = { compensation: 1, paid: 2, sale: 3, question: 4, bulk: 5 } as const;
export type PriorityKey = (typeof PRIORITY)[keyof typeof PRIORITY];
