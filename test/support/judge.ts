import type { PaymentForm } from '../../domain/catalogue/packages';
import type { PurchaseOutcome } from '../../domain/purchase/states';
import type { LedgerEntry, Position } from '../../sandbox/ledger-entries';

/** What all sides say of one purchase when everything is over. */
export interface Testimony {
  externalId: string;
  paymentForm: PaymentForm;
  /** What we tell the channel; null while there is no outcome. */
  outcome: PurchaseOutcome | null;
  needsAttention: boolean;
  /** What the sandbox's ledger holds. */
  position: Position;
  /** Messages that MobiFone refused for good: those need not have been sent. */
  messagesRefused: number;
  /** The ids under which every submission of this order was answered. */
  answeredIds: readonly string[];
}

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I8';
export interface Broken {
  invariant: Invariant;
  externalId: string;
  how: string;
}

type Rule = (testimony: Testimony) => string | undefined;

/** What must always hold of a purchase that is over, by the number that it has among the invariants. */
const RULES: Record<Invariant, Rule> = {
  I1: ({ position: { charges, activations } }) =>
    charges + activations > 1 ? `paid ${charges + activations} times` : undefined,

  I2: ({ paymentForm, outcome, position }) => {
    const paid = paymentForm === 'postpaid' ? position.chargesStanding > 0 : position.activated; // how often is I1's
    if (paid === (outcome === 'succeeded')) return undefined;
    return `${paid ? 'paid' : 'not paid'} at MobiFone, and its outcome is ${outcome}`;
  },

  I3: ({ outcome, position }) =>
    position.registered === (outcome === 'succeeded')
      ? undefined
      : `${position.registered ? 'registered' : 'not registered'} at MobiFone, and its outcome is ${outcome}`,

  I4: ({ outcome, needsAttention }) => {
    if (outcome === null) return 'it has no outcome';
    return needsAttention ? 'it still needs attention, though nothing is left to decide' : undefined;
  },

  I5: ({ outcome, position: { noticeIds } }) => {
    const due = outcome === 'succeeded' ? 0 : 1;
    return noticeIds.length === due ? undefined : `${noticeIds.length} refund notices for ${outcome}`;
  },

  I6: ({ outcome, position: { messages }, messagesRefused }) => {
    if (new Set(messages).size !== messages.length) return 'a message was sent twice';
    const due = outcome === 'succeeded' ? 2 : outcome === 'rejected' ? 1 : 0;
    const sent = messages.length + messagesRefused;
    return sent === due ? undefined : `${messages.length} messages were sent for ${outcome}`;
  },

  I8: ({ answeredIds }) => {
    const ids = new Set(answeredIds).size;
    return ids === 1 ? undefined : `its submissions were answered with ${ids} purchases`;
  },
};

/** The invariants that a purchase breaks; none, we trust. */
export function judge(testimony: Testimony): Broken[] {
  return (Object.keys(RULES) as Invariant[]).flatMap((invariant) => {
    const how = RULES[invariant](testimony);
    return how === undefined ? [] : [{ invariant, externalId: testimony.externalId, how }];
  });
}

/** Whether one invariant holds. */
export function holds(invariant: Invariant, testimony: Testimony): boolean {
  return RULES[invariant](testimony) === undefined;
}

/** How many messages MobiFone refused for good and never sent, by its ledger. */
export function messagesRefused(entries: readonly LedgerEntry[]): number {
  const sent = new Set(entries.flatMap((entry) => (entry.kind === 'sms_sent' ? [entry.transactionId] : [])));
  const refused = entries.flatMap((entry) =>
    entry.kind === 'refused' && entry.call === 'sms' && !sent.has(entry.transactionId)
      ? [entry.transactionId]
      : [],
  );
  return new Set(refused).size;
}
