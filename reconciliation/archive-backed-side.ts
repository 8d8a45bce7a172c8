import { purchaseWorkflowId, type PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import { isUnknownWorkflow } from '../client/temporal-answers';
import type { HistoryReader, InternalPurchase, InternalSide } from './internal-purchase';

/** Our purchases from Temporal, and from the archive those past retention. */
export class ArchiveBackedSide implements InternalSide {
  constructor(
    private readonly temporal: InternalSide,
    private readonly archive: InternalSide,
  ) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<InternalPurchase> {
    const known = new Set<PurchaseId>();
    for await (const purchase of this.temporal.purchasesOf(day)) {
      known.add(purchase.purchaseId);
      yield purchase;
    }
    for await (const purchase of this.archive.purchasesOf(day)) {
      if (!known.has(purchase.purchaseId)) yield purchase;
    }
  }

  async find(id: PurchaseId): Promise<InternalPurchase | undefined> {
    return (await this.temporal.find(id)) ?? this.archive.find(id);
  }
}

/** Used without an archive: Temporal's index may still list a purchase whose history is past retention. */
export const NO_HISTORY: HistoryReader = {
  read: ({ channel, externalId, refundNotice }) =>
    Promise.resolve({
      evidence: { workflowId: purchaseWorkflowId(channel, externalId), eventIds: [], webUiLink: null },
      refundNotice,
    }),
};

/** Reads a history from Temporal, or from the archive when it is past retention. */
export class ArchiveBackedHistory implements HistoryReader {
  constructor(
    private readonly temporal: HistoryReader,
    private readonly archive: HistoryReader,
  ) {}

  async read(internal: InternalPurchase): ReturnType<HistoryReader['read']> {
    try {
      return await this.temporal.read(internal);
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return this.archive.read(internal);
      throw fault;
    }
  }
}
