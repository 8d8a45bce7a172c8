import type { PackageCode } from '../catalogue/packages';
import type { BatchId, ChannelName, ExternalId, NoticeId } from '../identifiers';
import type { Msisdn } from '../msisdn';
import type { NoticePolicy } from '../notice/protocol';
import type { ProblemCode } from '../problem-codes';
import type { ReasonCode } from '../purchase/reasons';
import { PURCHASE_OUTCOMES } from '../purchase/states';
import type { Origin } from '../trace';

/** As many rows as one batch may have; their worst case stays below Temporal's 2 MB for one payload. */
export const MAX_BATCH_ROWS = 10_000;

/** A row as it is stored: a list, since ten thousand times the names of its fields would double the size. */
export type BatchRow = readonly [
  externalId: ExternalId,
  msisdn: Msisdn,
  code: PackageCode,
  allowDuplicate?: 1,
];

/** What was ordered, by whom. Plain JSON. */
export interface BatchOrder extends Origin {
  channel: ChannelName;
  batchId: BatchId;
  rows: readonly BatchRow[];
  /** Of the notice that it is over. */
  noticeId: NoticeId;
  /** SHA-256 of the rows: the same batch sent again has the same. */
  digest: string;
  /** ISO 8601, UTC. */
  acceptedAt: string;
}

/** How a batch is worked through; from configuration, frozen with the batch. Milliseconds. */
export interface BatchPolicy {
  /** The queue of the activities that begin rows: its few slots bound how many are under way. */
  taskQueue: string;
  /** Rows that one activity is given. */
  rowsOfAPart: number;
  /** Begun rows without an outcome: beyond these none is begun. */
  maxOpenRows: number;
  attemptTimeout: number;
  heartbeatTimeout: number;
  /** After how many parts the batch continues as a new run. */
  partsOfARun: number;
  /** How its notice is delivered. */
  notices: NoticePolicy;
  /** Whether the id of each activity names its type and its run; absent in older batches, where it is a number. */
  ownActivityIds?: boolean;
}

/**
 * What came of a row. `open` is a purchase without an outcome yet, `refused` made no purchase, `repeated` is a purchase that
 * was made before by another order; the others are the outcomes of purchases.
 */
export const ROW_RESULTS = ['not_begun', 'open', ...PURCHASE_OUTCOMES, 'refused', 'repeated'] as const;
export type RowResult = (typeof ROW_RESULTS)[number];

/** Why a row sold nothing: the reason of its purchase, or the code of the problem that a single order would have got. */
export type RowReason = ReasonCode | ProblemCode;

/** What came of a row that was begun: its result, why, and the price of its purchase in whole đồng. */
export type RowOutcome = readonly [
  result: Exclude<RowResult, 'not_begun'>,
  reason: RowReason | null,
  faceValue: number,
  discount: number,
];

/** A row by its place in the batch, from 0. */
export type PlacedRow = readonly [place: number, ...row: BatchRow];
export type PlacedOutcome = readonly [place: number, outcome: RowOutcome];

/** Whether nothing more will come of it. */
export function isSettled(outcome: RowOutcome | null | undefined): boolean {
  return outcome !== null && outcome !== undefined && outcome[0] !== 'open';
}

/** A row's turn to be under way; to be ended once. */
export interface RowTurn {
  /** @param isTypical whether its purchase has its outcome, so that its time can be compared with other rows' */
  end(isTypical: boolean): void;
}
