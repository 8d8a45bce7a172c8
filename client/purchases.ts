import type { ChannelName, ExternalId } from '../domain/identifiers';
import type { Purchase, PurchaseOrder } from '../domain/purchase';

/** What came of submitting an order. */
export type Submission =
  | { kind: 'accepted'; purchase: Purchase }
  /** The same order was accepted before; this is that purchase as it is now. */
  | { kind: 'repeated'; purchase: Purchase }
  /** The id is taken by an order with other content; the fields that differ. */
  | { kind: 'conflict'; differing: readonly ('msisdn' | 'package')[] };

/** What came of asking for a cancellation. */
export type Cancellation =
  | { kind: 'cancelling'; purchase: Purchase }
  /** The charge (prepaid: the registration) was sent, or the purchase is over; the state tells which. */
  | { kind: 'too_late'; purchase: Purchase }
  | { kind: 'not_found' };

/** Temporal could not be reached or did not answer: nothing is known of the request, which may be sent again. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
}

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
  /** Whether Temporal answers and its namespace is there. */
  ready(): Promise<boolean>;
}
