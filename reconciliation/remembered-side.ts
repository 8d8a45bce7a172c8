import { purchaseWorkflowId, type PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import { isUnknownWorkflow } from '../client/temporal-answers';
import type { HistoryReader, OurPurchase, OurSide } from './our-purchase';

/** Temporal first, and what it has forgotten from the archive. */
export class RememberedSide implements OurSide {
  constructor(
    private readonly temporal: OurSide,
    private readonly archive: OurSide,
  ) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<OurPurchase> {
    const known = new Set<PurchaseId>();
    for await (const purchase of this.temporal.purchasesOf(day)) {
      known.add(purchase.purchaseId);
      yield purchase;
    }
    for await (const purchase of this.archive.purchasesOf(day)) {
      if (!known.has(purchase.purchaseId)) yield purchase;
    }
  }

  async find(id: PurchaseId): Promise<OurPurchase | undefined> {
    return (await this.temporal.find(id)) ?? this.archive.find(id);
  }
}

/** Where there is no archive: the index may list a purchase for a while that retention has taken. */
export const NO_HISTORY: HistoryReader = {
  read: ({ channel, externalId, refundNotice }) =>
    Promise.resolve({
      evidence: { workflowId: purchaseWorkflowId(channel, externalId), eventIds: [], webUiLink: null },
      refundNotice,
    }),
};

/** Opens a history at Temporal, or what the archive has of one that is forgotten. */
export class RememberedHistory implements HistoryReader {
  constructor(
    private readonly temporal: HistoryReader,
    private readonly archive: HistoryReader,
  ) {}

  async read(ours: OurPurchase): ReturnType<HistoryReader['read']> {
    try {
      return await this.temporal.read(ours);
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return this.archive.read(ours);
      throw fault;
    }
  }
}
