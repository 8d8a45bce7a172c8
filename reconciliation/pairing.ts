import type { PurchaseId } from '../domain/identifiers';
import type { SettlementLine } from '../domain/reconciliation/settlement';
import type { LocalDay } from '../domain/local-time';
import type { CarriedOver } from '../domain/reconciliation/reconciliation';
import { daysBetween, type Pair, type SharedLine } from './comparison';
import type { Corrections } from './corrections';
import { minus, NOTHING, plus, type Money } from './money';
import { LOOKUPS_AT_ONCE, type InternalPurchase } from './internal-purchase';
import { RecordStore, type Position } from './record-store';
import { ReferenceIndex } from './reference-index';
import { lineMoney } from './settled-purchase';
import { compareText } from '../runtime/text-order';

/** A sale whose day lies further away is not followed through the files of all days between: Temporal keeps no longer. */
const DAYS_FOLLOWED = 35;

/** So many of the purchases that share a reference are named at each of them. */
const OTHERS_NAMED = 5;

/** Most purchases have no line in another day's file: they share this. */
const NONE: Position[] = [];

/** What few purchases have, so that the others need no room for it. */
interface Rarely {
  elsewhere: { day: LocalDay; at: Position }[];
  correctedBy?: Money;
  idleWithdrawals: Position[];
  /** References of its lines that other purchases have too. */
  shared: Set<string>;
  carriedOver: boolean;
  carriedStake?: number;
}

/** One purchase as it is held: where its records are. */
interface Slot {
  internal: Position | undefined;
  lines: Position[];
}

/**
 * Both sides of a day, brought together by purchase id in one map: what is held grows with the day's purchases, never
 * with the files of other days.
 */
export class Pairing {
  private readonly slots = new Map<PurchaseId, Slot>();
  private readonly rarely = new Map<PurchaseId, Rarely>();
  private readonly purchases = new RecordStore<InternalPurchase>();
  private readonly lines = new RecordStore<SettlementLine>();
  private readonly references = new ReferenceIndex(this.lines);
  /** The purchases of each reference that is in use more than once. */
  private readonly usersOf = new Map<string, Set<PurchaseId>>();
  /** Of those, the first by their ids; made when all lines are here. */
  private readonly firstUsersOf = new Map<string, PurchaseId[]>();
  /** Purchases of other days that this day's file has, or the last day's report. */
  private readonly ofOtherDays = new Map<PurchaseId, LocalDay>();

  constructor(private readonly day: LocalDay) {}

  async takeInternal(purchases: AsyncIterable<InternalPurchase>): Promise<void> {
    for await (const purchase of purchases) {
      this.slot(purchase.purchaseId).internal = this.purchases.add(purchase);
    }
  }

  /** The day's file with its corrections worked in. */
  async takeSettlement(lines: AsyncIterable<SettlementLine>, corrections: Corrections): Promise<void> {
    for await (const line of lines) {
      if (corrections.replaces(line)) {
        this.slot(line.purchaseId);
        this.corrected(line.purchaseId, minus(NOTHING, lineMoney(line)));
      } else {
        this.keep(line);
      }
    }
    for (const line of corrections.added()) {
      this.keep(line);
      this.corrected(line.purchaseId, lineMoney(line));
    }
    for (const line of corrections.idle()) this.idle(line);
  }

  /** Purchases that the last day's report expects in this day's file. */
  expect(carriedOver: readonly (CarriedOver | PurchaseId)[]): void {
    for (const expected of carriedOver) {
      const id = typeof expected === 'string' ? expected : expected.purchaseId;
      this.slot(id);
      const facts = this.fact(id);
      facts.carriedOver = true;
      if (typeof expected !== 'string') facts.carriedStake = expected.atStake;
    }
  }

  /** Keeps what another day's file has of the purchases that are here already, and of this day's transactions. */
  async takeElsewhere(
    day: LocalDay,
    lines: AsyncIterable<SettlementLine>,
    corrections: Corrections,
  ): Promise<void> {
    for await (const line of lines) if (!corrections.replaces(line)) this.keepElsewhere(day, line);
    for (const line of corrections.added()) this.keepElsewhere(day, line);
  }

  /**
   * Looks up the purchases of other days that the file tells of.
   * @param find is given at most `LOOKUPS_AT_ONCE` of them
   */
  async lookUp(find: (ids: readonly PurchaseId[]) => Promise<readonly InternalPurchase[]>): Promise<void> {
    const missing = [...this.slots].flatMap(([id, { internal }]) => (internal === undefined ? [id] : []));
    for (let at = 0; at < missing.length; at += LOOKUPS_AT_ONCE) {
      for (const purchase of await find(missing.slice(at, at + LOOKUPS_AT_ONCE))) {
        this.slot(purchase.purchaseId).internal = this.purchases.add(purchase);
        this.ofOtherDays.set(purchase.purchaseId, purchase.day);
      }
    }
  }

  /** The days whose files say whether this day's money for sales of other days is timing. */
  daysInQuestion(): LocalDay[] {
    const days = new Set<LocalDay>();
    for (const [id, day] of this.ofOtherDays) {
      const lines = this.linesAt(this.slots.get(id)?.lines ?? NONE);
      const counts = lines.some(({ kind, amount }) => kind !== 'rollback' || amount > 0);
      const between = daysBetween(day, this.day);
      if (counts && between.length <= DAYS_FOLLOWED) for (const one of between) days.add(one);
    }
    days.delete(this.day);
    return [...days].toSorted(compareText);
  }

