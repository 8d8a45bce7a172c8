import type { Archive } from '../archive/archive';
import { ArchiveFault, dayFiles } from '../archive/archive-files';
import type { ArchivedPurchase, ReadablePurchase } from '../archive/archived-purchase';
import { isUnknownWorkflow } from '../client/temporal-answers';
import { purchaseWorkflowId, type PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import {
  purchasesWith,
  internalPurchase,
  type CaseFinder,
  type Evidence,
  type HistoryReader,
  type InternalPurchase,
  type InternalSide,
  type RefundNoticeStatus,
} from './internal-purchase';

/** Our purchases from the archive, for days past Temporal's retention. */
export class ArchiveSide implements InternalSide {
  /** @param alone whether the archive is the only source, so that its days must be complete */
  constructor(
    private readonly archive: Archive,
    private readonly alone = true,
  ) {}

  /** @throws ArchiveFault when the day is missing, incomplete, or was changed since it was exported */
  async *purchasesOf(day: LocalDay): AsyncGenerator<InternalPurchase> {
    const { manifest: file } = dayFiles(this.archive.folder, day);
    const manifest = await this.archive.manifest(day);
    const command = `datacode export --from ${day} --to ${day}`;
    if (!manifest && !this.alone) return;
    if (!manifest) throw new ArchiveFault(file, `does not exist. Export the day with ${command}.`);
    if (this.alone && !manifest.allListed) {
      throw new ArchiveFault(
        file,
        `says that the day is incomplete: it was not over, or its first purchases were past Temporal’s retention. Export it again with ${command}.`,
      );
    }
    for await (const purchase of this.archive.purchasesOf(day)) {
      yield archivedPurchase(readable(purchase, dayFiles(this.archive.folder, day).purchases));
    }
  }

  async find(id: PurchaseId): Promise<InternalPurchase | undefined> {
    const purchase = await this.archive.find(id);
    return (
      purchase && archivedPurchase(readable(purchase, dayFiles(this.archive.folder, purchase.day).purchases))
    );
  }
}

/** The history of a purchase as the archive has it: with Temporal's event ids, without a link to the Web UI. */
export class ArchiveHistoryReader implements HistoryReader {
  constructor(private readonly archive: Archive) {}

  async read(internal: InternalPurchase): Promise<{ evidence: Evidence; refundNotice: RefundNoticeStatus }> {
    const found = await this.archive.findOn(internal.day, internal.purchaseId);
    if (!found) throw new ArchiveFault(this.archive.folder, `has no purchase ${internal.purchaseId}.`);
    const purchase = readable(found, dayFiles(this.archive.folder, found.day).purchases);
    const { run, history, steps } = purchase;
    const told = steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    const delivered = internal.refundNotice === 'due' && run.status === 'COMPLETED' && told;
    return {
      evidence: { workflowId: run.workflowId, eventIds: history.activityEventIds, webUiLink: null },
      refundNotice: delivered ? 'delivered' : internal.refundNotice,
    };
  }
}

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

  async findAll(ids: readonly PurchaseId[]): Promise<readonly InternalPurchase[]> {
    const stored = await purchasesWith(this.temporal, ids);
    const known = new Set(stored.map(({ purchaseId }) => purchaseId));
    const archived = await purchasesWith(
      this.archive,
      ids.filter((id) => !known.has(id)),
    );
    return [...stored, ...archived];
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
    private readonly temporal: HistoryReader & CaseFinder,
    private readonly archive: HistoryReader,
  ) {}

  async read(internal: InternalPurchase): ReturnType<HistoryReader['read']> {
    try {
      return await this.temporal.read(internal);
    } catch (fault) {
      if (isUnknownWorkflow(fault)) return this.readForgotten(internal);
      throw fault;
    }
  }

  /** A case ends after its purchase and may still be at Temporal; none there proves nothing, it may be past retention too. */
  private async readForgotten(internal: InternalPurchase): ReturnType<HistoryReader['read']> {
    const read = await this.archive.read(internal);
    const cases = await this.temporal.casesOf(internal);
    return cases.length === 0 ? read : { ...read, evidence: { ...read.evidence, cases } };
  }
}

/** @throws ArchiveFault for a purchase without number and discount: it cannot be compared */
function readable(purchase: ArchivedPurchase, file: string): ReadablePurchase {
  if (!purchase.unreadable) return purchase;
  throw new ArchiveFault(
    file,
    `could not read ${purchase.purchaseId} when it was exported. Export the day again with the key of its payloads.`,
  );
}

function archivedPurchase({ order, day, state, needsAttention, run }: ReadablePurchase): InternalPurchase {
  const closedAt = run.closedAt === null ? null : Date.parse(run.closedAt);
  return internalPurchase(order, { day, state, closedAt, needsAttention });
}
