import type { Channel } from '../channel/registry';
import type { HowToWait, Purchases, Submission } from '../client/purchases';
import type { BatchId } from '../domain/identifiers';
import { localDay } from '../domain/local-time';
import { differingFields, type Purchase, type PurchaseOrder } from '../domain/purchase/purchase';
import type { Origin } from '../domain/trace';
import type { DuplicateGuard } from './duplicate-guard';
import type { NumberLimitGuard } from './number-limits';
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

/**
 * What it means to accept one order: for the route that takes single orders, and for each row of a batch.
 */
export class OrderAcceptance {
  constructor(private readonly parts: AcceptanceParts) {}

  /**
   * Submits an order at the current price. An order that was accepted before needs no offer any more.
   * @throws SaleRefused; TemporalUnavailable when it is unknown whether it was accepted, and it is safe to send it again
   */
  async submit(source: OrderSource, wanted: PurchaseRequest, { waitMs, ...how }: Wait): Promise<Submission> {
    const { purchases, gate, duplicates, numberLimits, now } = this.parts;
    const { channel, origin, namesOther, batchId } = source;
    const at = now();
    const offered = await gate.findFor(wanted.msisdn, wanted.package, channel, at).catch(refusalOnly);
    if (!(offered instanceof SaleRefused)) {
      const claim = await duplicates.admit(channel, wanted, namesOther);
      const order = purchaseOrder(channel, wanted, offered, { at, origin, batchId });
      const counted = await numberLimits.admit(channel, wanted, order.faceValue, at).catch(async (fault) => {
        // The same order, sent again meanwhile, may rely on the claim.
        if (fault instanceof SaleRefused && !(await purchases.find(channel.name, wanted.externalId, 0)))
          await claim?.release();
        throw fault;
      });
      const lost = source.lost?.();
      if (lost) {
        // The same order, sent again meanwhile with another key, may rely on both.
        if (!(await purchases.find(channel.name, wanted.externalId, 0)))
          await Promise.all([claim?.release(), counted.release()]);
        throw lost;
      }
      const submission = await purchases.submit(order, waitMs, how);
      if (!isAcceptedSince(submission, at.getTime() - BEING_ACCEPTED_MS)) await claim?.release();
      if (!isWhatWasCounted(submission, order)) await counted.release();
      return submission;
    }
    how.onWaiting?.();
    const existing = await purchases.find(channel.name, wanted.externalId, waitMs);
    if (!existing) throw offered;
    return repetition(existing, wanted);
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
