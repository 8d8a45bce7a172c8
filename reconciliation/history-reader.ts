import { WorkflowFailedError, type Client } from '@temporalio/client';
import { PayloadUnreadable } from '../encryption/payload-unreadable';
import { isClosedEvidence } from '../domain/case/case';
import { purchaseWorkflowId } from '../domain/identifiers';
import type { Purchase } from '../domain/purchase/purchase';
import { listCases } from '../client/cases';
import { describedOwnRun } from '../client/first-chain';
import { answerOf } from '../client/temporal-answers';
import { requireOwnPurchase } from '../client/own-order';
import { webUiLinks, type WebUiLinks } from '../client/web-ui-links';
import type {
  CaseFinder,
  CaseLink,
  Evidence,
  HistoryReader,
  InternalPurchase,
  RefundNoticeStatus,
} from './internal-purchase';
import { evidenceEventIds, runHistories } from '../client/history/purchase-history';
import { compareText } from '../runtime/text-order';

/** A run that is over has its result; nobody waits for one that runs, ms. */
const RESULT_DEADLINE_MS = 30_000;

/** Opens the history of a purchase that differs, for its evidence. */
export class TemporalHistoryReader implements HistoryReader, CaseFinder {
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

  async casesOf({ purchaseId }: Pick<InternalPurchase, 'purchaseId'>): Promise<readonly CaseLink[]> {
    const links: CaseLink[] = [];
    for await (const { card, state, cutOff } of listCases(this.client, { purchaseId })) {
      links.push({
        id: card.id,
        state,
        webUiLink: this.links?.workflow(card.id) ?? null,
        ...(cutOff ? { cutOff: true as const } : {}),
        ...(isClosedEvidence(card.evidence) ? {} : { settlementFile: card.evidence.settlementFile }),
      });
    }
    return links.sort((one, other) => compareText(one.id, other.id));
  }

  /** A workflow that completed tells in its result whether the channel was told; one that was cut off does not. */
  private async wasDelivered(internal: InternalPurchase, workflowId: string): Promise<boolean> {
    if (internal.refundNotice !== 'due' || internal.closedAt === null) return false;
    try {
      const { runId } = await describedOwnRun(this.client, workflowId);
      const run = this.client.workflow.getHandle(workflowId, runId, { followRuns: false });
      const told = (await answerOf(this.client, RESULT_DEADLINE_MS, () => run.result())) as
        Purchase | undefined; // the purchase workflow's; none where it was completed by hand
      const { steps } = requireOwnPurchase(workflowId, told);
      const known = Array.isArray(steps) ? steps : []; // or completed with something else, such as its own input
      return known.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    } catch (error) {
      if (error instanceof WorkflowFailedError || isOfNoPurchase(error)) return false;
      throw error;
    }
  }
}

/** The result is none, or that of another purchase: it says nothing of this one. */
function isOfNoPurchase(error: unknown): boolean {
  return error instanceof PayloadUnreadable && (error.reason === 'no_order' || error.reason === 'moved');
}
