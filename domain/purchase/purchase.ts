import type { Attention } from './attention';
import type { Discount } from '../catalogue/discount';
import type { GatewayTerms } from '../gateway-promises';
import type { ChannelName, ExternalId, PurchaseId } from '../identifiers';
import type { Msisdn } from '../msisdn';
import type { PackageCode, PaymentForm } from '../catalogue/packages';
import type { PurchaseEvent } from './events';
import type { PurchaseOutcome, PurchaseState } from './states';
import type { StepRecord } from './steps';
import type { Refusal } from './refusals';
import type { Origin } from '../trace';
import type { Vnd } from '../vnd';
import type { WebhookPolicy } from '../notice/webhook-policy';

/** What was bought, by whom and at what price: frozen when the order was accepted, JSON through and through. */
export interface PurchaseOrder extends Origin {
  purchaseId: PurchaseId;
  channel: ChannelName;
  externalId: ExternalId;
  msisdn: Msisdn;
  package: { code: PackageCode; name: string };
  paymentForm: PaymentForm;
  faceValue: Vnd;
  discount: Discount;
  /** Face value less discount: what the agent owes MobiFone. */
  payable: Vnd;
  /** ISO 8601, UTC. */
  acceptedAt: string;
  /** The states that the channel is told of as well, frozen; absent when there are none. */
  webhookStates?: readonly PurchaseState[];
}

/** How long and how often the workflow tries; milliseconds. From configuration, frozen with the order. */
export interface PurchasePolicy {
  /** One attempt of a gateway activity, its inquiry included. */
  attemptTimeout: number;
  /** A worker that is silent for so long in an attempt is taken for dead. */
  heartbeatTimeout: number;
  /** First and longest pause between attempts. */
  retryInitialInterval: number;
  retryMaximumInterval: number;
  /** A command without an answer for so long needs attention; doubled each round while trying goes on. */
  patience: number;
  /** How long after a rollback in doubt MobiFone is asked whether something landed late. */
  lateEffectWatch: number;
  /** With a gateway rate limit, MobiFone's calls go to this queue of their own. */
  gatewayTaskQueue?: string;
  /** Absent in older purchases, whose notices are delivered on the workflow's own queue. */
  webhooks?: WebhookPolicy;
  /**
   * How long the registration, and then the charge, is waited for where one activity first tries both (postpaid);
   * absent where each is its own activity from the start, as in older purchases.
   */
  firstTryLimit?: number;
  /**
   * What MobiFone's gateway is taken to keep; absent in older purchases, whose workflows neither watch after a refusal
   * in doubt, nor pause after each round, nor have a person's decision confirmed.
   */
  gateway?: GatewayTerms;
  /** After how many rounds of its steps a purchase continues as a new run; absent for the default. */
  roundsOfARun?: number;
  /**
   * Whether a call inside the workflow task is neither skipped nor interrupted, and news that came with its answer is
   * heard before the answer; absent in older purchases, where a replay could hear them in another order.
   */
  undisturbedCalls?: boolean;
  /** Whether a state becomes searchable when the workflow next waits, not at once; absent in older purchases. */
  searchableWhenWaiting?: boolean;
}

/** A purchase as the workflow tells it: its result, its query's answer, and what the API is shaped from. */
export interface Purchase {
  order: PurchaseOrder;
  state: PurchaseState;
  outcome: PurchaseOutcome | null;
  reason: Refusal | null;
  steps: StepRecord[];
  /** All that happened so far, in order; read by `eventsAfter`, since older workers tell none. */
  events: PurchaseEvent[];
  attention: Attention | null;
  /** ISO 8601, UTC. */
  updatedAt: string;
}

/** A purchase at the moment of its acceptance. */
export function acceptedPurchase(order: PurchaseOrder): Purchase {
  return {
    // In the order in which an operator reads the result in the Web UI.
    outcome: null,
    state: 'accepted',
    reason: null,
    attention: null,
    steps: [],
    events: [{ sequence: 1, at: order.acceptedAt, kind: 'state', state: 'accepted' }],
    updatedAt: order.acceptedAt,
    order,
  };
}

/** What of an order must be the same whenever its id is sent again. */
export type DifferingField = 'msisdn' | 'package';

/** The fields in which what is wanted now is not the order that has the id; none when it is that order again. */
export function differingFields(
  order: PurchaseOrder,
  wanted: { msisdn: Msisdn; package: PackageCode },
): DifferingField[] {
  return [
    ...(order.msisdn === wanted.msisdn ? [] : (['msisdn'] as const)),
    ...(order.package.code === wanted.package ? [] : (['package'] as const)),
  ];
}

/** Whether a purchase may still be cancelled: as long as its charge (prepaid: its registration) was not sent. */
export function mayCancel({ state, order }: Pick<Purchase, 'state' | 'order'>): boolean {
  if (state === 'accepted' || state === 'checking') return true;
  return state === 'registering' && order.paymentForm === 'postpaid';
}
