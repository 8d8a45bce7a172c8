import type { ChannelName, ExternalId } from '../domain/identifiers';
import type { DifferingField, Purchase, PurchaseOrder } from '../domain/purchase/purchase';
import type { EventsTold } from '../domain/purchase/protocol';

/** What came of submitting an order. */
export type Submission =
  | { kind: 'accepted'; purchase: Purchase }
  /** The same order was accepted before; this is that purchase as it is now. */
  | { kind: 'repeated'; purchase: Purchase }
  /** The id is taken by an order with other content; the fields that differ. */
  | { kind: 'conflict'; differing: readonly DifferingField[] };

/** What came of asking for a cancellation. */
export type Cancellation =
  | { kind: 'cancelling'; purchase: Purchase }
  /** The charge (prepaid: the registration) was sent, or the purchase is over; the state tells which. */
  | { kind: 'too_late'; purchase: Purchase }
  | { kind: 'not_found' };

/** What a listener knows, and how long it is ready to wait for more. */
export interface EventsQuestion {
  /** The sequence of the last event that is known; 0 for none. */
  after: number;
  /** Holds the answer until there is an event or none will follow, this long at most; 0 does not wait. */
  waitMs: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/** The events of a purchase; those of one whose worker is silent may be fewer than there are, never others. */
export type EventsAnswer =
  | ({ kind: 'told' } & EventsTold)
  /** The purchase has no event of that sequence yet. */
  | { kind: 'beyond' }
  | { kind: 'not_found' };

/** Temporal could not be reached or did not answer: nothing is known of the request, which may be sent again. */
export class TemporalUnavailable extends Error {
  override readonly name: string = 'TemporalUnavailable';
}

/** Temporal has been silent to others just now, so it was not even asked; worth sending again after a while. */
export class TemporalOverloaded extends TemporalUnavailable {
  override readonly name = 'TemporalOverloaded';

  constructor(readonly retryAfterSeconds: number) {
    super('Temporal is behind; it was not asked');
  }
}

/** The purchase is there, but what it is about cannot be read: its key is not at hand, or was shredded for ever. */
export class PurchaseUnreadable extends Error {
  override readonly name = 'PurchaseUnreadable';

  constructor(
    readonly erased: boolean,
    options?: ErrorOptions,
  ) {
    super(erased ? 'the purchase was erased' : 'the purchase cannot be read now', options);
  }
}

/**
 * Whether orders can be taken: they can; Temporal does not answer or its namespace is not there; or it answers, and does
 * not take writes, as with a full disk.
 */
export type Readiness = 'ready' | 'no_answer' | 'no_writes';

/** What the API may ask of purchases; every method throws `TemporalUnavailable`. */
export interface Purchases {
  /**
   * Makes the order durable as a workflow, or finds the one that it already is (I8).
   * @param waitMs holds the answer until the outcome is known, this long at most; 0 does not wait
   */
  submit(order: PurchaseOrder, waitMs: number): Promise<Submission>;
  /** @param waitMs as for `submit` */
  find(channel: ChannelName, externalId: ExternalId, waitMs: number): Promise<Purchase | undefined>;
  cancel(channel: ChannelName, externalId: ExternalId, why: string): Promise<Cancellation>;
  /** What happened to a purchase after an event; a wait that is over, or was ended, tells of no events. */
  eventsAfter(channel: ChannelName, externalId: ExternalId, question: EventsQuestion): Promise<EventsAnswer>;
  /** Whether orders can be taken now; never throws for Temporal's sake. */
  readiness(): Promise<Readiness>;
}
