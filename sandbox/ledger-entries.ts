import type { GatewayCall } from '../mobifone/contract';
import type { GatewayRequest, TransactionState } from './requests';

/** What the sandbox did or was asked, in the order in which it happened; nothing is ever changed or taken back. */
export type LedgerFact =
  | { kind: 'request_received'; call: GatewayCall; transactionId: string; msisdn: string }
  | {
      kind: 'refused';
      call: GatewayCall;
      transactionId: string;
      code: string;
      content: string;
      /** Whether the refusal sticks to its id; absent when it does. */
      remembered?: 'no' | 'in_place_of_success';
    }
  | {
      kind: 'registered';
      transactionId: string;
      msisdn: string;
      packageCode: string;
      form: 'prepaid' | 'postpaid';
      amount: number;
      content: string;
    }
  /** A prepaid registration also takes the money and loads the Datacode. */
  | { kind: 'activated'; transactionId: string; amount: number }
  | {
      kind: 'charged';
      transactionId: string;
      registrationId: string;
      msisdn: string;
      amount: number;
      content: string;
    }
  | {
      kind: 'rolled_back';
      transactionId: string;
      registrationId: string;
      msisdn: string;
      content: string;
      /** Absent where what arrives later is void. */
      voids?: false;
    }
  /** The rollback's effects, one each: what there was to undo. */
  | { kind: 'registration_undone'; transactionId: string; by: string }
  | { kind: 'deactivated'; transactionId: string; amount: number; by: string }
  | { kind: 'charge_reversed'; transactionId: string; amount: number; by: string }
  /** A registration that had not arrived when it was rolled back: it is void for ever. */
  | { kind: 'voided'; transactionId: string; by: string }
  | { kind: 'sms_sent'; transactionId: string; msisdn: string; sender: string; text: string; content: string }
  | { kind: 'fault_injected'; call: string; transactionId: string; fault: string }
  /** A command on its way, or another copy of it, that lands when it is due; written before its caller knows. */
  | { kind: 'held'; call: GatewayCall; transactionId: string; command: HeldCommand }
  /** A delivery whose caller got no answer: a held command, or the network's second copy of one. */
  | {
      kind: 'landed';
      call: GatewayCall;
      transactionId: string;
      /** The sequence number of its `held` entry; absent for a copy that came at once. */
      held?: number;
      copy: boolean;
      code: string;
      /** How many of the entries that follow, written together with this one, are its effects. */
      effects: number;
    }
  | { kind: 'inquiry_answered'; transactionId: string; state: TransactionState }
  | {
      kind: 'notice_received';
      channel: string;
      noticeId: string;
      purchaseId: string;
      verified: boolean;
      body: string;
    };

/** What lands later, and when. */
export interface HeldCommand {
  request: GatewayRequest;
  /** A time in milliseconds since 1970, the purchase's next call of a kind, or so many more inquiries about it. */
  due: { atMs: number } | { afterCall: GatewayCall } | { inquiries: number };
  /** The network delivered it before as well. */
  copy: boolean;
  /** It lands even where its registration is void. */
  ignoringVoid: boolean;
  /** The result code with which it is refused when it lands. */
  refusal?: string;
}

/** A fact as it stands in the ledger. */
export type LedgerEntry = LedgerFact & {
  seq: number;
  /** ISO 8601, UTC. */
  at: string;
  /** The purchase that it belongs to, so that a purchase's entries are found at once. */
  purchaseId: string;
};

/** What a purchase comes to at MobiFone, all effects netted. */
export interface Position {
  /** Registrations ever made, and whether one stands now. */
  registrations: number;
  registered: boolean;
  /** Charges ever made, and those that stand now. */
  charges: number;
  chargesStanding: number;
  activations: number;
  activated: boolean;
  rolledBack: boolean;
  /** The transaction ids of the messages sent, in order. */
  messages: string[];
  /** The distinct ids of the notices that the channel received. */
  noticeIds: string[];
}

/** Sums up a purchase's entries. */
export function positionOf(entries: readonly LedgerEntry[]): Position {
  const count = (kind: LedgerEntry['kind']) => entries.filter((entry) => entry.kind === kind).length;
  const registrations = count('registered');
  const charges = count('charged');
  const activations = count('activated');
  return {
    registrations,
    registered: registrations > count('registration_undone'),
    charges,
    chargesStanding: charges - count('charge_reversed'),
    activations,
    activated: activations > count('deactivated'),
    rolledBack: count('rolled_back') > 0,
    messages: entries.flatMap((entry) => (entry.kind === 'sms_sent' ? [entry.transactionId] : [])),
    noticeIds: [
      ...new Set(entries.flatMap((entry) => (entry.kind === 'notice_received' ? [entry.noticeId] : []))),
    ],
  };
}
