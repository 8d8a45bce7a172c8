import type { ChannelName, ExternalId, PurchaseId } from '../identifiers';
import type { OpenedCase } from '../notice/operations-events';
import type { WebhookPolicy } from '../notice/webhook-policy';

/** The names of the sweep for purchases that were ended from outside; written into schedules and histories, so never renamed. */
export const CLOSED_PURCHASES_WORKFLOW = 'closedPurchases';
export const CLOSED_PURCHASES_SCHEDULE = 'closed-purchases';
/** The name under which the sweep opens cases. */
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

/** The result of a sweep. */
export interface SweepResult {
  opened: readonly OpenedCase[];
  /** Purchases for which no case could be opened, and why; the next sweep tries again. */
  notOpened: readonly (Pick<ClosedPurchase, 'channel' | 'externalId' | 'purchaseId'> & { why: string })[];
  /** How operations are alerted; absent in earlier sweeps, which have no policy. */
  webhooks?: WebhookPolicy;
}

/**
 * The status of a case's purchase: still cut off, in this run or in a newer one, continued or ended by a newer run, or deleted.
 * `other_case`: a `make_good` case about it is open, has refunded it or registered it again.
 */
export type ClosedPurchaseStatus =
  'cut_off' | 'newer_cut_off' | 'goes_on' | 'over' | 'forgotten' | 'other_case';
