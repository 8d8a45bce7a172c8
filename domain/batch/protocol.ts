import type { PackageCode } from '../catalogue/packages';
import type { BatchId, ChannelName, ExternalId, NoticeId } from '../identifiers';
import type { Origin } from '../trace';
import type { PlacedOutcome, PlacedRow, RowReason, RowResult } from './batch';
import type { BatchObstacle, BatchProgress } from './progress';

/** The names of a batch workflow's query and signal; written into histories, so never renamed. */
export const BATCH_WORKFLOW = 'batch';
export const CANCEL_BATCH_SIGNAL = 'cancelBatch';
export const BATCH_RESULTS_QUERY = 'batchResults';
/** The memo key of the record; nothing in it is personal. */
export const BATCH_MEMO = 'batch';

/** The type of the failure by which no rows are begun of a batch that is over. */
export const BATCH_OVER = 'BatchOver';

/** What the memo says of a batch: enough for its state without a worker. */
export interface BatchRecord {
  channel: ChannelName;
  batchId: BatchId;
  digest: string;
  /** Of the notice that it is over; absent where a build of before wrote it, see `noticeIdOf`. */
  noticeId?: NoticeId;
  progress: BatchProgress;
  /** Whether its run was ended from outside; never in the memo, but as it is read. */
  isCutOff?: boolean;
}

/** A row with what came of it, as it may be shown; a list for its size. */
export type ToldRow = readonly [
  externalId: ExternalId,
  maskedMsisdn: string,
  code: PackageCode,
  result: RowResult,
  reason: RowReason | null,
  faceValue: number,
  discount: number,
];

/** The result of the workflow. */
export interface BatchEnd {
  record: BatchRecord;
  rows: readonly ToldRow[];
}

/** The part of a batch that one activity begins. */
export interface BatchPart extends Origin {
  channel: ChannelName;
  batchId: BatchId;
  rows: readonly PlacedRow[];
  /** Whether it begins with one row, since MobiFone may still be out. */
  isCareful?: boolean;
}

/** What came of a part: of its rows that were begun, and why the others were not. */
export interface SoldPart {
  outcomes: readonly PlacedOutcome[];
  obstacle?: BatchObstacle;
}
