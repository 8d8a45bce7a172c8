import type { GatewayCall } from '../../mobifone/contract';
import type { LedgerEntry } from '../../sandbox/ledger-entries';

type Execution = Extract<LedgerEntry, { kind: 'registered' | 'charged' | 'sms_sent' }>;

/** A delivery of a forward command that took effect and that nobody was answered for. */
export interface Landing {
  call: GatewayCall;
  transactionId: string;
  /** Whether the network delivered it before as well. */
  copy: boolean;
  seq: number;
  atMs: number;
  /** When it was sent, milliseconds since 1970. */
  sentMs: number;
  effects: readonly number[];
}

const DONE = '0000';

/** What the ledger shows of one purchase beside its position: which effects came by which delivery. */
export class Evidence {
  readonly landings: readonly Landing[];

  /**
   * @param entries of one purchase
   * @param settlesWithinMs how long after a command its inquiry may be wrong and it may land, as the saga believes
   */
  constructor(
    readonly entries: readonly LedgerEntry[],
    private readonly settlesWithinMs: number,
  ) {
    this.landings = entries.flatMap((entry) => this.landingOf(entry));
  }

  /** Second copies, delivered by the network, that took effect. */
  get copies(): Landing[] {
    return this.landings.filter(({ copy }) => copy);
  }

  /** Commands that took effect later than anybody has to wait for. */
  get overdue(): Landing[] {
    return this.landings.filter(({ copy, atMs, sentMs }) => !copy && atMs - sentMs >= this.settlesWithinMs);
  }

  effectsOf(landings: readonly Landing[]): ReadonlySet<number> {
    return new Set(landings.flatMap(({ effects }) => effects));
  }

  /** Whether the same id was executed by another delivery as well. */
  isAgain({ transactionId, effects }: Landing): boolean {
    return this.executionsOf(transactionId).some(({ seq }) => !effects.includes(seq));
  }

  wasRefusedBefore({ transactionId, seq }: Landing): boolean {
    return this.entries.some(
      (entry) => entry.kind === 'refused' && entry.transactionId === transactionId && entry.seq < seq,
    );
  }

  wasRolledBackBefore({ seq }: Landing): boolean {
    return this.entries.some((entry) => entry.kind === 'rolled_back' && entry.seq < seq);
  }

  /** Whether it was sent again after an inquiry, made when its time was up, had not found it. */
  wasSentAgain({ transactionId, sentMs, effects }: Landing): boolean {
    const notFound = this.notFound(transactionId).filter(({ atMs }) => atMs - sentMs >= this.settlesWithinMs);
    return this.executionsOf(transactionId).some(
      (other) => !effects.includes(other.seq) && notFound.some(({ seq }) => seq < other.seq),
    );
  }

  /** The effects of commands whose success an inquiry denies because a copy of theirs was refused. */
  successesReplaced(): ReadonlySet<number> {
    const copies = new Set(
      this.entries.flatMap((entry) =>
        entry.kind === 'landed' && entry.copy ? rangeAfter(entry.seq, entry.effects) : [],
      ),
    );
    const replaced = this.entries.flatMap((entry) =>
      entry.kind === 'refused' && entry.remembered === 'in_place_of_success' && copies.has(entry.seq)
        ? [entry.transactionId]
        : [],
    );
    return new Set(this.directEffects(replaced));
  }

  /** What was executed again because an inquiry, made when its time was up, did not know of the first execution. */
  executionsAfterWrongInquiry(): ReadonlySet<number> {
    const ids = new Set(
      this.entries.flatMap((entry) => ('transactionId' in entry ? [entry.transactionId] : [])),
    );
    return new Set(
      [...ids].flatMap((transactionId) => {
        const [first] = this.executionsOf(transactionId);
        const sentMs = this.firstSentMs(transactionId);
        if (!first || sentMs === undefined) return [];
        const wrong = this.notFound(transactionId).find(
          ({ seq, atMs }) => seq > first.seq && atMs - sentMs >= this.settlesWithinMs,
        );
        return wrong ? this.directEffects([transactionId]).filter((seq) => seq > wrong.seq) : [];
      }),
    );
  }

  /** Whether a reply about money told another amount than was ordered. */
  hadOtherAmount(): boolean {
    return this.entries.some(
      (entry) =>
        entry.kind === 'fault_injected' &&
        entry.fault === 'other_amount' &&
        /\.(registration|charge)$/.test(entry.transactionId), // of the command, or of an inquiry about it
    );
  }

  private executionsOf(transactionId: string): Execution[] {
    return this.entries.filter(
      (entry): entry is Execution =>
        (entry.kind === 'registered' || entry.kind === 'charged' || entry.kind === 'sms_sent') &&
        entry.transactionId === transactionId,
    );
  }

  private directEffects(transactionIds: readonly string[]): number[] {
    return this.entries.flatMap((entry) =>
      (entry.kind === 'registered' ||
        entry.kind === 'activated' ||
        entry.kind === 'charged' ||
        entry.kind === 'sms_sent') &&
      transactionIds.includes(entry.transactionId)
        ? [entry.seq]
        : [],
    );
  }

  private notFound(transactionId: string): { seq: number; atMs: number }[] {
    return this.entries.flatMap((entry) =>
      entry.kind === 'inquiry_answered' &&
      entry.transactionId === transactionId &&
      entry.state === 'NOT_FOUND'
        ? [{ seq: entry.seq, atMs: Date.parse(entry.at) }]
        : [],
    );
  }

  private firstSentMs(transactionId: string): number | undefined {
    const sent = this.entries.find(
      (entry) =>
        entry.kind === 'request_received' &&
        entry.call !== 'inquiry' &&
        entry.transactionId === transactionId,
    );
    return sent && Date.parse(sent.at);
  }

  private landingOf(entry: LedgerEntry): Landing[] {
    if (entry.kind !== 'landed' || entry.code !== DONE || entry.call === 'rollback') return [];
    const { call, transactionId, copy, seq, effects } = entry;
    const atMs = Date.parse(entry.at);
    const held = this.entries.find((other) => other.kind === 'held' && other.seq === entry.held);
    const sentMs = held ? Date.parse(held.at) : atMs;
    return [{ call, transactionId, copy, seq, atMs, sentMs, effects: rangeAfter(seq, effects) }];
  }
}

function rangeAfter(seq: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => seq + 1 + at);
}
