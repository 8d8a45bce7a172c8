import type { ChannelName, ExternalId } from '../domain/identifiers';
import type { DifferingField, Purchase, PurchaseOrder } from '../domain/purchase/purchase';
import type { EventsTold } from '../domain/purchase/protocol';
import type { NamespaceFault } from './namespace-fault';
import { StoredDataUnreadable } from './stored-data-unreadable';

/** Result of submitting an order. */
export type Submission =
  | { kind: 'accepted'; purchase: Purchase }
  /** The same order was accepted before; this is that purchase as it is now. */
  | { kind: 'repeated'; purchase: Purchase }
  /** The external id belongs to an order with different content; the fields that differ. */
  | { kind: 'conflict'; differing: readonly DifferingField[] };

/** Result of a cancellation. */
export type Cancellation =
  | { kind: 'cancelling'; purchase: Purchase }
  /** The charge (prepaid: the registration) was sent, or the purchase is over; see its state. */
  | { kind: 'too_late'; purchase: Purchase }
  | { kind: 'not_found' };

/** What a listener knows, and how long it waits for more. */
export interface EventsQuestion {
  /** Sequence of the last known event; 0 for none. */
  after: number;
  /** Maximum time to wait for the next event or the end of the purchase; 0 does not wait. */
  waitMs: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** Whether the listener has just been told that there is nothing after that event: then no worker is asked once more. */
  isUpToDate?: boolean;
}

/** The events of a purchase. If no worker responds, some may be missing. */
export type EventsAnswer =
  | ({ kind: 'told' } & EventsTold)
  /** The purchase has no event with that sequence yet. */
  | { kind: 'beyond' }
  | { kind: 'not_found' };

/** Temporal could not be reached or did not respond. The request may have been executed; it is safe to send it again. */
export class TemporalUnavailable extends Error {
  override readonly name: string = 'TemporalUnavailable';
}

/** Several requests have just failed, so this one was not sent to Temporal. Retry after the given time. */
export class TemporalOverloaded extends TemporalUnavailable {
  override readonly name = 'TemporalOverloaded';

  constructor(readonly retryAfterSeconds: number) {
    super('Temporal is overloaded; the request was not sent');
  }
}

/** Of a purchase, or of what belongs to it or to its day, such as a notice or a list of breaks. */
export class PurchaseUnreadable extends StoredDataUnreadable {
  override readonly name = 'PurchaseUnreadable';

  constructor(erased: boolean, options?: ErrorOptions) {
    super('the stored data', erased, options);
  }
}

/**
 * Whether orders can be accepted. `no_answer`: Temporal does not respond or lacks the namespace. `no_writes`: it responds
 * but accepts no write in time, as with a full disk, or when it is overloaded. Else what is wrong with the namespace.
 */
export type Readiness = 'ready' | 'no_answer' | 'no_writes' | NamespaceFault;

/** How an order waits for its outcome. */
export interface HowToWait {
  /** By the call that starts the purchase, unless false: it is answered sooner, and ends only with the outcome. */
  fromTheStart?: boolean;
  /** Called once the order is durable and only its outcome is awaited. */
  onWaiting?: () => void;
}

/** The purchases; every method throws `TemporalUnavailable`. */
export interface Purchases {
  /**
   * Makes the order durable as a workflow, or finds its existing workflow (I8).
   * @param waitMs maximum time to wait for the outcome; 0 does not wait
   */
  submit(order: PurchaseOrder, waitMs: number, how?: HowToWait): Promise<Submission>;
  /** @param waitMs as for `submit` */
  find(channel: ChannelName, externalId: ExternalId, waitMs: number): Promise<Purchase | undefined>;
  cancel(channel: ChannelName, externalId: ExternalId, why: string): Promise<Cancellation>;
  /** The events after a known one; none if the wait timed out or was aborted. */
  eventsAfter(channel: ChannelName, externalId: ExternalId, question: EventsQuestion): Promise<EventsAnswer>;
  /** Whether orders can be accepted now; does not throw `TemporalUnavailable`. */
  readiness(): Promise<Readiness>;
}
