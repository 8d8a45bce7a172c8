import type { SettledBy } from '../domain/purchase-steps';
import type { Refusal } from '../domain/refusals';

/**
 * A command whose effect is known: made, or refused for good. All else is thrown for Temporal to retry.
 * `attempts` above 1 says that an earlier attempt may still be on its way to MobiFone.
 */
export type Settlement =
  | { kind: 'done'; settledBy: SettledBy; attempts: number }
  | { kind: 'refused'; refusal: Refusal; settledBy: SettledBy; attempts: number };

/** What MobiFone knows of a transaction when asked once. */
export type Standing = 'done' | 'refused' | 'rolled_back' | 'never_received' | 'processing' | 'no_answer';
