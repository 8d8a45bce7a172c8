import type { PurchaseId } from '../identifiers';
import { calendarDay, daysAfter, type LocalDay } from '../local-time';
import type { WebhookPolicy } from '../notice/webhook-policy';
import type { OfRun } from '../own-result';
import { faultyField } from '../purchase/order-fields';

/** The names of the reconciliation workflows; written into histories and schedules, so never renamed. */
export const RECONCILIATION_WORKFLOW = 'reconciliation';
export const RECONCILIATIONS_WORKFLOW = 'reconciliations';
/** The schedule that starts `reconciliations` each morning. */
export const RECONCILIATION_SCHEDULE = 'reconciliations';

/** What the id of every day's reconciliation begins with. */
export const RECONCILIATION_IDS = 'reconciliation:';

/** The one workflow of a day, so that a day is never reconciled twice at once. */
export function reconciliationWorkflowId(day: LocalDay): string {
  return `${RECONCILIATION_IDS}${day}`;
}

/** The day of a reconciliation workflow; undefined for an id of no day, which anyone who can write to Temporal can use. */
export function dayOfReconciliation(workflowId: string): LocalDay | undefined {
  return workflowId.startsWith(RECONCILIATION_IDS)
    ? calendarDay(workflowId.slice(RECONCILIATION_IDS.length))
    : undefined;
}

/** How a day is reconciled; frozen with the schedule and with every day. Milliseconds but for the days. */
export interface ReconciliationPolicy {
  /** How many days, yesterday included, are looked at for one that was missed. */
  lookBackDays: number;
  /** How long yesterday's file is waited for; that of an earlier day is there or missing. */
  patience: number;
  /** For fetching a day's files and comparing them. */
  attemptTimeout: number;
  heartbeatTimeout: number;
  /** How operations are told of the day; absent in days that were begun earlier. */
  webhooks?: WebhookPolicy;
}

/** How often one look is tried when the source or Temporal does not answer, and how long its pauses are in all at most. */
export const LOOK_ATTEMPTS = 8;
const LOOK_PAUSES_MS = 30 * 60_000;

/**
 * Beyond all that a day may take, milliseconds: one that no worker takes, or that somebody holds up, ends then, counts as
 * failed, and the coming morning begins it again.
 */
export function longestDayMs({
  patience,
  attemptTimeout,
}: Pick<ReconciliationPolicy, 'patience' | 'attemptTimeout'>): number {
  return patience + LOOK_ATTEMPTS * attemptTimeout + LOOK_PAUSES_MS;
}

/** What a settlement file is of: the day itself, what corrects it, a neighbouring day, or another day that is in question. */
export type SettlementFileRole = 'day' | 'correction' | 'last_day' | 'next_day' | 'other_day';

/** A file that was fetched, on the disk of the worker that reconciles. */
export interface FetchedSettlement {
  role: SettlementFileRole;
  /** The day of an `other_day`, or of a `correction` of another day. */
  of?: LocalDay;
  path: string;
}

/** A purchase that the last day's report expects in this day's file. */
export interface CarriedOver {
  purchaseId: PurchaseId;
  /** Its amount at stake in that report, whole đồng. */
  atStake: number;
}

/** A file that a day was compared with. */
export interface ComparedFile {
  role: SettlementFileRole;
  /** The day of an `other_day`, or of a `correction` of another day. */
  of?: string;
  sha256: string;
}

/** Count and sums of one side, whole đồng. */
export interface ReconciledSum {
  count: number;
  gross: number;
  discount: number;
  payable: number;
}

