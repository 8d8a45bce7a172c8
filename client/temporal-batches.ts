import { createHash } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { BatchOrder, BatchPolicy } from '../domain/batch/batch';
import {
  BATCH_MEMO,
  BATCH_RESULTS_QUERY,
  BATCH_WORKFLOW,
  CANCEL_BATCH_SIGNAL,
  type BatchRecord,
  type ToldRow,
} from '../domain/batch/protocol';
import { markdownText } from '../domain/harmless-text';
import { batchWorkflowId, type BatchId, type ChannelName } from '../domain/identifiers';
import { PRIORITY } from '../domain/priority';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { batch } from '../workflows/batch/batch';
import { batchRecord } from './batch-record';
import { batchesQuery } from './batch-search';
import {
  cancellationOf,
  newRecord,
  submittedAgain,
  type Batches,
  type BatchCancellation,
  type BatchCancelledBy,
  type BatchListing,
  type BatchResults,
  type BatchSubmission,
  type NewBatch,
} from './batches';
import type { ListCursors } from './list-cursor';
import { batchNoticeIdOf } from './purchase-id';
import type { PageWish } from './purchase-search';
import { TemporalUnavailable } from './purchases';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow } from './temporal-answers';
import { decodeRuns, listPage } from './visibility-pages';

/** A whole batch is some megabytes, which a slow line must carry, ms. */
const START_DEADLINE_MS = 15_000;
/** A worker that has forgotten a batch first replays it, ms. */
const QUERY_DEADLINE_MS = 15_000;

type BatchHandle = WorkflowHandle<typeof batch>;

/** Batches as workflows; there is no other store. Their state is in their memo, which is read without a worker. */
export class TemporalBatches implements Batches {
  constructor(
    private readonly client: Client,
    private readonly settings: { taskQueue: string; policy: BatchPolicy; cursors: ListCursors },
  ) {}

  async submit(wanted: NewBatch): Promise<BatchSubmission> {
    const order: BatchOrder = {
      ...wanted,
      digest: createHash('sha256').update(JSON.stringify(wanted.rows)).digest('hex'),
      noticeId: batchNoticeIdOf(wanted.channel, wanted.batchId),
    };
    const { channel, batchId, digest } = order;
    const record = newRecord(order);
    try {
      await this.start(order, record);
      return { kind: 'accepted', record };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const existing = await this.find(channel, batchId);
    if (!existing) throw new TemporalUnavailable('the batch disappeared during the lookup; send it again');
    return submittedAgain(existing, digest);
  }

  async find(channel: ChannelName, id: BatchId): Promise<BatchRecord | undefined> {
    return (await this.look(channel, id))?.record;
  }

  async results(
    channel: ChannelName,
    id: BatchId,
    from: number,
    to: number,
  ): Promise<BatchResults | undefined> {
    const looked = await this.look(channel, id);
    if (!looked) return undefined;
    const { record, isComplete } = looked;
    const handle = this.handle(channel, id);
    if (isComplete) {
      const end = await answerOf(this.client, CALL_DEADLINE_MS, () => handle.result());
      return { record: end.record, rows: end.rows.slice(from, to) };
    }
    const rows = await answerOf(this.client, QUERY_DEADLINE_MS, () =>
      handle.query<readonly ToldRow[], [number, number]>(BATCH_RESULTS_QUERY, from, to),
    );
    return { record, rows };
  }

  async cancel(channel: ChannelName, id: BatchId, by?: BatchCancelledBy): Promise<BatchCancellation> {
    const cancellation = cancellationOf(await this.find(channel, id));
    if (cancellation.kind !== 'cancelling') return cancellation;
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.handle(channel, id).signal(CANCEL_BATCH_SIGNAL, ...(by ? [by] : [])),
      );
    } catch (error) {
      if (!isUnknownWorkflow(error)) throw error;
      const ended = await this.find(channel, id);
      return ended ? { kind: 'over', record: ended } : { kind: 'not_found' };
    }
    return cancellation;
  }

  async list(channel: ChannelName, { limit, cursor }: PageWish): Promise<BatchListing> {
    const query = batchesQuery({ channel });
    const { cursors } = this.settings;
    const token = cursor === undefined ? undefined : await cursors.open(query, cursor);
    if (cursor !== undefined && !token) return { kind: 'foreign_cursor' };
    const { executions, nextToken } = await listPage(this.client, query, { pageSize: limit, token });
    const { read, unreadable } = await decodeRuns(this.client, executions, batchRecord);
    const nextCursor = nextToken.length > 0 ? await cursors.seal(query, nextToken) : null;
    return { kind: 'page', records: read, unreadable: unreadable.length, nextCursor };
  }

  private async start(order: BatchOrder, record: BatchRecord): Promise<void> {
    const { channel, batchId, rows } = order;
    await answerOf(this.client, START_DEADLINE_MS, () =>
      this.client.workflow.start<typeof batch>(BATCH_WORKFLOW, {
        workflowId: batchWorkflowId(channel, batchId),
        taskQueue: this.settings.taskQueue,
        args: [order, this.settings.policy],
        // A repeated batch must never begin its rows again under prices of another day.
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        memo: { [BATCH_MEMO]: record },
        staticSummary: `Batch ${markdownText(batchId)} of ${channel}: ${rows.length} orders`,
        priority: { fairnessKey: channel, priorityKey: PRIORITY.bulk },
        typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.channel, value: channel }],
      }),
    );
  }

  private async look(
    channel: ChannelName,
    id: BatchId,
  ): Promise<{ record: BatchRecord; isComplete: boolean } | undefined> {
    try {
      return await answerOf(this.client, CALL_DEADLINE_MS, async () => {
        const description = await this.handle(channel, id).describe();
        return { record: batchRecord(description), isComplete: description.status.name === 'COMPLETED' };
      });
    } catch (error) {
      if (isUnknownWorkflow(error)) return undefined;
      throw error;
    }
  }

  private handle(channel: ChannelName, id: BatchId): BatchHandle {
    return this.client.workflow.getHandle<typeof batch>(batchWorkflowId(channel, id));
  }
}
