import type { GatewayPromise } from '../../domain/gateway-promises';
import type { GatewayProfile } from '../../sandbox/profile';
import type { Evidence, Landing } from './evidence';
import type { Invariant } from './judge';

/** Entries of the ledger that a missing promise explains, or that the purchase rightly waits for a person. */
type Explained = ReadonlySet<number> | 'waits_for_person';

/** What cannot be held at a gateway that does not keep a promise, and how the ledger shows that it happened. */
export interface Excuse {
  id: string;
  invariants: readonly Invariant[];
  /** All of these must be missing. P3 and P4 are a matter of time, which the ledger itself shows. */
  without: readonly GatewayPromise[];
  /** For docs/gateway-promises.md. */
  sentence: string;
  /** Empty where it did not happen in this purchase. */
  explains: (evidence: Evidence) => Explained;
}

/** Everything that may break for want of a promise; what is not here must hold at every gateway. */
export const EXCUSES = [
  {
    id: 'paid_twice_by_network',
    invariants: ['I1'],
    without: ['P1'],
    sentence:
      'When the network delivers a charge (prepaid: a registration) twice and MobiFone executes both deliveries, the subscriber pays twice.',
    explains: (evidence) => evidence.effectsOf(paysAgain(evidence)),
  },
  {
    id: 'message_sent_twice_by_network',
    invariants: ['I6'],
    without: ['P1'],
    sentence:
      'When the network delivers an SMS command twice and MobiFone executes both deliveries, the subscriber gets the message twice.',
    explains: (evidence) =>
      evidence.effectsOf(evidence.copies.filter((copy) => copy.call === 'sms' && evidence.isAgain(copy))),
  },
  {
    id: 'executed_by_network_after_refusal',
    invariants: ['I2', 'I3'],
    without: ['P2'],
    sentence:
      'When MobiFone refuses a command, forgets the refusal, and executes a second copy that the network delivers later, the effect stands although the sale was rejected.',
    explains: (evidence) =>
      evidence.effectsOf(evidence.copies.filter((copy) => evidence.wasRefusedBefore(copy))),
  },
  {
    id: 'executed_by_network_after_rollback',
    invariants: ['I2', 'I3'],
    without: ['P1', 'P5'],
    sentence:
      'When the network delivers a second copy of a command after the rollback and MobiFone executes it, the effect stands although the sale was rolled back.',
    explains: (evidence) =>
      evidence.effectsOf(evidence.copies.filter((copy) => evidence.wasRolledBackBefore(copy))),
  },
  {
    id: 'success_replaced_by_refusal',
    invariants: ['I2', 'I3'],
    without: ['P1', 'P2'],
    sentence:
      'When the network delivers a registration twice, MobiFone refuses the second delivery, and the refusal replaces the success in the inquiry, the package stands although the sale was rejected.',
    explains: (evidence) => evidence.successesReplaced(),
  },
  {
    id: 'landed_after_limit_and_sent_again',
    invariants: ['I1', 'I6'],
    without: ['P1', 'P4'],
    sentence:
      'When a command lands later than the settle time, after an inquiry at the end of that time said NOT_FOUND and the command was sent again, it takes effect twice.',
    explains: (evidence) =>
      evidence.effectsOf(evidence.overdue.filter((late) => evidence.wasSentAgain(late))),
  },
  {
    id: 'landed_after_limit_and_rollback',
    invariants: ['I2', 'I3'],
    without: ['P4', 'P5'],
    sentence:
      'When a command lands later than the settle time and after its rollback, and MobiFone executes it, the effect stands although the sale was rolled back.',
    explains: (evidence) =>
      evidence.effectsOf(evidence.overdue.filter((late) => evidence.wasRolledBackBefore(late))),
  },
  {
    id: 'landed_after_limit_and_refusal',
    invariants: ['I2', 'I3'],
    without: ['P2', 'P4'],
    sentence:
      'When a command lands later than the settle time, and MobiFone executes it although it had refused the same id meanwhile, the effect stands although the sale was rejected.',
    explains: (evidence) =>
      evidence.effectsOf(evidence.overdue.filter((late) => evidence.wasRefusedBefore(late))),
  },
  {
    id: 'unseen_after_limit_and_sent_again',
    invariants: ['I1', 'I6'],
    without: ['P1', 'P3'],
    sentence:
      'When an inquiry says NOT_FOUND about an executed command after the settle time, the command is sent again and takes effect twice.',
    explains: (evidence) => evidence.executionsAfterWrongInquiry(),
  },
  {
    id: 'amount_unconfirmed',
    invariants: ['I2', 'I3', 'I4', 'I5'],
    without: ['P7'],
    sentence:
      'When a reply, or an inquiry, carries another amount or package than was ordered and no inquiry after it gives that, the purchase needs attention until a person has found out what was charged.',
    explains: (evidence) => (evidence.hadOtherAmount() ? 'waits_for_person' : new Set()),
  },
] as const satisfies readonly Excuse[];
export type ExcuseId = (typeof EXCUSES)[number]['id'];

/** The promises that a profile does not keep; the times of P3 and P4 are measured in the ledger instead. */
export function promisesMissing(profile: GatewayProfile): ReadonlySet<GatewayPromise> {
  const kept: Record<GatewayPromise, boolean> = {
    P1: profile.executesOnce,
    P2: profile.refusals === 'stick',
    P3: false,
    P4: false,
    P5: profile.rollbackVoids,
    P6: profile.rollbackRefusals === 'forgotten',
    P7: profile.inquiryTellsSale,
  };
  return new Set((Object.keys(kept) as GatewayPromise[]).filter((promise) => !kept[promise])); // the keys just above
}

function paysAgain(evidence: Evidence): Landing[] {
  return evidence.copies.filter(
    (copy) => (copy.call === 'charge' || copy.call === 'register') && evidence.isAgain(copy),
  );
}
