import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { BatchOrder, BatchPolicy } from '../domain/batch/batch';
import {
  BATCH_MEMO,
  BATCH_RESULTS_QUERY,
  BATCH_WORKFLOW,
  CANCEL_BATCH_SIGNAL,
  type BatchEnd,
  type BatchRecord,
  type ToldRow,
} from '../domain/batch/protocol';
import { markdownText } from '../domain/harmless-text';
import { batchWorkflowId, type BatchId, type ChannelName } from '../domain/identifiers';
import { PRIORITY } from '../domain/priority';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import type { batch } from '../workflows/batch/batch';
import { requireReadableInput, requireWorkable } from './batch-input';
import { batchRecord, ownRows } from './batch-record';
import { ownBatchRun, ownBatchRuns } from './batch-runs';
import { countedRecord, CutOffBatches } from './cut-off-batches';
import { firstStarts } from './first-starts';
import { batchesQuery } from './batch-search';
import {
  asOfBatch,
  cancellationOf,
  newRecord,
  batchDigest,
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
import { TemporalOverloaded, TemporalUnavailable } from './purchases';
import type { RowSources } from './row-outcome';
import { answerOf, CALL_DEADLINE_MS, isUnknownWorkflow, unavailable } from './temporal-answers';
import { decodeRuns, listPage } from './visibility-pages';

/** A whole batch is some megabytes, which a slow line must carry, ms. */
const START_DEADLINE_MS = 15_000;
/** A worker that has forgotten a batch first replays it, ms. */
const QUERY_DEADLINE_MS = 15_000;
/** The same where the batch is told as it told itself last if no worker answers, ms. */
const SOON_MS = 2_000;
/** Where a list of rows begins. */
const START = Buffer.from('0');

type BatchHandle = WorkflowHandle<typeof batch>;

/** Batches as workflows; there is no other store. Their state is in their memo, which is read without a worker. */
export class TemporalBatches implements Batches {
  private readonly cutOff: CutOffBatches | undefined;

  constructor(
    private readonly client: Client,
    private readonly settings: {
      taskQueue: string;
      policy: BatchPolicy;
      cursors: ListCursors;
      /** For the rows of a batch that was ended from outside; without them it is told as it told itself last. */
      rows?: RowSources;
    },
  ) {
    const { rows, policy } = settings;
    this.cutOff = rows && new CutOffBatches(client, rows, policy.rowsOfAPart);
  }

  async submit(wanted: NewBatch): Promise<BatchSubmission> {
    const order: BatchOrder = {
      ...wanted,
      digest: batchDigest(wanted.rows),
      noticeId: batchNoticeIdOf(wanted.channel, wanted.batchId, wanted.acceptedAt),
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
    const looked = await asOfBatch(this.look(channel, id));
    if (!looked?.record.isCutOff || !this.cutOff) return looked?.record;
    try {
      return countedRecord(looked.record, await asOfBatch(this.cutOffRows(this.cutOff, looked, SOON_MS)));
    } catch (fault) {
      if (fault instanceof TemporalUnavailable) return looked.record; // as it told itself last
      throw fault;
    }
  }

  async results(
    channel: ChannelName,
    id: BatchId,
    { limit, cursor }: PageWish,
  ): Promise<BatchResults | undefined> {
    const { cursors } = this.settings;
    const list = `results of ${batchWorkflowId(channel, id)}`;
    const place = cursor === undefined ? START : await cursors.open(list, cursor);
    if (!place) return { kind: 'foreign_cursor' };
    const from = Number(Buffer.from(place).toString()); // sealed below
    const read = await asOfBatch(this.read(channel, id, from, from + limit));
    if (!read) return undefined;
    const next = from + read.rows.length;
    const nextCursor = next < read.of ? await cursors.seal(list, Buffer.from(String(next))) : null;
    return { kind: 'page', rows: read.rows, from, nextCursor };
  }

  async cancel(channel: ChannelName, id: BatchId, by?: BatchCancelledBy): Promise<BatchCancellation> {
    const cancellation = cancellationOf(await this.find(channel, id));
    if (cancellation.kind !== 'cancelling') return cancellation;
    try {
      await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.handle(channel, id).signal(CANCEL_BATCH_SIGNAL, by ?? { by: channel }),
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
    const own = await ownBatchRuns(this.client, executions);
    const { read, unreadable } = await decodeRuns(this.client, own, batchRecord);
    const nextCursor = nextToken.length > 0 ? await cursors.seal(query, nextToken) : null;
    return { kind: 'page', records: read, unreadable: unreadable.length, nextCursor };
  }

  private async start(order: BatchOrder, record: BatchRecord): Promise<void> {
    const { channel, batchId, rows } = order;
    const started = await answerOf(this.client, START_DEADLINE_MS, () =>
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
    firstStarts.set(this.client, started.workflowId, started.firstExecutionRunId);
  }

  private async look(channel: ChannelName, id: BatchId): Promise<Looked | undefined> {
    try {
      const runId = await ownBatchRun(this.client, batchWorkflowId(channel, id));
      const run = await answerOf(this.client, CALL_DEADLINE_MS, () =>
        this.handle(channel, id, runId).describe(),
      );
      const record = readable(() => batchRecord(run));
      await requireWorkable(this.client, run, record);
      return { record, run };
    } catch (error) {
      if (isUnknownWorkflow(error)) return undefined;
      throw error;
    }
  }

  private async read(
    channel: ChannelName,
    id: BatchId,
    from: number,
    to: number,
  ): Promise<{ rows: readonly ToldRow[]; of: number } | undefined> {
    const looked = await this.look(channel, id);
    if (!looked) return undefined;
    const { record, run } = looked;
    const of = record.progress.rows;
    const { cutOff } = this;
    if (record.isCutOff && cutOff)
      return { rows: (await this.cutOffRows(cutOff, looked)).slice(from, to), of };
    const rows =
      run.status.name === 'COMPLETED'
        ? await this.ended(channel, id, run, [from, to])
        : await this.ask(run, [from, to]);
    return { rows, of };
  }

  private async ended(
    channel: ChannelName,
    id: BatchId,
    run: Looked['run'],
    [from, to]: [from: number, to: number],
  ): Promise<readonly ToldRow[]> {
    const end: BatchEnd | undefined = await answerOf(this.client, CALL_DEADLINE_MS, () =>
      this.handle(channel, id, run.runId).result(),
    );
    if (end === undefined && this.cutOff) return (await this.cutOff.rows(run)).slice(from, to);
    return readable(() => ownRows(batchWorkflowId(channel, id), end)).slice(from, to);
  }

  /** Whoever can write to Temporal can complete a batch without a result, and no worker can replay it then. */
  private cutOffRows(
    cutOff: CutOffBatches,
    { record, run }: Looked,
    deadlineMs = QUERY_DEADLINE_MS,
  ): Promise<readonly ToldRow[]> {
    if (run.status.name === 'COMPLETED') return cutOff.rows(run);
    return cutOff.rows(run, () => this.ask(run, [0, record.progress.rows], deadlineMs));
  }

  private async ask(
    run: WorkflowExecutionDescription,
    places: [from: number, to: number],
    deadlineMs = QUERY_DEADLINE_MS,
  ): Promise<readonly ToldRow[]> {
    try {
      return await answerOf(this.client, deadlineMs, () =>
        this.client.workflow
          .getHandle<typeof batch>(run.workflowId, run.runId)
          .query<readonly ToldRow[], [number, number]>(BATCH_RESULTS_QUERY, ...places),
      );
    } catch (fault) {
      if (isUnknownWorkflow(fault) || fault instanceof TemporalOverloaded) throw fault;
      await requireReadableInput(this.client, run); // no worker can work with what cannot be read
      throw new TemporalUnavailable('no worker tells of the batch', { cause: fault });
    }
  }

  /** @param runId its latest run unless given */
  private handle(channel: ChannelName, id: BatchId, runId?: string): BatchHandle {
    return this.client.workflow.getHandle<typeof batch>(batchWorkflowId(channel, id), runId);
  }
}

interface Looked {
  record: BatchRecord;
  run: WorkflowExecutionDescription;
}

/** @throws PurchaseUnreadable */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (fault) {
    throw unavailable(fault);
  }
}
