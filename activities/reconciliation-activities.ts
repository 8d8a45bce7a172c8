import { rm } from 'node:fs/promises';
import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { LocalDay } from '../domain/local-time';
import type {
  FetchedSettlement,
  KnownDay,
  ReconciledDay,
  StandingDay,
} from '../domain/reconciliation/reconciliation';
import type { SettlementSource } from '../domain/reconciliation/settlement-source';
import { withHeartbeat } from './heartbeat';
import { fetchAll, fetchOther, hasNewFile, SOURCE_FAILED } from './settlement-fetch';
import { temporaryFolder } from '../runtime/temporary-folder';

/** The result of one look at the source and, if the file was there, of the comparison. */
export type ReconciliationAttempt =
  ReconciledDay | { kind: 'file_missing' | 'file_unusable' | 'source_refuses'; detail: string };

/** What reconciliation needs of other rooms, passed in by `worker.ts`; see docs/decisions/0011. */
export interface ReconciliationTools {
  source: SettlementSource;
  /** Compares a day with its files and keeps the report; `unusable` says why a file cannot be read at all. */
  reconcileDay(
    day: LocalDay,
    files: readonly FetchedSettlement[],
    signal: AbortSignal,
    /** Fetches the file and the correction of another day, where they are there. */
    otherFiles: (day: LocalDay) => Promise<readonly FetchedSettlement[]>,
  ): Promise<ReconciledDay | { kind: 'unusable'; detail: string }>;
  /** The status of days by their latest runs. */
  standings(days: readonly LocalDay[]): Promise<StandingDay[]>;
}

/** @param tools nothing where this worker has no RECONCILIATION_SOURCE */
export function createReconciliationActivities(tools: ReconciliationTools | undefined) {
  const comparisons = new Mutex();
  return {
    /** Looks once for the files of a day and compares it; one activity, since the files are on this worker's disk. */
    reconcileDay: (day: LocalDay): Promise<ReconciliationAttempt> =>
      withHeartbeat(`reconciliation of ${day}`, async () => {
        const { source, ...ours } = given(tools);
        const folder = await temporaryFolder('settlement');
        try {
          const signal = cancellationSignal();
          const fetched = await fetchAll(source, day, folder, signal);
          if (!Array.isArray(fetched)) return fetched;
          // A large day takes a lot of memory, so days are compared one after another.
          const outcome = await comparisons.run(() =>
            ours.reconcileDay(day, fetched, signal, (other) => fetchOther(source, other, folder, signal)),
          );
          return outcome.kind === 'reconciled' ? outcome : { ...outcome, kind: 'file_unusable' };
        } finally {
          await rm(folder, { recursive: true, force: true }); // it holds subscribers' numbers
        }
      }),

    /** The status of the days that may be due; one that was compared is due again when the source has another file of it. */
    standingsOf: (days: readonly LocalDay[]): Promise<KnownDay[]> =>
      withHeartbeat('days that were reconciled', async () => {
        const { source, ...ours } = given(tools);
        const known: KnownDay[] = [];
        for (const { comparison, ...one } of await ours.standings(days)) {
          const isNew = comparison && (await hasNewFile(source, one.day, comparison, cancellationSignal()));
          known.push(isNew ? { ...one, standing: 'new_file' } : one);
        }
        return known;
      }),
  };
}

export type ReconciliationActivities = ReturnType<typeof createReconciliationActivities>;

/** Runs one piece of work at a time; the others wait for their turn, even when an earlier one fails. */
class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

function given(tools: ReconciliationTools | undefined): ReconciliationTools {
  if (tools) return tools;
  throw ApplicationFailure.create({
    type: SOURCE_FAILED,
    message: 'this worker has no RECONCILIATION_SOURCE; another one, or a later start of it, may have',
    category: ApplicationFailureCategory.BENIGN,
  });
}
