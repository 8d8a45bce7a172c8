import type { CaseId, ChannelName, ExternalId, PurchaseId } from '../identifiers';
import type { LocalDay } from '../local-time';
import type { PurchaseState } from '../purchase/states';
import type { NotReconciledReason, ReconciledDay } from '../reconciliation/reconciliation';

/** The events that operations get by their webhook; `type` is the event's name on the wire. */
export type OperationsEvent =
  | {
      type: 'operations.reconciliation_breaks';
      id: string;
      /** ISO 8601, UTC. */
      occurredAt: string;
      data: Pick<ReconciledDay, 'day' | 'counts' | 'atStake' | 'badLines' | 'difference' | 'report'> & {
        workflowId: string;
      };
    }
  | {
      type: 'operations.reconciliation_failed';
      id: string;
      occurredAt: string;
      data: { day: LocalDay; reason: NotReconciledReason; detail: string; workflowId: string };
    }
  | {
      type: 'operations.purchases_cut_off';
      id: string;
      occurredAt: string;
      /** `cases` are the first of `count`. */
      data: { count: number; atStake: number; cases: readonly OpenedCase[]; workflowId: string };
    }
  | {
      type: 'operations.breaks_open';
      id: string;
      occurredAt: string;
      /** `breaks` are the ids of the first of `count`; `oldest` is when the first of them was found. */
      data: {
        day: LocalDay;
        count: number;
        atStake: number;
        oldest: string;
        breaks: readonly string[];
        workflowId: string;
      };
    };

/** A case that was opened about a purchase that was ended from outside. */
export interface OpenedCase {
  id: CaseId;
  purchaseId: PurchaseId;
  channel: ChannelName;
  externalId: ExternalId;
  state: PurchaseState;
  /** Whole đồng. */
  atStake: number;
}

/** The workflow that delivers an event to operations; written into histories, so never renamed. */
export const OPERATIONS_ALERT_WORKFLOW = 'operationsAlert';

/** The one workflow that delivers an event. */
export function operationsAlertWorkflowId(event: OperationsEvent): string {
  return `alert:${event.id}`;
}

/** Characters of a digest, enough to be unique among the reports of a day. */
const DIGEST_LENGTH = 16;

/** The id of an event about a report: the same for the same comparison, however often it is made or sent. */
export function breaksEventId(day: LocalDay, digest: string): string {
  return `evt_reconciliation_${day}_${digest.slice(0, DIGEST_LENGTH)}`;
}

/** The id of an event about a day that a run could not reconcile; the next morning's run has an id of its own. */
export function failedEventId(day: LocalDay, runId: string): string {
  return `evt_reconciliation_${day}_failed_${runId}`;
}

/**
 * The id of an event about open breaks: each break is told of once, the first of an event gives it its id.
 * @param runId the register's first run, since one that has ended begins again with other breaks; none in earlier versions
 */
export function openBreaksEventId(day: LocalDay, breakId: string, runId?: string): string {
  return `evt_breaks_${day}_${breakId}${runId === undefined ? '' : `_${runId}`}`;
}

/** The id of the event about the purchases that one sweep found cut off. */
export function cutOffEventId(runId: string): string {
  return `evt_purchases_cut_off_${runId}`;
}
