import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LocalDay } from '../domain/local-time';
import { isOutcome, PURCHASE_STATE_NAMES } from '../domain/purchase/states';
import { jsonText } from '../runtime/json-file';
import { sign } from '../runtime/report-signature';
import { SignedFile } from '../runtime/signed-file';
import { ArchiveFault } from './archive-files';
import { ARCHIVE_FORMAT, isSold, priceOf, type ArchivedPurchase } from './archived-purchase';

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** How subscriber numbers are written in the CSV files; the NDJSON has them in clear. */
export const NUMBER_STYLES = ['masked', 'full'] as const;
export type NumberStyle = (typeof NUMBER_STYLES)[number];

const count = z.number().int().min(0);
const manifestSchema = z.strictObject({
  format: z.string(),
  day: z.string(),
  /** ISO 8601, UTC. */
  exportedAt: z.string(),
  /** Nothing more will be known of the day: later runs leave it as it is. */
  complete: z.boolean(),
  /** The day was listed after its end, before retention took any of it. */
  allListed: z.boolean(),
  formats: z.array(z.enum(EXPORT_FORMATS)),
  numbersInCsv: z.enum(NUMBER_STYLES),
  counts: z.strictObject({
    purchases: count,
    closed: count,
    open: count,
    needsAttention: count,
    unreadable: count,
    steps: count,
  }),
  /** What was sold, whole đồng. */
  sold: z.strictObject({ count, faceValue: count, discount: count, payable: count }),
  /** What channels owe their customers, whole đồng. */
  refunds: z.strictObject({ count, faceValue: count }),
  byState: z.partialRecord(z.enum(PURCHASE_STATE_NAMES), count),
  files: z.array(z.strictObject({ name: z.string(), lines: count, bytes: count, sha256: z.string() })),
});

/** What is in a day of the archive, and what proves each of its files. */
export type Manifest = z.infer<typeof manifestSchema>;

export type ManifestSums = Pick<Manifest, 'counts' | 'sold' | 'refunds' | 'byState'>;

/** Adds up what a day's manifest tells of its purchases. */
export class ManifestTally {
  private readonly sums: ManifestSums = {
    counts: { purchases: 0, closed: 0, open: 0, needsAttention: 0, unreadable: 0, steps: 0 },
    sold: { count: 0, faceValue: 0, discount: 0, payable: 0 },
    refunds: { count: 0, faceValue: 0 },
    byState: {},
  };

  add(purchase: ArchivedPurchase): void {
    const { counts, sold, refunds, byState } = this.sums;
    const { faceValue, discount } = priceOf(purchase);
    counts.purchases += 1;
    counts[purchase.run.closedAt === null ? 'open' : 'closed'] += 1;
    counts.needsAttention += Number(purchase.needsAttention);
    counts.unreadable += Number(purchase.unreadable);
    counts.steps += purchase.unreadable ? 0 : purchase.steps.length;
    byState[purchase.state] = (byState[purchase.state] ?? 0) + 1;
    if (isSold(purchase)) {
      sold.count += 1;
      sold.faceValue += faceValue;
      sold.discount += discount;
      sold.payable += faceValue - discount;
    } else if (isOutcome(purchase.state)) {
      refunds.count += 1;
      refunds.faceValue += faceValue;
    }
  }

  get counts(): Readonly<Manifest['counts']> {
    return this.sums.counts;
  }

  /** The states in the order of their table, so that the same day gives the same bytes. */
  total(): ManifestSums {
    const { byState } = this.sums;
    const states = PURCHASE_STATE_NAMES.filter((state) => byState[state] !== undefined);
    return { ...this.sums, byState: Object.fromEntries(states.map((state) => [state, byState[state]])) };
  }
}

/** The manifest with its seal, as it is written. */
export function sealedManifest(manifest: Manifest, key: string | undefined): string {
  return jsonText({ manifest, signature: sign(manifest, key) });
}

/**
 * Reads a day's manifest.
 * @param key the key that it must be sealed with; without one its digest is checked only
 * @returns nothing when there is none
 * @throws ArchiveFault when it was changed, sealed with another key, or is of another version
 */
export async function readManifest(
  file: string,
  day: LocalDay,
  key: string | undefined,
): Promise<Manifest | undefined> {
  const text = await readFile(file, 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return undefined;
    throw new ArchiveFault(file, `cannot be read (${fault.code ?? fault.message}).`);
  });
  if (text === undefined) return undefined;
  const signed = SignedFile.read(text, 'manifest');
  const manifest = manifestSchema.safeParse(signed?.content).data;
  if (!signed || manifest?.format !== ARCHIVE_FORMAT) {
    throw new ArchiveFault(file, `is not a manifest of ${ARCHIVE_FORMAT}.`);
  }
  if (!signed.isSigned(key)) {
    const sealed = key === undefined ? '' : ', or is not signed with RECONCILIATION_SIGNING_KEY';
    throw new ArchiveFault(file, `was changed since it was written${sealed}. Restore it from a copy.`);
  }
  if (manifest.day !== day) throw new ArchiveFault(file, `is of ${manifest.day}, not of ${day}.`);
  return manifest;
}
