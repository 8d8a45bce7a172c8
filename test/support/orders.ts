import { derivePurchaseId } from '../../client/purchase-id';
import { discountAmount } from '../../domain/catalogue/discount';
import type { GatewayTerms } from '../../domain/gateway-promises';
import { channelName, externalId } from '../../domain/identifiers';
import { msisdn } from '../../domain/msisdn';
import { packageCode, type PaymentForm } from '../../domain/catalogue/packages';
import type { PurchaseOrder, PurchasePolicy } from '../../domain/purchase/purchase';
import { vnd } from '../../domain/vnd';

let count = 0;

/** An order as the API accepts it; every call is another one. */
export function anOrder(
  change: {
    paymentForm?: PaymentForm;
    msisdn?: string;
    externalId?: string;
    channel?: string;
    /** Where the server’s clock is not this machine’s; milliseconds. */
    acceptedAtMs?: number;
  } = {},
): PurchaseOrder {
  count += 1;
  const channel = channelName(change.channel ?? 'demo');
  const id = externalId(change.externalId ?? `order-${process.pid}-${count}`);
  const faceValue = vnd(90_000);
  const discount = discountAmount(faceValue, 600, 'down');
  return {
    purchaseId: derivePurchaseId(channel, id),
    channel,
    externalId: id,
    msisdn: msisdn(change.msisdn ?? '84901234567'),
    package: { code: packageCode('D90'), name: 'Gói D90' },
    paymentForm: change.paymentForm ?? 'postpaid',
    faceValue,
    discount: { ruleId: 'general', rateBasisPoints: 600, amount: discount },
    payable: vnd(faceValue - discount),
    acceptedAt: new Date(change.acceptedAtMs ?? Date.now()).toISOString(),
  };
}

/**
 * The time-skipping server never ends an activity whose patience ends on a whole second, which one in a thousand does;
 * with this fraction of a millisecond none does, however often the patience is doubled.
 */
export const OFF_THE_SECOND_MS = 1 / 64;

/** A gateway nobody knows: it keeps no promise but that its inquiries are right after half a minute. */
export const TERMS: GatewayTerms = { kept: [], finalAfterMs: 30_000 };

/** A policy in workflow time; the time-skipping server lets hours pass in no time. */
export const POLICY: PurchasePolicy = {
  attemptTimeout: 60_000,
  heartbeatTimeout: 30_000,
  retryInitialInterval: 1_000,
  retryMaximumInterval: 120_000,
  patience: 600_000 + OFF_THE_SECOND_MS,
  lateEffectWatch: 900_000,
  gateway: TERMS,
  searchableWhenWaiting: true,
  searchableRefunds: true,
  searchableAttention: true,
  undisturbedCalls: true,
  callsAreActivities: true,
  ownActivityIds: true,
};

/** As sold by default: check, registration and charge are first attempted in one activity. */
export const ATTEMPT_POLICY: PurchasePolicy = { ...POLICY, saleAttemptLimit: 20_000 };

/** Of purchases accepted before `callsAreActivities`: checks and messages are first tried inside a workflow task. */
export const LOCAL_POLICY: PurchasePolicy = { ...POLICY, callsAreActivities: false };

/** Of purchases accepted before `saleAttemptLimit`: the registration and its charge are first tried together. */
export const FIRST_TRY_POLICY: PurchasePolicy = { ...LOCAL_POLICY, firstTryLimit: 20_000 };

/** A policy under which nothing is tried again within the hour: what happens sooner, somebody asked for. */
export const SLOW_POLICY: PurchasePolicy = {
  ...POLICY,
  retryInitialInterval: 3_600_000,
  retryMaximumInterval: 3_600_000,
  patience: 36_000_000 + OFF_THE_SECOND_MS,
};
