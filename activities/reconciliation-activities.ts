import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { daysAfter, localDay, type LocalDay } from '../domain/local-time';
import type {
  FetchedSettlement,
  KnownDay,
  ReconciledDay,
  SettlementFileRole,
} from '../domain/reconciliation/reconciliation';
import {
  SourceFault,
  type SettlementSource,
  type WantedFile,
} from '../domain/reconciliation/settlement-source';
import { withHeartbeat } from './heartbeat';

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
  standings(days: readonly LocalDay[]): Promise<KnownDay[]>;
}

/** The `type` of the failure of a worker that has no source configured, or whose source failed in passing. */
export const SOURCE_FAILED = 'SettlementSourceFailed';

/** @param tools nothing where this worker has no RECONCILIATION_SOURCE */
export function createReconciliationActivities(tools: ReconciliationTools | undefined) {
  const comparisons = new Mutex();
  return {
    /** Looks once for the files of a day and compares it; one activity, since the files are on this worker's disk. */
    reconcileDay: (day: LocalDay): Promise<ReconciliationAttempt> =>
      withHeartbeat(`reconciliation of ${day}`, async () => {
        const { source, ...ours } = given(tools);
        const folder = await mkdtemp(path.join(tmpdir(), 'datacode-settlement-'));
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

    /** The status of the days that may be due. */
    standingsOf: (days: readonly LocalDay[]): Promise<KnownDay[]> =>
      withHeartbeat('days that were reconciled', () => given(tools).standings(days)),
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

/** The day's own file must be there; the others are fetched where they exist. */
async function fetchAll(
  source: SettlementSource,
  day: LocalDay,
  folder: string,
  signal: AbortSignal,
): Promise<FetchedSettlement[] | Exclude<ReconciliationAttempt, ReconciledDay>> {
  const files: FetchedSettlement[] = [];
  for (const [role, wanted] of wantedFiles(source, day)) {
    const file = path.join(folder, `${wanted.kind}-${wanted.day}.csv`);
    const outcome = await fetchOnce(source, wanted, file, signal);
    if (outcome.kind === 'fetched') files.push(fetchedFile(role, wanted, day, file));
    if (outcome.kind === 'refused') {
      return { kind: 'source_refuses', detail: `${wanted.kind} of ${wanted.day}: ${outcome.detail}` };
    }
    if (outcome.kind === 'not_there' && role === 'day')
      return { kind: 'file_missing', detail: outcome.detail };
  }
  return files;
}

/** A correction names its day where that is not the one that is reconciled. */
function fetchedFile(
  role: SettlementFileRole,
  wanted: WantedFile,
  day: LocalDay,
  file: string,
): FetchedSettlement {
  const isOfAnotherDay = role === 'other_day' || (role === 'correction' && wanted.day !== day);
  return { role, ...(isOfAnotherDay ? { of: wanted.day } : {}), path: file };
}

/** The files of a day that is in question; none where the day's own file is not to be had, or the day is not over. */
async function fetchOther(
  source: SettlementSource,
  day: LocalDay,
  folder: string,
  signal: AbortSignal,
): Promise<FetchedSettlement[]> {
  if (day >= localDay(new Date())) return [];
  const files: FetchedSettlement[] = [];
  for (const [role, wanted] of filesOfDay(source, day, 'other_day')) {
    const file = path.join(folder, `${wanted.kind}-${wanted.day}.csv`);
    const outcome = await fetchOnce(source, wanted, file, signal);
    if (outcome.kind === 'fetched') files.push({ role, of: day, path: file });
    else if (role === 'other_day') return [];
  }
  return files;
}

/** A day's own file, and its corrections where the source tells them apart. */
function filesOfDay(
  { hasCorrections }: SettlementSource,
  day: LocalDay,
  role: SettlementFileRole,
): [SettlementFileRole, WantedFile][] {
  return [
    [role, { day, kind: 'settlement' }],
    ...(hasCorrections
      ? [['correction', { day, kind: 'correction' }] satisfies [SettlementFileRole, WantedFile]]
      : []),
  ];
}

/** The next day's file is used once that day is over: until then it is incomplete. */
function wantedFiles(source: SettlementSource, day: LocalDay): [SettlementFileRole, WantedFile][] {
  const [lastDay, nextDay] = [daysAfter(day, -1), daysAfter(day, 1)];
  return [
    ...filesOfDay(source, day, 'day'),
    ...filesOfDay(source, lastDay, 'last_day'),
    ...(nextDay < localDay(new Date()) ? filesOfDay(source, nextDay, 'next_day') : []),
  ];
}

async function fetchOnce(source: SettlementSource, wanted: WantedFile, into: string, signal: AbortSignal) {
  try {
    return await source.fetch(wanted, into, signal);
  } catch (fault) {
    if (!(fault instanceof SourceFault)) throw fault;
    throw ApplicationFailure.create({
      type: SOURCE_FAILED,
      message: `${wanted.kind} of ${wanted.day}: ${fault.message}`,
      category: ApplicationFailureCategory.BENIGN,
      ...(fault.retryAfterMs === undefined ? {} : { nextRetryDelay: fault.retryAfterMs }),
    });
  }
}
