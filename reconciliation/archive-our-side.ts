import type { Archive } from '../archive/archive';
import { ArchiveFault, dayFiles } from '../archive/archive-files';
import type { ArchivedPurchase, ReadablePurchase } from '../archive/archived-purchase';
import type { PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import {
  ordered,
  type Evidence,
  type HistoryReader,
  type OurPurchase,
  type OurSide,
  type RefundNotice,
} from './our-purchase';

/** Our side from the archive, for days that Temporal has forgotten. */
export class ArchiveOurSide implements OurSide {
  /** @param alone whether nothing else knows the day, so that the archive must have it in whole */
  constructor(
    private readonly archive: Archive,
    private readonly alone = true,
  ) {}

  /** @throws ArchiveFault when the day is not there in whole, or was changed since it was exported */
  async *purchasesOf(day: LocalDay): AsyncGenerator<OurPurchase> {
    const { manifest: file } = dayFiles(this.archive.folder, day);
    const manifest = await this.archive.manifest(day);
    const command = `datacode export --from ${day} --to ${day}`;
    if (!manifest && !this.alone) return;
    if (!manifest) throw new ArchiveFault(file, `is not there. Export the day by ${command}.`);
    if (this.alone && !manifest.allListed) {
      throw new ArchiveFault(
        file,
        `tells that the day was not listed in whole, since it was not over or its first purchases were forgotten. Export it again by ${command}.`,
      );
    }
    for await (const purchase of this.archive.purchasesOf(day)) {
      yield ourArchived(readable(purchase, dayFiles(this.archive.folder, day).purchases));
    }
  }

  async find(id: PurchaseId): Promise<OurPurchase | undefined> {
    const purchase = await this.archive.find(id);
    return purchase && ourArchived(readable(purchase, dayFiles(this.archive.folder, purchase.day).purchases));
  }
}

/** What the archive has of a purchase's history: the events are told as Temporal would; there is no link to follow. */
export class ArchiveHistoryReader implements HistoryReader {
  constructor(private readonly archive: Archive) {}

  async read(ours: OurPurchase): Promise<{ evidence: Evidence; refundNotice: RefundNotice }> {
    const found = await this.archive.findOn(ours.day, ours.purchaseId);
    if (!found) throw new ArchiveFault(this.archive.folder, `has no purchase ${ours.purchaseId}.`);
    const purchase = readable(found, dayFiles(this.archive.folder, found.day).purchases);
    const { run, history, steps } = purchase;
    const told = steps.some(({ step, status }) => step === 'refund_notice' && status === 'done');
    const delivered = ours.refundNotice === 'due' && run.status === 'COMPLETED' && told;
    return {
      evidence: { workflowId: run.workflowId, eventIds: history.activityEventIds, webUiLink: null },
      refundNotice: delivered ? 'delivered' : ours.refundNotice,
    };
  }
}

/** Without its number and its discount a purchase cannot be compared to the đồng. */
function readable(purchase: ArchivedPurchase, file: string): ReadablePurchase {
  if (!purchase.unreadable) return purchase;
  throw new ArchiveFault(
    file,
    `could not read ${purchase.purchaseId} when it was exported. Export the day again with the key of its payloads.`,
  );
}

function ourArchived({ order, day, state, needsAttention, run }: ReadablePurchase): OurPurchase {
  const closedAt = run.closedAt === null ? null : Date.parse(run.closedAt);
  return ordered(order, { day, state, closedAt, needsAttention });
}
