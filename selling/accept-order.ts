import type { Channel } from '../channel/registry';
import type { OrderClaim } from '../client/order-claims';
import type { HowToWait, Purchases, Submission } from '../client/purchases';
import type { BatchId } from '../domain/identifiers';
import { localDay } from '../domain/local-time';
import { differingFields, type Purchase, type PurchaseOrder } from '../domain/purchase/purchase';
import type { Origin } from '../domain/trace';
import type { DuplicateGuard } from './duplicate-guard';
import type { CountedOrder, NumberLimitGuard } from './number-limits';
import { purchaseOrder, type PurchaseRequest } from './order';
import { SaleRefused } from './sale-refused';
import type { SalesGate } from './sales-gate';

/** The same order sent twice at once is accepted through either of the two, and both hold what they took for it. */
const BEING_ACCEPTED_MS = 60_000;

/** How long an answer may wait for the outcome, and how. */
export type Wait = HowToWait & { waitMs: number };

/** Whose order it is, and where it comes from. */
export interface OrderSource {
  channel: Channel;
  origin: Origin;
  /** Whether a refusal names the other order of the channel that sold the same. */
  namesOther: boolean;
  /** The batch that the order is a row of. */
  batchId?: BatchId;
  /** Why who sends the order may no longer do so: a key may have been revoked since the request was let in. */
  lost?: () => Error | undefined;
}

export interface AcceptanceParts {
  purchases: Purchases;
  gate: SalesGate;
  duplicates: DuplicateGuard;
  numberLimits: NumberLimitGuard;
  now: () => Date;
}

/** An order that may be sold, with what it took for that. */
interface Admitted {
  order: PurchaseOrder;
  claim: OrderClaim | undefined;
  counted: CountedOrder;
}

/**
 * What it means to accept one order: for the route that takes single orders, and for each row of a batch.
 */
export class OrderAcceptance {
  constructor(private readonly parts: AcceptanceParts) {}

  /**
   * Submits an order at the current price. One that was accepted before needs no offer, claim or place any more.
   * @throws SaleRefused; TemporalUnavailable when it is unknown whether it was accepted, and it is safe to send it again
   */
  async submit(source: OrderSource, wanted: PurchaseRequest, { waitMs, ...how }: Wait): Promise<Submission> {
    const { purchases, now } = this.parts;
    const at = now();
    const admitted = await this.admit(source, wanted, at).catch(refusalOnly);
    if (admitted instanceof SaleRefused) {
      how.onWaiting?.();
      const existing = await purchases.find(source.channel.name, wanted.externalId, waitMs);
      if (!existing) throw admitted;
      return repetition(existing, wanted);
    }
    const { order, claim, counted } = admitted;
    const submission = await purchases.submit(order, waitMs, how);
    if (!isAcceptedSince(submission, at.getTime() - BEING_ACCEPTED_MS)) await claim?.release();
    if (!isWhatWasCounted(submission, order)) await counted.release();
    return submission;
  }

  /** @throws SaleRefused: what was taken for the order until then is given back, unless it was accepted meanwhile */
  private async admit(
    { channel, origin, namesOther, batchId, lost }: OrderSource,
    wanted: PurchaseRequest,
    at: Date,
  ): Promise<Admitted> {
    const { purchases, gate, duplicates, numberLimits } = this.parts;
    const offered = await gate.findFor(wanted.msisdn, wanted.package, channel, at);
    const claim = await duplicates.admit(channel, wanted, namesOther);
    const order = purchaseOrder(channel, wanted, offered, { at, origin, batchId });
    const counted = await numberLimits.admit(channel, wanted, order.faceValue, at).catch(async (fault) => {
      // The same order, sent again meanwhile, may rely on the claim.
      if (fault instanceof SaleRefused && !(await purchases.find(channel.name, wanted.externalId, 0)))
        await claim?.release();
      throw fault;
    });
    const refusal = lost?.();
    if (refusal) {
      // The same order, sent again meanwhile with another key, may rely on both; one of before relies on neither.
      const existing = await purchases.find(channel.name, wanted.externalId, 0);
      if (!existing || Date.parse(existing.order.acceptedAt) < at.getTime() - BEING_ACCEPTED_MS)
        await Promise.all([claim?.release(), counted.release()]);
      throw refusal;
    }
    return { order, claim, counted };
  }
}

/** @throws anything that is not a refusal */
function refusalOnly(fault: unknown): SaleRefused {
  if (fault instanceof SaleRefused) return fault;
  throw fault;
}

function isAcceptedSince(submission: Submission, moment: number): boolean {
  if (submission.kind === 'conflict') return false;
  return submission.kind === 'accepted' || Date.parse(submission.purchase.order.acceptedAt) >= moment;
}

/** An order that was accepted before may be another day's, or have had another price. */
function isWhatWasCounted(submission: Submission, counted: PurchaseOrder): boolean {
  if (submission.kind !== 'repeated') return submission.kind === 'accepted';
  const { acceptedAt, faceValue } = submission.purchase.order;
  const dayOf = (moment: string) => localDay(new Date(moment));
  return faceValue === counted.faceValue && dayOf(acceptedAt) === dayOf(counted.acceptedAt);
}

/** What `Purchases.submit` would say, for an order that cannot be made any more. */
function repetition(purchase: Purchase, wanted: PurchaseRequest): Submission {
  const differing = differingFields(purchase.order, wanted);
  return differing.length > 0 ? { kind: 'conflict', differing } : { kind: 'repeated', purchase };
}
