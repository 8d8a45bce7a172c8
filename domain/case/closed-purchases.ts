import type { ChannelName, ExternalId, PurchaseId } from '../identifiers';
import type { OpenedCase } from '../notice/operations-events';
import type { WebhookPolicy } from '../notice/webhook-policy';

/** The names of the sweep for purchases that were ended from outside; written into schedules and histories, so never renamed. */
export const CLOSED_PURCHASES_WORKFLOW = 'closedPurchases';
export const CLOSED_PURCHASES_SCHEDULE = 'closed-purchases';
/** Who opens the cases, as it stands in them. */
export const SWEEP = 'sweep';

/** A purchase whose latest run was ended from outside. */
export interface ClosedPurchase {
  channel: ChannelName;
  externalId: ExternalId;
  purchaseId: PurchaseId;
  /** The run that was ended. */
  runId: string;
  /** Set when there was a case about it which was itself ended from outside. */
  caseCutOff?: true;
}

/** What a sweep came to. */
export interface SweepResult {
  opened: readonly OpenedCase[];
  /** Purchases for which no case could be opened, and why; the next sweep tries again. */
  notOpened: readonly (Pick<ClosedPurchase, 'channel' | 'externalId' | 'purchaseId'> & { why: string })[];
  /** How operations are told; a sweep is started without a policy, and absent in earlier ones. */
  webhooks?: WebhookPolicy;
}

/** How the purchase of a case stands: still cut off, going on in a newer run or over in one, or forgotten. */
export type ClosedPurchaseStatus = 'cut_off' | 'goes_on' | 'over' | 'forgotten';
