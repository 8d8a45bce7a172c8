import { createHash } from 'node:crypto';
import type { BatchOrder } from '../domain/batch/batch';
import { isOver, newProgress } from '../domain/batch/progress';
import type { BatchRecord, ToldRow } from '../domain/batch/protocol';
import type { BatchId, ChannelName } from '../domain/identifiers';
import { PurchaseUnreadable } from './purchases';
import type { PageWish } from './purchase-search';
import { StoredDataUnreadable } from './stored-data-unreadable';

export class BatchUnreadable extends StoredDataUnreadable {
  override readonly name = 'BatchUnreadable';

  constructor(erased: boolean, options?: ErrorOptions) {
    super('the batch', erased, options);
  }
}

/**
 * What is asked of one batch, or of its notice, fails in the words of a batch.
 * @throws BatchUnreadable for `PurchaseUnreadable`, and anything else as it is
 */
export async function asOfBatch<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (fault) {
    if (!(fault instanceof PurchaseUnreadable)) throw fault;
    throw new BatchUnreadable(fault.erased, { cause: fault.cause });
  }
}

/** A batch that is to be accepted. */
export type NewBatch = Omit<BatchOrder, 'digest' | 'noticeId'>;

/** Result of submitting a batch. */
export type BatchSubmission =
  | { kind: 'accepted'; record: BatchRecord }
  /** The same batch was accepted before; this is how far it is. */
  | { kind: 'repeated'; record: BatchRecord }
  /** The id belongs to a batch with other rows. */
  | { kind: 'conflict' };

/** Result of a cancellation. */
export type BatchCancellation =
  { kind: 'cancelling'; record: BatchRecord } | { kind: 'over'; record: BatchRecord } | { kind: 'not_found' };

/** The cursor is damaged, or of another list. */
type ForeignCursor = { kind: 'foreign_cursor' };

export type BatchResults =
  | {
      kind: 'page';
      rows: readonly ToldRow[];
      /** The place of the first of them, from 0. */
      from: number;
      nextCursor: string | null;
    }
  | ForeignCursor;

/** Who of our operators cancels a batch and why, for its history. */
export interface BatchCancelledBy {
  by: string;
  why: string;
  /** A ticket. */
  reference?: string;
}

export type BatchListing =
  | {
      kind: 'page';
      records: readonly BatchRecord[];
      /** Number of further batches of the page that cannot be read. */
      unreadable: number;
      nextCursor: string | null;
    }
  | ForeignCursor;

/** A channel's batches, and never another's (I9); every method throws `TemporalUnavailable` and `BatchUnreadable`. */
export interface Batches {
  /** Makes the batch durable as a workflow, or finds its existing one. */
  submit(batch: NewBatch): Promise<BatchSubmission>;
  /** How far a batch is; needs no worker. */
  find(channel: ChannelName, id: BatchId): Promise<BatchRecord | undefined>;
  /** What came of the rows, in their order. A running batch is asked for them, which needs a worker. */
  results(channel: ChannelName, id: BatchId, page: PageWish): Promise<BatchResults | undefined>;
  /**
   * Has no further row begin; needs no worker.
   * @param by an operator; the channel itself unless given
   */
  cancel(channel: ChannelName, id: BatchId, by?: BatchCancelledBy): Promise<BatchCancellation>;
  /** Running batches first, then those that are over, the latest first. Temporal's index follows a change after a moment. */
  list(channel: ChannelName, page: PageWish): Promise<BatchListing>;
}

/** A batch none of whose rows has begun. */
export function newRecord({
  channel,
  batchId,
  digest,
  rows,
  acceptedAt,
  noticeId,
}: Pick<BatchOrder, 'channel' | 'batchId' | 'digest' | 'rows' | 'acceptedAt'> &
  Partial<Pick<BatchOrder, 'noticeId'>>): BatchRecord {
  const noticed = noticeId === undefined ? {} : { noticeId };
  return { channel, batchId, digest, ...noticed, progress: newProgress(rows.length, acceptedAt) };
}

/** The same rows, whatever they are written in, are the same list. */
export function batchDigest(rows: BatchOrder['rows']): string {
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

/** What is answered to a batch under an id that is taken. */
export function submittedAgain(existing: BatchRecord, digest: string): BatchSubmission {
  return existing.digest === digest ? { kind: 'repeated', record: existing } : { kind: 'conflict' };
}

/** What is answered to the cancellation of a batch that is as given. */
export function cancellationOf(record: BatchRecord | undefined): BatchCancellation {
  if (!record) return { kind: 'not_found' };
  if (isOver(record.progress.state)) return { kind: 'over', record };
  const progress = { ...record.progress, state: 'cancelling', waitingFor: null } as const;
  return { kind: 'cancelling', record: { ...record, progress } };
}