/** What became of a day that was compared: small enough for the workflow's result, the rows are in the report. */
export interface ReconciledDay extends OfRun {
  kind: 'reconciled';
  day: LocalDay;
  /** No bad lines, and no break but those that are known timing. */
  clean: boolean;
  ours: ReconciledSum;
  theirs: ReconciledSum;
  /** Ours less theirs, whole đồng. */
  difference: Omit<ReconciledSum, 'count'>;
  /** Breaks by kind; kinds without any are left out. */
  counts: Readonly<Record<string, number>>;
  /** Of all breaks that are no mere timing, whole đồng. */
  atStake: number;
  badLines: number;
  files: readonly (ComparedFile & { lines: number })[];
  report: {
    /** SHA-256 of the report's canonical JSON: the same comparison has the same. */
    digest: string;
    /** Where the report was written, as the worker names the place. */
    files: readonly string[];
  };
  /** Purchases that the next day's file must show. */
  carryOver: readonly PurchaseId[];
  /** The same with what is at stake, whole đồng; absent in results of earlier versions. */
  awaited?: readonly CarriedOver[];
}

export const NOT_RECONCILED_REASONS = {
  file_missing: 'MobiFone’s file of the day did not arrive.',
  file_unusable: 'MobiFone’s file of the day cannot be used.',
  source_refuses: 'The source of the files refused the request.',
  failed: 'Fetching or comparing failed repeatedly.',
  id_taken: 'A workflow that is not ours has the id of the day’s reconciliation.',
} as const;
export type NotReconciledReason = keyof typeof NOT_RECONCILED_REASONS;

/** A day that could not be compared; the next morning tries again. */
export interface NotReconciled extends OfRun {
  kind: 'not_reconciled';
  day: LocalDay;
  reason: NotReconciledReason;
  /** In words for operators, without personal data. */
  detail: string;
}

export type ReconciliationResult = ReconciledDay | NotReconciled;

/** The fields that every version of a result has. */
const RECONCILED_FIELDS = {
  ours: 'object',
  theirs: 'object',
  difference: 'object',
  counts: 'object',
  atStake: 'number',
  badLines: 'number',
  files: 'array',
  report: 'object',
  carryOver: 'array',
} as const;

/** Whether a workflow that was completed holds the day's result: whoever can write to Temporal can complete it with nothing, or with its own input. */
export function isResultOf(day: LocalDay | undefined, told: unknown): told is ReconciliationResult {
  if (typeof told !== 'object' || told === null || !('kind' in told && 'day' in told)) return false;
  if (told.day !== day) return false;
  if (told.kind === 'reconciled')
    return 'clean' in told && typeof told.clean === 'boolean' && !faultyField(told, RECONCILED_FIELDS);
  const reason = told.kind === 'not_reconciled' && 'reason' in told ? told.reason : undefined;
  return typeof reason === 'string' && Object.hasOwn(NOT_RECONCILED_REASONS, reason);
}

/**
 * How a day stands, by its latest run; `taken` is none of ours that runs under the day's id; `failed` was cut off from outside
 * or by a defect; `new_file` is to be compared again.
 */
export type DayStatus =
  'never_tried' | 'running' | 'taken' | 'reconciled' | 'not_reconciled' | 'failed' | 'new_file';

/** A day and how it stands. */
export interface KnownDay {
  day: LocalDay;
  standing: DayStatus;
  /** Of one that is `taken`: what runs there, and what is to be done, in words. */
  taken?: string;
}

/** The same with the files of a day that was compared: another may settle its breaks, or take back what was clean. */
export interface StandingDay extends KnownDay {
  comparison?: { compared: readonly ComparedFile[]; isClean: boolean };
}

/**
 * The days that may be due on a morning: so many up to yesterday, the earliest first.
 * @param today the local day of the morning
 */
export function daysLookedAt(today: LocalDay, lookBackDays: number): LocalDay[] {
  return Array.from({ length: lookBackDays }, (_, place) => daysAfter(today, place - lookBackDays));
}

/**
 * Which of the days are to be reconciled: yesterday, what was missed since the first day that was ever tried, and what
 * has a new file; so a system that is new does not ask for files from before its time.
 * @param known the days looked at, the earliest first, yesterday last
 */
export function dueDays(known: readonly KnownDay[]): LocalDay[] {
  const tried = known.findIndex(({ standing }) => standing !== 'never_tried');
  const since = tried < 0 ? known.slice(-1) : known.slice(tried);
  return since
    .filter(({ standing }) => standing !== 'reconciled' && standing !== 'running')
    .map(({ day }) => day);
}