  /** In the order of the purchase ids, however the sides came; each is made when its turn comes. */
  *all(): Generator<Pair> {
    for (const id of [...this.slots.keys()].sort(compareText)) yield this.pair(id);
  }

  pair(id: PurchaseId): Pair {
    const { internal, lines } = this.slot(id);
    const facts = this.rarely.get(id);
    return {
      purchaseId: id,
      internal: internal === undefined ? undefined : this.purchases.at(internal),
      lines: this.linesAt(lines),
      elsewhere: this.elsewhereOf(facts),
      correctedBy: facts?.correctedBy,
      idleWithdrawals: this.linesAt(facts?.idleWithdrawals ?? NONE),
      shared: this.sharedLines(id, lines, facts),
      carriedOver: facts?.carriedOver ?? false,
      carriedStake: facts?.carriedStake,
    };
  }

  private keep(line: SettlementLine): void {
    if (line.state === 'void') return this.idle(line); // it withdraws in a correction file only
    const slot = this.slot(line.purchaseId);
    const at = this.lines.add(line);
    slot.lines = withOneMore(slot.lines, at);
    const other = this.references.ownerOf(line);
    if (other !== undefined) this.share(line, other);
    this.references.add(line.reference, at);
  }

  private keepElsewhere(day: LocalDay, line: SettlementLine): void {
    if (line.state === 'void') return; // that day's own run tells of it
    const other = this.references.ownerOf(line);
    if (other !== undefined) this.share(line, other);
    if (this.slots.has(line.purchaseId)) {
      this.fact(line.purchaseId).elsewhere.push({ day, at: this.lines.add(line) });
    }
  }

  /** All that have the reference are told of, whichever line came first. */
  private share({ reference, purchaseId }: SettlementLine, other: PurchaseId): void {
    const users = this.usersOf.get(reference) ?? new Set<PurchaseId>();
    this.usersOf.set(reference, users);
    for (const id of [purchaseId, other]) {
      users.add(id);
      if (this.slots.has(id)) this.fact(id).shared.add(reference);
    }
  }

  private sharedLines(id: PurchaseId, lines: readonly Position[], facts: Rarely | undefined): Pair['shared'] {
    if (!facts || facts.shared.size === 0) return [];
    const ordered = this.linesAt(lines).toSorted((one, other) => one.at - other.at);
    const own = new Map(ordered.toReversed().map((line) => [line.reference, line])); // the first of each
    return [...facts.shared].toSorted(compareText).flatMap((reference) => {
      const line = own.get(reference);
      return line ? [{ line, ...this.otherUsers(reference, id) }] : [];
    });
  }

  /** A file may have one reference at every line, so each purchase is told only the first of the others. */
  private otherUsers(reference: string, id: PurchaseId): Omit<SharedLine, 'line'> {
    const users = this.usersOf.get(reference);
    if (!users) return { others: [], otherCount: 0 };
    const first = this.firstUsersOf.get(reference) ?? [...users].sort(compareText).slice(0, OTHERS_NAMED + 1);
    this.firstUsersOf.set(reference, first);
    const others = first.filter((user) => user !== id).slice(0, OTHERS_NAMED);
    return { others, otherCount: users.size - (users.has(id) ? 1 : 0) };
  }

  private idle(line: SettlementLine): void {
    this.slot(line.purchaseId);
    this.fact(line.purchaseId).idleWithdrawals.push(this.lines.add(line));
  }

  private corrected(id: PurchaseId, change: Money): void {
    const facts = this.fact(id);
    facts.correctedBy = plus(facts.correctedBy ?? NOTHING, change);
  }

  private elsewhereOf(facts: Rarely | undefined): Pair['elsewhere'] {
    const days = [...new Set(facts?.elsewhere.map(({ day }) => day))].toSorted(compareText);
    return days.map((day) => ({
      day,
      lines: (facts?.elsewhere ?? []).filter((one) => one.day === day).map(({ at }) => this.lines.at(at)),
    }));
  }

  /** A line that was repeated is one object, as it is one record. */
  private linesAt(positions: readonly Position[]): SettlementLine[] {
    let last: { at: Position; line: SettlementLine } | undefined;
    return positions.map((at) => {
      if (last?.at !== at) last = { at, line: this.lines.at(at) };
      return last.line;
    });
  }

  private slot(id: PurchaseId): Slot {
    const known = this.slots.get(id);
    if (known) return known;
    const fresh: Slot = { internal: undefined, lines: NONE };
    this.slots.set(ofItsOwn(id), fresh);
    return fresh;
  }

  private fact(id: PurchaseId): Rarely {
    const known = this.rarely.get(id);
    if (known) return known;
    const fresh: Rarely = { elsewhere: [], idleWithdrawals: [], shared: new Set(), carriedOver: false };
    this.rarely.set(id, fresh);
    return fresh;
  }
}

/** Adds in place, except to the list that all share: a faulty file may have one purchase a hundred thousand times. */
function withOneMore(positions: Position[], one: Position): Position[] {
  if (positions === NONE) return [one];
  positions.push(one);
  return positions;
}

/** A copy: a text that was cut out of a line keeps the whole piece of the file that it was read with in memory. */
function ofItsOwn(id: PurchaseId): PurchaseId {
  return Buffer.from(id, 'latin1').toString('latin1') as PurchaseId; // an id is ASCII
}
