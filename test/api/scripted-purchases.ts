import {
  TemporalUnavailable,
  type Cancellation,
  type EventsAnswer,
  type EventsQuestion,
  type Purchases,
  type Readiness,
  type Submission,
} from '../../client/purchases';
import type { ChannelName, ExternalId } from '../../domain/identifiers';
import { eventsAfter, type PurchaseEvent } from '../../domain/purchase/events';
import { acceptedPurchase, type Purchase, type PurchaseOrder } from '../../domain/purchase/purchase';

/** What a purchase will have become when somebody waits for its outcome, or cancels it. */
export type Script = Partial<Omit<Purchase, 'order'>>;

/** Purchases without Temporal: orders are kept in memory, and what becomes of them is data. */
export class ScriptedPurchases implements Purchases {
  /** Whether Temporal is out. */
  unavailable = false;
  /** Whether Temporal's disk has room. */
  takesWrites = true;
  /** A defect that every call ends in. */
  defect: Error | undefined;
  /** What waiting makes of every purchase. */
  whenWaitedFor: Script = {};
  cancellation: { kind: 'cancelling' | 'too_late'; becomes: Script } = { kind: 'cancelling', becomes: {} };
  /** Until when whoever waits for an outcome is held. */
  hold: Promise<unknown> | undefined;
  /** Milliseconds that were waited, and reasons that were given, in order. */
  readonly waits: number[] = [];
  readonly reasons: string[] = [];
  readonly orders: PurchaseOrder[] = [];
  /** What a listener is told next, each when it waits; empty when the purchase is over. */
  readonly stillToCome: ((signal?: AbortSignal) => Promise<PurchaseEvent[]>)[] = [];
  /** The purchases that were looked for, in order. */
  readonly calls: string[] = [];
  private readonly kept = new Map<string, Purchase>();

  async submit(order: PurchaseOrder, waitMs: number): Promise<Submission> {
    this.answering(waitMs);
    if (waitMs > 0) await this.hold;
    const standing = this.kept.get(key(order.channel, order.externalId));
    if (!standing) {
      this.orders.push(order);
      return { kind: 'accepted', purchase: this.seen(acceptedPurchase(order), waitMs) };
    }
    const differing = [
      ...(standing.order.msisdn === order.msisdn ? [] : (['msisdn'] as const)),
      ...(standing.order.package.code === order.package.code ? [] : (['package'] as const)),
    ];
    if (differing.length > 0) return { kind: 'conflict', differing };
    return { kind: 'repeated', purchase: this.seen(standing, waitMs) };
  }

  async find(channel: ChannelName, externalId: ExternalId, waitMs: number): Promise<Purchase | undefined> {
    this.answering(waitMs);
    this.calls.push(key(channel, externalId));
    if (waitMs > 0) await this.hold;
    const standing = this.kept.get(key(channel, externalId));
    return standing && this.seen(standing, waitMs);
  }

  async cancel(channel: ChannelName, externalId: ExternalId, why: string): Promise<Cancellation> {
    this.answering();
    this.calls.push(key(channel, externalId));
    const standing = this.kept.get(key(channel, externalId));
    if (!standing) return { kind: 'not_found' };
    this.reasons.push(why);
    const purchase = { ...standing, ...this.cancellation.becomes };
    this.keep(purchase);
    return { kind: this.cancellation.kind, purchase };
  }

  /** Tells what is kept, and then what `stillToCome` brings, a piece for each time that somebody waits. */
  async eventsAfter(
    channel: ChannelName,
    externalId: ExternalId,
    { after, waitMs, signal }: EventsQuestion,
  ): Promise<EventsAnswer> {
    this.answering();
    const standing = this.kept.get(key(channel, externalId));
    if (!standing) return { kind: 'not_found' };
    if (after > standing.events.length) return waitMs > 0 ? { kind: 'beyond' } : nothingNew(false);
    const events = eventsAfter(standing, after);
    const over = this.stillToCome.length === 0;
    if (events.length > 0 || waitMs === 0 || over) return { kind: 'told', events, over };
    const more = await this.stillToCome.shift()?.(signal);
    this.keep({ ...standing, events: [...standing.events, ...(more ?? [])] });
    return { kind: 'told', events: more ?? [], over: this.stillToCome.length === 0 };
  }

  async readiness(): Promise<Readiness> {
    if (this.unavailable) return 'no_answer';
    return this.takesWrites ? 'ready' : 'no_writes';
  }

  private answering(waitMs?: number): void {
    if (waitMs !== undefined) this.waits.push(waitMs);
    if (this.defect) throw this.defect;
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
  }

  private seen(purchase: Purchase, waitMs: number): Purchase {
    const seen = waitMs > 0 ? { ...purchase, ...this.whenWaitedFor } : purchase;
    this.keep(seen);
    return seen;
  }

  private keep(purchase: Purchase): void {
    this.kept.set(key(purchase.order.channel, purchase.order.externalId), purchase);
  }
}

function nothingNew(over: boolean): EventsAnswer {
  return { kind: 'told', events: [], over };
}

function key(channel: ChannelName, id: ExternalId): string {
  return `${channel}:${id}`;
}
