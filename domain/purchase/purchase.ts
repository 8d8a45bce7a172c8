import type { Attention } from './attention';
import type { Discount } from '../catalogue/discount';
import type { GatewayTerms } from '../gateway-promises';
import type { BatchId, ChannelName, ExternalId, PurchaseId } from '../identifiers';
import type { Msisdn } from '../msisdn';
import type { PackageCode, PaymentForm } from '../catalogue/packages';
import type { PurchaseEvent } from './events';
import type { PurchaseOutcome, PurchaseState } from './states';
import type { StepRecord } from './steps';
import type { ReasonCode } from './reasons';
import type { Origin } from '../trace';
import type { Vnd } from '../vnd';
import type { WebhookPolicy } from '../notice/webhook-policy';

/** What was bought, by whom and at what price: frozen when the order was accepted. Plain JSON. */
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
  /** The states that the channel subscribed to, frozen; absent when there are none. */
  webhookStates?: readonly PurchaseState[];
  /** The channel's batch that the order is a row of; absent in single orders. */
  batchId?: BatchId;
}

/** How long and how often the workflow tries; milliseconds. From configuration, frozen with the order. */
export interface PurchasePolicy {
  /** One attempt of a gateway activity, its inquiry included. */
  attemptTimeout: number;
  /** An attempt without a heartbeat for this long is declared lost. */
  heartbeatTimeout: number;
  /** First and longest pause between attempts. */
  retryInitialInterval: number;
  retryMaximumInterval: number;
  /** A command without an answer needs attention after this long at the latest, earlier if its next try would be later; doubled each round while retries continue. */
  patience: number;
  /** How long after a rollback in doubt MobiFone is asked whether a command took effect late. */
  lateEffectWatch: number;
  /** The separate queue of MobiFone's calls, where the gateway has a rate limit. */
  gatewayTaskQueue?: string;
  /** Absent in older purchases, whose notices are delivered on the workflow's own queue. */
  webhooks?: WebhookPolicy;
  /**
   * How long the check, the registration and the charge may each take where one activity first attempts all three
   * (postpaid); absent where each is an activity of its own from the start, and in older purchases.
   */
  saleAttemptLimit?: number;
  /** The same for the registration and the charge alone, after a check of its own: in older purchases only. */
  firstTryLimit?: number;
  /** Whether every call is a normal activity; absent in older purchases, which first try some inside a workflow task. */
  callsAreActivities?: boolean;
  /**
   * The promises that MobiFone's gateway is assumed to keep; absent in older purchases, whose workflows neither watch
   * after a refusal in doubt, nor pause after each round, nor have a person's decision confirmed.
   */
  gateway?: GatewayTerms;
  /** After how many rounds of its steps a purchase continues as a new run; absent for the default. */
  roundsOfARun?: number;
  /**
   * Whether a call inside the workflow task is neither skipped nor interrupted, and updates that arrived with its answer
   * are handled before the answer; absent in older purchases, where a replay could see them in another order.
   */
  undisturbedCalls?: boolean;
  /** Whether the id of each activity names its type and its run; absent in older purchases, where it is a number. */
  ownActivityIds?: boolean;
  /** Whether it is searchable since when a refund notice is due, and whether its channel has it; absent in older purchases. */
  searchableRefunds?: boolean;
  /** Whether it is searchable since when it needs attention; absent in older purchases. */
  searchableAttention?: boolean;
  /** Whether it is a row of a batch, whose calls to MobiFone come after those of single sales; absent in single ones. */
  bulk?: boolean;
  /** Whether a state becomes searchable when the workflow next waits, not at once; absent in older purchases. */
  searchableWhenWaiting?: boolean;
}

/** A purchase as the workflow reports it: its result, its query's answer, and the source of the API's resource. */
export interface Purchase {
  order: PurchaseOrder;
  state: PurchaseState;
  outcome: PurchaseOutcome | null;
  reason: ReasonCode | null;
  steps: StepRecord[];
  /** Everything that happened so far, in order; read by `eventsAfter`, since older workers record none. */
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
