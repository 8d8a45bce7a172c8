import {
  cancellationOf,
  newRecord,
  batchDigest,
  submittedAgain,
  type Batches,
  type BatchCancellation,
  type BatchListing,
  type BatchResults,
  type BatchSubmission,
  type NewBatch,
} from '../../client/batches';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import type { PageWish } from '../../client/purchase-search';
import { TemporalUnavailable } from '../../client/purchases';
import type { RowOutcome } from '../../domain/batch/batch';
import { countOutcomes, type BatchProgress } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import { toldRow } from '../../domain/batch/told-row';
import type { BatchId, ChannelName } from '../../domain/identifiers';

interface Kept {
  order: NewBatch;
  record: BatchRecord;
  outcomes: (RowOutcome | null)[];
}

/** Batches without Temporal: what became of their rows is data. */
export class ScriptedBatches implements Batches {
  unavailable = false;
  /** Batches of each page of the list that cannot be read. */
  unreadable = 0;
  /** How often a batch was looked at. */
  looks = 0;
  /** Submissions that are not answered yet. */
  held = 0;
  private answer: Promise<void> | undefined;
  /** The batches that were accepted, in order. */
  readonly orders: NewBatch[] = [];
  private readonly kept = new Map<string, Kept>();
  private readonly cursors = new ListCursors(cursorKeysOf(undefined));

  /** Has a batch be so far. */
  become(id: string, outcomes: readonly (RowOutcome | null)[], change: Partial<BatchProgress> = {}): void {
    const [key, kept] = [...this.kept].find(([, { order }]) => order.batchId === id) ?? [];
    if (!key || !kept) throw new Error(`there is no batch ${id}`);
    const { progress } = kept.record;
    const next = {
      ...progress,
      ...countOutcomes(outcomes),
      revision: progress.revision + 1,
      ...change,
    };
    this.kept.set(key, { ...kept, outcomes: [...outcomes], record: { ...kept.record, progress: next } });
  }

  /** Answers no submission until it is told to. @returns what tells it */
  holdSubmissions(): () => void {
    let answer = (): void => undefined;
    this.answer = new Promise((resolve) => (answer = resolve));
    return answer;
  }

  async submit(order: NewBatch): Promise<BatchSubmission> {
    this.answering();
    this.held += 1;
    await this.answer;
    this.held -= 1;
    const { channel, batchId, rows } = order;
    const digest = batchDigest(rows);
    const known = this.of(channel, batchId);
    if (known) return submittedAgain(known.record, digest);
    const record = newRecord({ ...order, digest });
    this.orders.push(order);
    this.kept.set(`${channel}:${batchId}`, { order, record, outcomes: rows.map(() => null) });
    return { kind: 'accepted', record };
  }

  async find(channel: ChannelName, id: BatchId): Promise<BatchRecord | undefined> {
    this.answering();
    this.looks += 1;
    return this.of(channel, id)?.record;
  }

  async results(
    channel: ChannelName,
    id: BatchId,
    { limit, cursor }: PageWish,
  ): Promise<BatchResults | undefined> {
    this.answering();
    const kept = this.of(channel, id);
    if (!kept) return undefined;
    const list = `${channel}:${id}`;
    const place = cursor === undefined ? Buffer.from('0') : await this.cursors.open(list, cursor);
    if (!place) return { kind: 'foreign_cursor' };
    const from = Number(Buffer.from(place).toString());
    const rows = kept.order.rows.map((row, at) => toldRow(row, kept.outcomes[at] ?? null));
    const next = from + limit;
    const nextCursor = next < rows.length ? await this.cursors.seal(list, Buffer.from(String(next))) : null;
    return { kind: 'page', rows: rows.slice(from, next), from, nextCursor };
  }

  async cancel(channel: ChannelName, id: BatchId): Promise<BatchCancellation> {
    this.answering();
    return cancellationOf(this.of(channel, id)?.record);
  }

  async list(channel: ChannelName, { cursor }: { cursor?: string | undefined }): Promise<BatchListing> {
    this.answering();
    if (cursor !== undefined) return { kind: 'foreign_cursor' };
    const records = [...this.kept.values()]
      .map(({ record }) => record)
      .filter((record) => record.channel === channel);
    return { kind: 'page', records, unreadable: this.unreadable, nextCursor: null };
  }

  private of(channel: ChannelName, id: BatchId): Kept | undefined {
    return this.kept.get(`${channel}:${id}`);
  }

  private answering(): void {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
  }
}
