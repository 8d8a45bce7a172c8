import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ArchivedPurchase, ReadablePurchase } from '../../archive/archived-purchase';
import { REAL_DISK, type Disk } from '../../archive/disk';
import { exportDay, type DayExport, type Exporting } from '../../archive/export-day';
import type { PurchaseSource } from '../../archive/export-day';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { LocalDay } from '../../domain/local-time';
import { vnd } from '../../domain/vnd';
import { internalPurchase, DAY } from '../reconciliation/synthetic-day';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';

/** Long after the day. */
export const LATER = new Date('2026-11-25T00:00:00Z');

/** A disk that is in no hurry to outlive a power cut, which no test makes. */
export const UNSYNCED_DISK: Disk = {
  ...REAL_DISK,
  grow: async (file, how) => ({ ...(await REAL_DISK.grow(file, how)), sync: () => Promise.resolve() }),
  rename,
};

/** A purchase of the synthetic day as the archive holds it. */
export function archived(
  order: string,
  differently: Partial<InternalPurchase> = {},
  change: Partial<ReadablePurchase> = {},
): ReadablePurchase {
  const ours = internalPurchase(order, differently);
  const at = new Date(ours.acceptedAt).toISOString();
  const { purchaseId, channel, externalId, msisdn, paymentForm, faceValue, discount, state } = ours;
  const closed = ours.closedAt !== null;
  return {
    purchaseId,
    day: ours.day,
    state,
    outcome: state === 'succeeded' || state === 'rolled_back' || state === 'rejected' ? state : null,
    needsAttention: false,
    run: {
      workflowId: purchaseWorkflowId(channel, externalId),
      runId: `run-of-${order}`,
      status: closed ? 'COMPLETED' : 'RUNNING',
      startedAt: at,
      closedAt: ours.closedAt === null ? null : new Date(ours.closedAt).toISOString(),
    },
    unreadable: false,
    order: {
      purchaseId,
      channel,
      externalId,
      msisdn,
      package: { code: ours.package, name: `Gói ${ours.package}` },
      paymentForm,
      faceValue,
      discount,
      payable: vnd(faceValue - discount.amount),
      acceptedAt: at,
    },
    reason: state === 'rolled_back' ? 'insufficient_balance' : null,
    attentionReason: null,
    states: [{ state: 'accepted', at }],
    steps: [
      {
        step: 'register',
        status: 'done',
        startedAt: at,
        endedAt: at,
        settledBy: 'reply',
        attempts: 2,
        transactionId: `${purchaseId}.registration`,
      },
    ],
    actions: [],
    notices: [],
    history: { events: 16, sha256: 'ab'.repeat(32), activityEventIds: [8, 10] },
    ...change,
  };
}

/** Purchases that are exported from memory; counts how often each was read. */
export class ScriptedSource implements PurchaseSource {
  readonly reads: string[] = [];
  keptFrom: number | undefined;

  constructor(public purchases: readonly ArchivedPurchase[]) {}

  async *purchasesOf(day: LocalDay) {
    for (const purchase of this.purchases.filter((one) => one.day === day)) {
      const { runId } = purchase.run;
      yield {
        runId,
        read: () => {
          this.reads.push(runId);
          return Promise.resolve(purchase);
        },
      };
    }
  }

  keptSince(): Promise<number | undefined> {
    return Promise.resolve(this.keptFrom);
  }
}

export function exported(
  archive: string,
  source: PurchaseSource,
  differently: Partial<Exporting> = {},
  day: LocalDay = DAY,
): Promise<DayExport> {
  return exportDay(day, {
    archive,
    source,
    formats: ['ndjson', 'csv'],
    numbersInCsv: 'masked',
    refresh: false,
    key: undefined,
    disk: UNSYNCED_DISK,
    now: () => LATER,
    progress: () => undefined,
    ...differently,
  });
}

/** Every file of an archive by its name, so that two archives can be compared byte for byte. */
export async function contents(archive: string): Promise<Record<string, string>> {
  const entries = await readdir(archive, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, index) => [path.relative(archive, file), texts[index] ?? '']));
}

const folders: string[] = [];

/** A folder of its own for each archive of a test. */
export async function newArchive(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'archive-'));
  folders.push(folder);
  return folder;
}

export async function removeArchives(): Promise<void> {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}
