import { createReadStream } from 'node:fs';
import type { Client } from '@temporalio/client';
import type { DiscountRule } from '../domain/catalogue/discount';
import { purchaseId, type PurchaseId } from '../domain/identifiers';
import type { LocalDay } from '../domain/local-time';
import type {
  CarriedOver,
  FetchedSettlement,
  ReconciledDay,
  SettlementFileRole,
} from '../domain/reconciliation/reconciliation';
import { BreakSpool } from './break-spool';
import { DayNotOver, isDayOver } from './day-over';
import { carriedOverBy } from './carried-over';
import { keepReport } from './report-files';
import { TemporalHistoryReader } from './history-reader';
import { purchasesWith, type InternalPurchase, type InternalSide } from './internal-purchase';
import { VisibilitySide } from './visibility-side';
import { comparisonSettings } from './comparison-settings';
import { reconcile } from './reconcile';
import { namingFaults, type NamedInput } from './reading';
import type { Report } from './report';
import { IsolatedSettlementFile } from './reader/isolated-file';
import { READING_LIMITS } from './reader/reader-process';
import type { SettlementLayout } from './settlement-layout';
import { timesOfFile } from './settlement-times';
import { SettlementFileFault, type SettlementEncoding } from './settlement-text';
import type { ReconciliationRules } from '../runtime/configuration/reconciliation-rules';
import { sign } from '../runtime/report-signature';

/** What every morning's reconciliation goes by. */
export interface DailySettings {
  /** Base of Temporal's Web UI, for links; null makes none. */
  webUiUrl: string | null;
  rules: readonly DiscountRule[];
  /** RECONCILIATION_RULES: the same for the command and the schedule. */
  comparison: ReconciliationRules;
  signingKey: string | undefined;
  /** Of a file without a byte order mark. */
  encoding: SettlementEncoding;
  /** How MobiFone lays out its files; our own format unless given. */
  layout?: SettlementLayout;
  /** The folder of the reports. */
  reports: string;
  /** Keeps the day's breaks in its register, and closes those of other days that this day's lines settle. */
  register: (report: Report, digest: string) => Promise<void>;
}

/**
 * Compares a day with its files and keeps the signed report: the same as `npx datacode reconcile` does by hand.
 * @param carriedOver from the last day's result
 * @param otherFiles fetches the files of a day that is in question
 * @returns `unusable` where a file cannot be read as a whole, or the day is not over
 * @throws the signal's reason when it is aborted meanwhile, or Temporal's or the disk's own fault
 */
export async function reconcileKeptDay(
  client: Client,
  settings: DailySettings,
  day: LocalDay,
  files: readonly FetchedSettlement[],
  carriedOver: readonly (CarriedOver | PurchaseId)[],
  signal: AbortSignal,
  otherFiles: (day: LocalDay) => Promise<readonly FetchedSettlement[]>,
): Promise<ReconciledDay | { kind: 'unusable'; detail: string }> {
  if (!isDayOver(day)) return { kind: 'unusable', detail: new DayNotOver(day).message };
  const read: { role: SettlementFileRole; file: IsolatedSettlementFile }[] = [];
  const opened = ({ role, of, path }: FetchedSettlement): NamedInput => {
    const reading = {
      encoding: settings.encoding,
      thousands: settings.comparison.thousands,
      times: timesOfFile(day, role, of),
      ...(settings.layout ? { layout: settings.layout } : {}),
    };
    const file = new IsolatedSettlementFile(bytesOf(path, signal), reading, { ...READING_LIMITS, signal });
    read.push({ role, file });
    return { role, ...(of === undefined ? {} : { of }), source: namingFaults(role, file) };
  };
  try {
    return await BreakSpool.during(async (spool) => {
      const report = await reconcile({
        day,
        internal: interruptible(new VisibilitySide(client), signal),
        files: files.map(opened),
        filesOf: async (other) => (await otherFiles(other)).map(opened),
        carriedOver,
        history: new TemporalHistoryReader(client, settings.webUiUrl),
        onBreak: spool.add,
        settings: comparisonSettings(settings.comparison, settings.rules),
      });
      const digest = sign(report, undefined).sha256;
      const kept = await keepReport(report, settings.reports, settings.signingKey, {
        csv: spool.csv(),
        files: read.map(({ role, file }) => ({ role, badLines: file.allBadLines() })),
      });
      await settings.register(report, digest);
      return inShort(report, day, digest, kept);
    });
  } catch (fault) {
    signal.throwIfAborted();
    if (fault instanceof SettlementFileFault) return { kind: 'unusable', detail: fault.message };
    throw fault;
  }
}

function inShort(report: Report, day: LocalDay, digest: string, kept: readonly string[]): ReconciledDay {
  const { totals, breaks, unlisted, files, clean, counts, carryOver } = report;
  return {
    kind: 'reconciled',
    day,
    clean,
    ours: totals.ours,
    theirs: totals.theirs,
    difference: totals.difference,
    counts,
    atStake: breaks.reduce(
      (all, { nature, atStake }) => all + (nature === 'timing' ? 0 : atStake),
      unlisted.atStake,
    ),
    badLines: files.reduce((all, { badLineCount }) => all + badLineCount, 0),
    files: files.map(({ role, of, goodLines, sha256 }) => ({
      role,
      ...(of === undefined ? {} : { of }),
      lines: goodLines,
      sha256,
    })),
    report: { digest, files: kept },
    carryOver: carryOver.map(purchaseId),
    awaited: carriedOverBy(report),
  };
}

/** A worker that stops does not wait until a large day is through. */
function interruptible(internal: InternalSide, signal: AbortSignal): InternalSide {
  return {
    async *purchasesOf(day): AsyncGenerator<InternalPurchase> {
      for await (const purchase of internal.purchasesOf(day)) {
        signal.throwIfAborted();
        yield purchase;
      }
    },
    find(id) {
      signal.throwIfAborted();
      return internal.find(id);
    },
    findAll(ids) {
      signal.throwIfAborted();
      return purchasesWith(internal, ids);
    },
  };
}

async function* bytesOf(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    signal.throwIfAborted();
    yield chunk; // without an encoding a chunk is bytes
  }
}
