import { WorkflowFailedError, type Client } from '@temporalio/client';
import { purchaseWorkflowId } from '../domain/identifiers';
import type { Purchase } from '../domain/purchase/purchase';
import { listCases } from '../client/cases';
import { webUiLinks, type WebUiLinks } from '../client/web-ui-links';
import { evidenceEventIds, runHistories } from '../client/history/purchase-history';
import type { CaseLink, Evidence, HistoryReader, OurPurchase, RefundNotice } from './our-purchase';
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

  async read(ours: OurPurchase): Promise<{ evidence: Evidence; refundNotice: RefundNotice }> {
    const workflowId = purchaseWorkflowId(ours.channel, ours.externalId);
    const runs = await runHistories(this.client, { workflowId });
    return {
      evidence: {
        workflowId,
        // Event ids are those of one run: the latest in which MobiFone was asked anything.
        eventIds: runs.map(evidenceEventIds).findLast((ids) => ids.length > 0) ?? [],
        webUiLink: this.links?.workflow(workflowId) ?? null,
        cases: await this.casesOf(ours),
      },
      refundNotice: (await this.wasDelivered(ours, workflowId)) ? 'delivered' : ours.refundNotice,
    };
  }

  private async casesOf({ purchaseId }: OurPurchase): Promise<CaseLink[]> {
    const links: CaseLink[] = [];
    for await (const { card, state } of listCases(this.client, { purchaseId })) {
      links.push({ id: card.id, state, webUiLink: this.links?.workflow(card.id) ?? null });
    }
    return links.sort((one, other) => compareText(one.id, other.id));
  }

  /** A workflow that completed tells in its result whether the channel was told; one that was cut off does not. */
  private async wasDelivered(ours: OurPurchase, workflowId: string): Promise<boolean> {
    if (ours.refundNotice !== 'due' || ours.closedAt === null) return false;
    try {
      const purchase = (await this.client.workflow.getHandle(workflowId).result()) as Purchase; // the purchase workflow's
      return purchase.steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    } catch (error) {
      if (error instanceof WorkflowFailedError) return false;
      throw error;
    }
  }
}
