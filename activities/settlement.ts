import type { FailureDetail } from '../domain/gateway-verdict';
import type { SettledBy } from '../domain/purchase/steps';
import type { Refusal } from '../domain/purchase/refusals';

/**
 * A command whose effect is known: made, or refused for good. All else is thrown for Temporal to retry.
 * `attempts` above 1 says that an earlier attempt may still be on its way to MobiFone. `at`: when it was known,
 * ISO 8601, where the workflow hears of it later.
 */
export type Settlement =
  | { kind: 'done'; settledBy: SettledBy; attempts: number; at?: string }
  | { kind: 'refused'; refusal: Refusal; settledBy: SettledBy; attempts: number; at?: string };

/** What is known of a call that was left unsettled; see `SendOptions`. */
export type KnownOfTry = Pick<FailureDetail, 'neverSent' | 'refusedWith' | 'sentOnce' | 'disputed'>;

/** A call that was made once and left for the workflow to settle: asked about first, or shown to a person. */
export type OneTry =
  | (Settlement & { at: string })
  | ({ kind: 'unsettled'; askedToWaitMs: number } & KnownOfTry)
  | ({ kind: 'broken_contract'; detail: string } & KnownOfTry);

/** How far the registration and the charge came in one try; `charge` is null when it was surely not sent. */
export interface SaleTry {
  registration: OneTry;
  charge: OneTry | null;
}

/** What MobiFone knows of a transaction when asked once. */
export type Standing = 'done' | 'refused' | 'rolled_back' | 'never_received' | 'processing' | 'no_answer';

/** What MobiFone says for good. */
export type FinalStanding = Exclude<Standing, 'processing' | 'no_answer'>;

/** What came of registering a package once more: `stands` when the first registration does, so that nothing was sent. */
export type Reregistration = Settlement | { kind: 'stands' };
