import { WorkflowFailedError, type Client } from '@temporalio/client';
import { isClosedEvidence } from '../domain/case/case';
import { purchaseWorkflowId } from '../domain/identifiers';
import type { Purchase } from '../domain/purchase/purchase';
import { listCases } from '../client/cases';
import { webUiLinks, type WebUiLinks } from '../client/web-ui-links';
import type {
  CaseLink,
  Evidence,
  HistoryReader,
  InternalPurchase,
  RefundNoticeStatus,
} from './internal-purchase';
import { evidenceEventIds, runHistories } from '../client/history/purchase-history';
import { compareText } from '../runtime/text-order';

/** Opens the history of a purchase that differs, for its evidence. */
export class TemporalHistoryReader implements HistoryReader {
  private readonly links: WebUiLinks | null;

  /** @param webUiUrl base of the Web UI, for links; null makes none */
  constructor(
    private readonly client: Client,
    webUiUrl: string | null,
  ) {
    this.links = webUiLinks(webUiUrl, client.options.namespace);
  }

  async read(internal: InternalPurchase): Promise<{ evidence: Evidence; refundNotice: RefundNoticeStatus }> {
    const workflowId = purchaseWorkflowId(internal.channel, internal.externalId);
    const runs = await runHistories(this.client, { workflowId });
    return {
      evidence: {
        workflowId,
        // Event ids are those of one run: the latest in which MobiFone was asked anything.
        eventIds: runs.map(evidenceEventIds).findLast((ids) => ids.length > 0) ?? [],
        webUiLink: this.links?.workflow(workflowId) ?? null,
        cases: await this.casesOf(internal),
      },
      refundNotice: (await this.wasDelivered(internal, workflowId)) ? 'delivered' : internal.refundNotice,
    };
  }

  private async casesOf({ purchaseId }: InternalPurchase): Promise<CaseLink[]> {
    const links: CaseLink[] = [];
    for await (const { card, state } of listCases(this.client, { purchaseId })) {
      links.push({
        id: card.id,
        state,
        webUiLink: this.links?.workflow(card.id) ?? null,
        ...(isClosedEvidence(card.evidence) ? {} : { settlementFile: card.evidence.settlementFile }),
      });
    }
    return links.sort((one, other) => compareText(one.id, other.id));
  }

  /** A workflow that completed tells in its result whether the channel was told; one that was cut off does not. */
  private async wasDelivered(internal: InternalPurchase, workflowId: string): Promise<boolean> {
    if (internal.refundNotice !== 'due' || internal.closedAt === null) return false;
    try {
      const told = (await this.client.workflow.getHandle(workflowId).result()) as Purchase | undefined; // the purchase workflow's; none where it was completed by hand
      const steps = Array.isArray(told?.steps) ? told.steps : []; // or completed with something else, such as its own input
      return steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    } catch (error) {
      if (error instanceof WorkflowFailedError) return false;
      throw error;
    }
  }
}
