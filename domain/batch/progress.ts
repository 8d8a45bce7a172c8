import type { BatchId } from '../identifiers';
import { PURCHASE_OUTCOMES } from '../purchase/states';
import type { RowOutcome, RowResult } from './batch';

/** Why a batch begins no row at the moment, in words for operators. */
export const BATCH_OBSTACLES = {
  sales_paused: {
    en: 'Sales of the next row’s package, of its channel, or all sales are paused.',
    vi: 'Đang tạm dừng bán gói của dòng tiếp theo, bán qua kênh này hoặc tất cả.',
  },
  mobifone_unavailable: {
    en: 'MobiFone cannot take sales at the moment.',
    vi: 'Hệ thống MobiFone tạm thời gián đoạn.',
  },
  channel_disabled: { en: 'The channel is disabled.', vi: 'Kênh này đang bị khóa.' },
  no_prices: {
    en: 'Prices cannot be determined at the moment.',
    vi: 'Tạm thời chưa xác định được giá.',
  },
  purchases_open: {
    en: 'Too many rows have begun and have no outcome yet.',
    vi: 'Có quá nhiều dòng đã bắt đầu mà chưa có kết quả.',
  },
} as const;
export type BatchObstacle = keyof typeof BATCH_OBSTACLES;
export const BATCH_OBSTACLE_NAMES = Object.keys(BATCH_OBSTACLES) as [BatchObstacle, ...BatchObstacle[]]; // the literal's keys

export const BATCH_STATES = ['running', 'waiting', 'cancelling', 'completed', 'cancelled'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** Whether nothing will change any more. */
export function isOver(state: BatchState): boolean {
  return state === 'completed' || state === 'cancelled';
}

/** Whole đồng. */
export interface BatchMoney {
  /** Of the rows that succeeded. */
  faceValue: number;
  discount: number;
  payable: number;
  /** What customers get back: the face value of the purchases that ended otherwise. */
  refunded: number;
}

/** How far a batch is, as its memo has it. Plain JSON, nothing personal. */
export interface BatchProgress {
  /** Goes up with each change, so that two can be told apart. */
  revision: number;
  state: BatchState;
  /** Why it waits; null unless it does. */
  waitingFor: BatchObstacle | null;
  rows: number;
  results: Record<RowResult, number>;
  money: BatchMoney;
  /** ISO 8601, UTC. */
  startedAt: string;
  updatedAt: string;
  /** Null while it runs. */
  endedAt: string | null;
}

const NO_RESULTS: Record<RowResult, number> = {
  not_begun: 0,
  open: 0,
  succeeded: 0,
  rejected: 0,
  rolled_back: 0,
  cancelled: 0,
  given_up: 0,
  refused: 0,
  repeated: 0,
};

/** A batch as its channel sees it: what `GET` answers and the notice says. */
export function batchFacts(batchId: BatchId, progress: BatchProgress): BatchFacts {
  const { state, waitingFor, rows, results, money, startedAt, endedAt } = progress;
  const counts = { ...NO_RESULTS, ...results }; // a batch of before has no count of what could not be then
  return { batchId, state, waitingFor, rows, results: counts, money, startedAt, endedAt };
}

export type BatchFacts = Omit<BatchProgress, 'revision' | 'updatedAt'> & { batchId: BatchId };

/** The progress of a batch none of whose rows has begun. */
export function newProgress(rows: number, at: string): BatchProgress {
  return {
    revision: 1,
    state: 'running',
    waitingFor: null,
    rows,
    ...countOutcomes(Array.from({ length: rows }, () => null)),
    startedAt: at,
    updatedAt: at,
    endedAt: null,
  };
}

const UNSOLD: ReadonlySet<RowResult> = new Set(
  PURCHASE_OUTCOMES.filter((outcome) => outcome !== 'succeeded'),
);

/** What a row comes to, in whole đồng: a price only if it was sold, a refund only if its purchase ended otherwise. */
export function rowMoney(result: RowResult, faceValue: number, discount: number): RowMoney {
  const isSold = result === 'succeeded';
  return {
    faceValue: isSold ? faceValue : 0,
    discount: isSold ? discount : 0,
    payable: isSold ? faceValue - discount : 0,
    refund: UNSOLD.has(result) ? faceValue : 0,
  };
}

export interface RowMoney {
  faceValue: number;
  discount: number;
  payable: number;
  refund: number;
}

/** @param outcomes of all rows; null for one that has not begun */
export function countOutcomes(
  outcomes: readonly (RowOutcome | null)[],
): Pick<BatchProgress, 'results' | 'money'> {
  const results = { ...NO_RESULTS };
  const money: BatchMoney = { faceValue: 0, discount: 0, payable: 0, refunded: 0 };
  for (const outcome of outcomes) {
    const [result, , faceValue, discount] = outcome ?? (['not_begun', null, 0, 0] as const);
    const row = rowMoney(result, faceValue, discount);
    results[result] += 1;
    money.faceValue += row.faceValue;
    money.discount += row.discount;
    money.payable += row.payable;
    money.refunded += row.refund;
  }
  return { results, money };
}
